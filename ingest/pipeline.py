"""The pipeline: papers go in, are told from those already there, embedded, and written; a report comes out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from ingest.cutting import headed, windows_for
from ingest.deduplication import Merge, Reconciled, Update, gather, papers_called, reconcile
from ingest.embedding.base import Embedded, Embedder
from ingest.errors import IndexStoreError
from ingest.extraction.extractor import profile_of
from ingest.garbage import uncollected
from ingest.index.arrivals import ArrivalBook, read_arrivals
from ingest.index.calibration import calibrated
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.old_store import drop_old_stores
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.index.types import Entry
from ingest.papers import Paper, Refusal
from ingest.passages import Window
from ingest.removals import Removal, keep_removed, read_removals, take_back
from ingest.report import IngestReport
from ingest.sources import Found

__all__ = [
    "IngestReport",
    "index_exactly",
    "ingest_papers",
    "rebuild_index",
    "remove_papers",
]

# A run that is broken off embeds no more papers than these again, about five seconds of work: half of them are written
# and committed while the other half is embedded. Fewer would spend more of the time on commits.
PORTION = 256
AT_ONCE = PORTION // 2

# From so many papers on the noise of the library is measured at ingest: with fewer the first question can wait for it.
MANY_PAPERS = 1_000

_Parts = list[tuple[Window, Embedded]]


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


class Bookkeeper(Protocol):
    """Keeps which source gave which paper."""

    def begin(self, now: Reconciled, held: Sequence[Paper]) -> tuple[str, ...]:
        """Called before anything is written; the ids of papers that no source gives any more."""
        ...

    def finish(self) -> None:
        """Called when all is written."""
        ...


def ingest_papers(  # noqa: PLR0913, PLR0917 - all but three are optional
    records: Iterable[Found | Refusal],
    folder: Path,
    embedder: Embedder,
    prune: bool = False,
    progress: Progress | None = None,
    ledger: Bookkeeper | None = None,
    keeps_removed: bool = False,
) -> IngestReport:
    """Bring the papers into the index at `folder`; those already there with the same words cost nothing.

    With `prune`, papers of the index that are not among the records are removed, unless a record was refused:
    then the sources are not whole and nothing is removed for being absent. With `keeps_removed`, papers that a reader
    removed stay out; without, they are taken back.
    """
    started = time.perf_counter()
    removals, kept_out = read_removals(folder), list[str]()
    gathered = gather(removals.passing(records, kept_out) if keeps_removed else records)
    with PaperIndex.writing(folder, embedder) as index:
        with uncollected():
            now = reconcile(gathered, index.papers())
        gone = ledger.begin(now, index.papers()) if ledger else ()
        gone = tuple(paper.id for paper in now.untouched) if prune and not gathered.refused else gone
        before = {update.paper.id: update.replaces for update in now.updated}
        returning = removals.returning(now.added)
        plan = _Plan(now.added, now.updated, now.unchanged, gone, now.merged, before, returning)
        _carry_out(plan, index, progress or Silent())
        if ledger:
            ledger.finish()
        return replace(_report(plan, gathered.refused, index.manifest, started), kept_out=tuple(kept_out))


def rebuild_index(  # noqa: PLR0913, PLR0917 - all but three are optional
    records: Iterable[Found | Refusal],
    folder: Path,
    embedder: Embedder,
    prune: bool = False,
    progress: Progress | None = None,
    ledger: Bookkeeper | None = None,
) -> IngestReport:
    """Make the index at `folder` anew, with this embedder and version; the old one counts until the new is whole.

    It will hold the papers of the records and those of the old index (with `prune`, only those of the records); if
    the old ones cannot be read, the report has a refusal that says so. All papers are reported as added.
    """
    started = time.perf_counter()
    gathered = gather(records)
    with PaperIndex.writing(folder, embedder, anew=True) as index:
        were, refused = _held_before(folder)
        held, refused = ((), ()) if prune and not gathered.refused else (were, refused)
        now = reconcile(gathered, held)
        before: dict[str, tuple[str, ...]] = {paper.id: (paper.id,) for paper in were}
        before |= {update.paper.id: update.replaces for update in now.updated}
        returning = read_removals(folder).returning([paper for paper in now.papers if paper.id not in before])
        plan = _Plan(added=now.papers, merged=now.merged, before=before, returning=returning)
        if ledger:
            ledger.begin(now, held)
        _carry_out(plan, index, progress or Silent(), in_portions=False)
        if ledger:
            ledger.finish()
        if not refused:
            drop_old_stores(folder)
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
            before={paper_id: (paper_id,) for paper_id in held},
        )
        _carry_out(plan, index, progress or Silent())
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
        keep_removed(folder, [paper for paper in index.papers() if paper.id in known], read_arrivals(folder))
        _carry_out(plan, index, Silent())
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
    """What is to be done.

    `before` are, by paper that is not new, the ids under which the index holds it, `returning` the removals of those
    that a reader had taken out.
    """

    added: tuple[Paper, ...] = ()
    updated: tuple[Update, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    merged: tuple[Merge, ...] = ()
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    returning: Mapping[str, Removal] = field(default_factory=dict)


def _carry_out(plan: _Plan, index: PaperIndex, progress: Progress, in_portions: bool = True) -> None:
    """Remove, embed and write; each portion counts when it is written, or all at the end if not `in_portions`."""
    index.update_profiles()
    if plan.removed:
        index.remove(plan.removed)
    changes = [*plan.updated, *(Update(paper, ()) for paper in plan.added)]
    returning = {paper_id: removal.arrival for paper_id, removal in plan.returning.items()}
    arrivals = ArrivalBook(index.folder, plan.before, returning)
    progress.start(len(changes))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="footnote-writer") as writer:
        writing: Future[int] | None = None
        for portion in _portions(changes):
            embedded = _embedded(portion.papers, index.embedder)
            if writing is not None:
                progress.advance(writing.result())
            writing = writer.submit(_write, index, portion, embedded, arrivals if in_portions else None)
        if writing is not None:
            progress.advance(writing.result())
    if not in_portions:
        arrivals.enter(change.paper.id for change in changes)
    index.commit()
    take_back(index.folder, plan.returning.values())
    index.settle()
    if index.manifest.papers >= MANY_PAPERS:
        calibrated(index)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Papers to write together, and the ids of those that they take the place of."""

    papers: tuple[Paper, ...]
    replaced: tuple[str, ...]


def _portions(changes: Sequence[Update]) -> Iterator[_Portion]:
    outdated = {paper_id for change in changes for paper_id in change.replaces}
    for first in range(0, len(changes), AT_ONCE):
        portion = changes[first : first + AT_ONCE]
        replaced = outdated.intersection(paper_id for change in portion for paper_id in change.replaces)
        outdated -= replaced  # two papers may replace the same one: it must not take the first of them with it
        yield _Portion(tuple(change.paper for change in portion), tuple(sorted(replaced)))


def _write(index: PaperIndex, portion: _Portion, embedded: Sequence[_Parts], arrivals: ArrivalBook | None) -> int:
    """Write a portion, and commit it where its arrival is to be written down; how many papers it has."""
    if portion.replaced:
        index.remove(portion.replaced)
    index.add([_entry(paper, parts) for paper, parts in zip(portion.papers, embedded, strict=True)])
    if arrivals is not None:
        arrivals.enter(paper.id for paper in portion.papers)
        index.commit()
    return len(portion.papers)


def entries_of(papers: Sequence[Paper], embedder: Embedder) -> list[Entry]:
    """The papers cut into passages, embedded, and read for names and facets."""
    embedded = _embedded(papers, embedder)
    return [_entry(paper, parts) for paper, parts in zip(papers, embedded, strict=True)]


def _embedded(papers: Sequence[Paper], embedder: Embedder) -> list[_Parts]:
    cut = [(number, window) for number, paper in enumerate(papers) for window in windows_for(paper, embedder)]
    with_heads = [headed(papers[number], window) for number, window in cut]
    embedded = embedder.embed_texts([text for text, _ in with_heads], [spans for _, spans in with_heads])
    parts: list[_Parts] = [[] for _ in papers]
    for (number, window), vectors in zip(cut, embedded, strict=True):
        parts[number].append((window, vectors))
    return parts


def _entry(paper: Paper, parts: _Parts) -> Entry:
    return Entry(paper, profile_of(paper), tuple(w for w, _ in parts), tuple(v for _, v in parts))
