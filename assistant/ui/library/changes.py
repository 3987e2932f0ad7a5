"""Putting papers into the library and taking them out, from the page, and undoing either."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ui.base import texts
from ingest.papers import Paper, Refusal
from ingest.pipeline import IngestReport, ingest_papers, remove_papers
from ingest.sources import Found, find_papers

if TYPE_CHECKING:
    from assistant.answering import Assistant

_BIBTEX = re.compile(r"^\s*@\w+\s*[{(]", re.M)
_JSON = re.compile(r"^\s*[\[{]")


@dataclass(frozen=True, slots=True)
class Undo:
    """What puts the library back: papers to take out, and papers to put in as they were."""

    take_out: tuple[str, ...] = ()
    put_back: tuple[Paper, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.take_out or self.put_back)


@dataclass(frozen=True, slots=True)
class Shelved:
    """What became of a change, and how to undo it."""

    report: IngestReport
    undo: Undo


class Watched:
    """Progress of the pipeline, told to a function as (done, total)."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self._tell = tell
        self._done = self._total = 0

    def start(self, total: int) -> None:
        """The pipeline knows how many papers it will embed."""
        self._total = total
        self._tell(0, total)

    def advance(self, count: int) -> None:
        """Some more are done."""
        self._done += count
        self._tell(self._done, self._total)


def put_in(
    assistant: Assistant, records: Iterable[Found | Refusal], tell: Callable[[int, int], None] = lambda *_: None
) -> Shelved:
    """Bring records into the index; IngestError tells in one line what prevented it."""
    before = assistant.papers()
    index = assistant.index
    report = ingest_papers(records, index.folder, index.embedder, progress=Watched(tell))
    index.refresh()
    return Shelved(report, _undo(before, assistant.papers()))


def _undo(before: Sequence[Paper], after: Sequence[Paper]) -> Undo:
    """What makes the one library of the other; a paper that says something else now goes and comes back as it was."""
    now, was = set(after), set(before)
    return Undo(tuple(p.id for p in after if p not in was), tuple(p for p in before if p not in now))


def take_out(assistant: Assistant, paper_ids: Sequence[str]) -> Shelved:
    """Take papers out of the index; IngestError tells in one line what prevented it."""
    gone = tuple(paper for paper in assistant.papers() if paper.id in set(paper_ids))
    report = remove_papers(paper_ids, assistant.index.folder, assistant.index.embedder)
    assistant.index.refresh()
    return Shelved(report, Undo(put_back=gone))


def undone(assistant: Assistant, undo: Undo) -> Shelved:
    """Put the library back as it was before a change."""
    report = IngestReport()
    if undo.take_out:
        report = take_out(assistant, undo.take_out).report
    if undo.put_back:
        records = (Found(paper, texts.UNDO_SOURCE, line) for line, paper in enumerate(undo.put_back, 1))
        report = replace(put_in(assistant, records).report, removed=report.removed)
    return Shelved(report, Undo())


def records_of(files: Sequence[tuple[str, Path]], pasted: str) -> Iterator[Found | Refusal]:
    """The records of uploaded files, each under the name it had, and of what was pasted: ids, BibTeX or JSON."""
    for name, path in files:
        for record in find_papers(str(path)):
            yield replace(record, source=name)
    if pasted.strip():
        with _as_location(pasted) as location:
            for record in find_papers(location):
                yield replace(record, source=texts.PASTED)


@contextmanager
def _as_location(pasted: str) -> Iterator[str]:
    """Where `find_papers` can read pasted text: BibTeX and JSON from a file, ids from the arXiv."""
    suffix = ".bib" if _BIBTEX.search(pasted) else ".json" if _JSON.match(pasted) else ""
    if not suffix:
        yield "arxiv:" + ",".join(pasted.replace(",", " ").split())
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pasted{suffix}"
        path.write_text(pasted, encoding="utf-8")
        yield str(path)
