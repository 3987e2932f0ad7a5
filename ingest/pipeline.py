"""The pipeline: papers go in, are told from those already there, embedded, and written; a report comes out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from ingest.embedding.base import Embedded, Embedder
from ingest.errors import IndexStoreError
from ingest.extraction.extractor import profile_of
from ingest.identifiers import title_key
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.index.types import Entry
from ingest.papers import Paper, Refusal
from ingest.passages import Span, Window, windows_of
from ingest.report import IngestReport
from ingest.sources import Found, read_papers
from ingest.text.tidy import shortened

__all__ = [
    "BUNDLED_CORPUS",
    "IngestReport",
    "gather",
    "index_exactly",
    "ingest_papers",
    "rebuild_index",
    "remove_papers",
]

BUNDLED_CORPUS = Path(__file__).parent / "corpus" / "music.jsonl"
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
    gathered = gather(map(completed, records))
    with PaperIndex.writing(folder, embedder) as index:
        plan = _plan(gathered.papers, index.papers(), prune and not gathered.refused)
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
    gathered = gather(map(completed, records))
    with PaperIndex.writing(folder, embedder, anew=True) as index:
        kept = Gathered((), ()) if prune and not gathered.refused else _held_before(folder)
        plan = _Plan(added=_with_others(gathered.papers, kept.papers))
        _carry_out(plan, index, progress or Silent(), math.inf)
        return _report(plan, (*gathered.refused, *kept.refused), index.manifest, started)


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
    """Take papers out of the index; ids that it does not hold are refused, the others go."""
    started = time.perf_counter()
    read_manifest(folder)  # or taking from nothing would make an index
    with PaperIndex.writing(folder, embedder) as index:
        known = tuple(paper_id for paper_id in dict.fromkeys(paper_ids) if index.paper(paper_id))
        refused = tuple(Refusal("remove", 0, f"no paper {i!r} in {folder}") for i in paper_ids if i not in known)
        plan = _Plan(removed=known)
        _carry_out(plan, index, Silent(), SECONDS_BETWEEN_COMMITS)
        return _report(plan, refused, index.manifest, started)


def _report(plan: _Plan, refused: tuple[Refusal, ...], manifest: Manifest, started: float) -> IngestReport:
    return IngestReport(
        added=tuple(paper.id for paper in plan.added),
        updated=tuple(update.paper.id for update in plan.updated),
        unchanged=plan.unchanged,
        removed=plan.removed,
        refused=refused,
        papers=manifest.papers,
        passages=manifest.passages,
        seconds=round(time.perf_counter() - started, 3),
    )


def completed(record: Found | Refusal) -> Found | Refusal:
    """A record of a paper that is bundled, with the id, author, year and links that its source did not have."""
    if isinstance(record, Refusal) or record.paper.arxiv_id:
        return record
    known = _bundled_by_title().get(title_key(record.paper.title))
    if known is None:
        return record
    paper = record.paper
    filled = replace(
        paper,
        id=known.id,
        authors=paper.authors or known.authors,
        year=paper.year or known.year,
        arxiv_id=known.arxiv_id,
        code_url=paper.code_url or known.code_url,
    )
    return replace(record, paper=filled)


@cache
def _bundled_by_title() -> dict[str, Paper]:
    return {title_key(record.title): record for record in read_papers(str(BUNDLED_CORPUS)) if isinstance(record, Paper)}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The papers of all sources, each once, and what was refused on the way."""

    papers: tuple[Paper, ...]
    refused: tuple[Refusal, ...]


@dataclass(slots=True)
class _Ledger:
    """Papers by the three keys under which one may come again: its id, its DOI, its title."""

    papers: list[Paper] = field(default_factory=list)
    by_key: dict[str, Paper] = field(default_factory=dict)

    def twin_of(self, paper: Paper) -> Paper | None:
        return next((self.by_key[key] for key in _keys(paper) if key in self.by_key), None)

    def enter(self, paper: Paper) -> None:
        self.papers.append(paper)
        self.by_key.update(dict.fromkeys(_keys(paper), paper))


def gather(records: Iterable[Found | Refusal]) -> Gathered:
    """Each paper once: the first wins, a later one of the same words is passed over, one of other words refused."""
    ledger = _Ledger()
    refused: list[Refusal] = []
    for record in records:
        if isinstance(record, Refusal):
            refused.append(record)
            continue
        twin = ledger.twin_of(record.paper)
        if twin is None:
            ledger.enter(record.paper)
        elif twin.id == record.paper.id and twin.abstract != record.paper.abstract:
            reason = f"{twin.id} “{shortened(twin.title)}” came before with another abstract"
            refused.append(Refusal(record.source, record.line, reason))
    return Gathered(tuple(ledger.papers), tuple(refused))


def _keys(paper: Paper) -> Iterator[str]:
    yield f"id:{paper.id}"
    if paper.arxiv_id:
        yield f"id:{paper.arxiv_id}"
    if paper.doi:
        yield f"doi:{paper.doi}"
    yield f"title:{title_key(paper.title)}"


def _held_before(folder: Path) -> Gathered:
    """The papers of the index that is to be made anew; a refusal in their place if they cannot be read."""
    try:
        return Gathered(papers_held(folder), ())
    except IndexStoreError as error:
        return Gathered((), (Refusal(str(folder), 0, f"the papers that it held are not in the new index: {error}"),))


def _with_others(papers: Sequence[Paper], others: Sequence[Paper]) -> tuple[Paper, ...]:
    """The papers, and those of the others that are not the same as one of them."""
    ledger = _ledger_of(papers)
    return (*papers, *(other for other in others if ledger.twin_of(other) is None))


def _ledger_of(papers: Iterable[Paper]) -> _Ledger:
    ledger = _Ledger()
    for paper in papers:
        ledger.enter(paper)
    return ledger


@dataclass(frozen=True, slots=True)
class _Update:
    """A paper with other words than before, and the id under which it stands in the index now."""

    paper: Paper
    replaces: str


@dataclass(frozen=True, slots=True)
class _Plan:
    added: tuple[Paper, ...] = ()
    updated: tuple[_Update, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def _plan(papers: Iterable[Paper], held: Sequence[Paper], prune: bool) -> _Plan:
    ledger = _ledger_of(held)
    added, updated, unchanged = [], [], []
    for paper in papers:
        twin = ledger.twin_of(paper)
        if twin is None:
            added.append(paper)
        elif twin == paper:
            unchanged.append(paper.id)
        else:
            updated.append(_Update(paper, twin.id))
    kept = {*unchanged, *(update.replaces for update in updated)}
    gone = tuple(paper.id for paper in held if paper.id not in kept) if prune else ()
    return _Plan(tuple(added), tuple(updated), tuple(unchanged), gone)


def _carry_out(plan: _Plan, index: PaperIndex, progress: Progress, between_commits: float) -> None:
    """Remove, embed and write, committing now and then; at the end everything counts."""
    index.update_profiles()
    if plan.removed:
        index.remove(plan.removed)
    changes = [*plan.updated, *(_Update(paper, "") for paper in plan.added)]
    progress.start(len(changes))
    pace = _Pace(between_commits)
    outdated = {update.replaces for update in plan.updated}
    for first in range(0, len(changes), BATCH):
        batch = changes[first : first + BATCH]
        entries = _entries([change.paper for change in batch], index.embedder)
        replaced = outdated.intersection(change.replaces for change in batch)
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
