"""The pipeline: papers go in, are told from those already there, embedded, and written; a report comes out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ingest.deduplication import Merge, Update, gather, papers_called, reconcile
from ingest.embedding.base import Embedded, Embedder
from ingest.errors import IndexStoreError
from ingest.extraction.extractor import profile_of
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.index.types import Entry
from ingest.papers import Paper, Refusal
from ingest.passages import Span, Window, windows_of
from ingest.report import IngestReport
from ingest.sources import Found

__all__ = [
    "IngestReport",
    "index_exactly",
    "ingest_papers",
    "rebuild_index",
    "remove_papers",
]

# Papers embedded and written together.
BATCH = 256
# A long run lets what is done so far count every so often, so that a run which is broken off loses no more than this
# many seconds of work; but it spends at most a twentieth of its time on that.
SECONDS_BETWEEN_COMMITS = 30.0
_MOST_TIME_FOR_COMMITS = 0.05
# The title goes before every window; longer than this it would push the abstract out of the model's window.
_TITLE_TOKENS = 64
_SPECIAL_TOKENS = 2


class Progress(Protocol):
    """Is told how many papers there are to embed, and each time some are done."""

    def start(self, total: int) -> None:
        """Called once, before the first paper is embedded."""
        ...

    def advance(self, count: int) -> None:
        """Called when `count` more papers are embedded and written."""
        ...


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int) -> None:
        """Nothing to show."""

    def advance(self, count: int) -> None:
        """Nothing to show."""


def ingest_papers(
    records: Iterable[Found | Refusal],
    folder: Path,
    embedder: Embedder,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring the papers into the index at `folder`; those already there with the same words cost nothing.

    With `prune`, papers of the index that are not among the records are removed, unless a record was refused:
    then the sources are not whole and nothing is removed for being absent.
    """
    started = time.perf_counter()
    gathered = gather(records)
    with PaperIndex.writing(folder, embedder) as index:
        now = reconcile(gathered, index.papers())
        gone = tuple(paper.id for paper in now.untouched) if prune and not gathered.refused else ()
        plan = _Plan(now.added, now.updated, now.unchanged, gone, now.merged)
        _carry_out(plan, index, progress or Silent(), SECONDS_BETWEEN_COMMITS)
        return _report(plan, gathered.refused, index.manifest, started)


def rebuild_index(
    records: Iterable[Found | Refusal],
    folder: Path,
    embedder: Embedder,
    prune: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Make the index at `folder` anew, with this embedder and version; the old one counts until the new is whole.

    It will hold the papers of the records and those of the old index (with `prune`, only those of the records); if
    the old ones cannot be read, the report has a refusal that says so. All papers are reported as added.
    """
    started = time.perf_counter()
    gathered = gather(records)
    with PaperIndex.writing(folder, embedder, anew=True) as index:
        held, refused = ((), ()) if prune and not gathered.refused else _held_before(folder)
        now = reconcile(gathered, held)
        plan = _Plan(added=now.papers, merged=now.merged)
        _carry_out(plan, index, progress or Silent(), math.inf)
        return _report(plan, (*gathered.refused, *refused), index.manifest, started)


def index_exactly(
    papers: Sequence[Paper], folder: Path, embedder: Embedder, progress: Progress | None = None
) -> Manifest:
    """Make the index at `folder` hold these papers as they are, and no others; what it holds already stays.

    Unlike `ingest_papers`, it takes papers of the same title for different ones, as a benchmark does.
    """
    wanted = {paper.id: paper for paper in papers}
    with PaperIndex.writing(folder, embedder) as index:
        held = {paper.id: paper for paper in index.papers()}
        plan = _Plan(
            added=tuple(paper for paper in wanted.values() if held.get(paper.id) != paper),
            removed=tuple(paper_id for paper_id, paper in held.items() if wanted.get(paper_id) != paper),
        )
        _carry_out(plan, index, progress or Silent(), SECONDS_BETWEEN_COMMITS)
        return index.manifest


def remove_papers(paper_ids: Sequence[str], folder: Path, embedder: Embedder) -> IngestReport:
    """Take papers out of the index; aliases do as well. Unknown ids are refused, the others go."""
    started = time.perf_counter()
    read_manifest(folder)  # or taking from nothing would make an index
    with PaperIndex.writing(folder, embedder) as index:
        called = {name: papers_called(name, index.papers()) for name in paper_ids}
        known = tuple(dict.fromkeys(papers[0].id for papers in called.values() if len(papers) == 1))
        refused = tuple(_not_removed(name, papers, folder) for name, papers in called.items() if len(papers) != 1)
        plan = _Plan(removed=known)
        _carry_out(plan, index, Silent(), SECONDS_BETWEEN_COMMITS)
        return _report(plan, refused, index.manifest, started)


def _not_removed(name: str, papers: Sequence[Paper], folder: Path) -> Refusal:
    several = f"{name!r} is an alias of several papers: {', '.join(paper.id for paper in papers)}"
    return Refusal("remove", 0, several if papers else f"no paper {name!r} in {folder}")


def _report(plan: _Plan, refused: tuple[Refusal, ...], manifest: Manifest, started: float) -> IngestReport:
    return IngestReport(
        added=tuple(paper.id for paper in plan.added),
        updated=tuple(update.paper.id for update in plan.updated),
        unchanged=plan.unchanged,
        removed=plan.removed,
        refused=refused,
        merged=plan.merged,
        papers=manifest.papers,
        passages=manifest.passages,
        seconds=round(time.perf_counter() - started, 3),
    )


def _held_before(folder: Path) -> tuple[tuple[Paper, ...], tuple[Refusal, ...]]:
    """The papers of the index that is to be made anew, or a refusal if they cannot be read."""
    try:
        return papers_held(folder), ()
    except IndexStoreError as error:
        return (), (Refusal(str(folder), 0, f"the papers that it held are not in the new index: {error}"),)


@dataclass(frozen=True, slots=True)
class _Plan:
    added: tuple[Paper, ...] = ()
    updated: tuple[Update, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    merged: tuple[Merge, ...] = ()


def _carry_out(plan: _Plan, index: PaperIndex, progress: Progress, between_commits: float) -> None:
    """Remove, embed and write, committing now and then; at the end everything counts."""
    index.update_profiles()
    if plan.removed:
        index.remove(plan.removed)
    changes = [*plan.updated, *(Update(paper, ()) for paper in plan.added)]
    progress.start(len(changes))
    pace = _Pace(between_commits)
    outdated = {paper_id for update in plan.updated for paper_id in update.replaces}
    for first in range(0, len(changes), BATCH):
        batch = changes[first : first + BATCH]
        entries = _entries([change.paper for change in batch], index.embedder)
        replaced = outdated.intersection(paper_id for change in batch for paper_id in change.replaces)
        if replaced:
            index.remove(sorted(replaced))
        outdated -= replaced  # two papers may replace the same one: it must not take the first of them with it
        index.add(entries)
        progress.advance(len(batch))
        if pace.is_due():
            pace.time(index.commit)
    index.commit()


@dataclass(slots=True)
class _Pace:
    """When to commit: every `least` seconds, or more seldom where a commit takes long."""

    least: float
    last: float = field(default_factory=time.monotonic)
    cost: float = 0.0

    def is_due(self) -> bool:
        return time.monotonic() - self.last > max(self.least, self.cost / _MOST_TIME_FOR_COMMITS)

    def time(self, commit: Callable[[], None]) -> None:
        started = time.monotonic()
        commit()
        self.last = time.monotonic()
        self.cost = self.last - started


def _entries(papers: Sequence[Paper], embedder: Embedder) -> list[Entry]:
    room = embedder.window - _TITLE_TOKENS - _SPECIAL_TOKENS
    cut = [(paper, window) for paper in papers for window in windows_of(paper, embedder.count_tokens, room)]
    headed = [_headed(paper, window) for paper, window in cut]
    embedded = embedder.embed_texts([text for text, _ in headed], [spans for _, spans in headed])
    by_paper: dict[str, list[tuple[Window, Embedded]]] = {paper.id: [] for paper in papers}
    for (paper, window), vectors in zip(cut, embedded, strict=True):
        by_paper[paper.id].append((window, vectors))
    return [_entry(paper, by_paper[paper.id]) for paper in papers]


def _entry(paper: Paper, parts: Sequence[tuple[Window, Embedded]]) -> Entry:
    return Entry(paper, profile_of(paper), tuple(w for w, _ in parts), tuple(v for _, v in parts))


def _headed(paper: Paper, window: Window) -> tuple[str, list[Span]]:
    """The text that the model reads, the title before the window, and where the sentences stand in it."""
    head = f"{paper.title.rstrip('.')}. " if paper.title else ""
    shift = len(head) - window.passage.start
    return head + window.passage.text, [(p.start + shift, p.end + shift) for p in window.sentences]
