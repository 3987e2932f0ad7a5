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
from ingest.errors import SourceError
from ingest.identifiers import arxiv_id_in, doi_in
from ingest.papers import Paper, Refusal
from ingest.pipeline import IngestReport, ingest_papers, remove_papers
from ingest.sources import SERVICES, Found, find_papers

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


def records_of(files: Sequence[tuple[str, Path]], pasted: str, own_machine: bool = True) -> Iterator[Found | Refusal]:
    """The records of uploaded files, each under the name it had, and of what was pasted.

    That is BibTeX, JSON, ids, or lines that ask a service (`doi:…`, `openalex:…`, `zotero:…`, `arxiv:…`). A page that
    is served beyond its `own_machine` asks no Zotero: that would be the server's, whoever reads. Raises SourceError.
    """
    for name, path in files:
        for record in find_papers(str(path)):
            yield replace(record, source=name)
    if not pasted.strip():
        return
    if suffix := ".bib" if _BIBTEX.search(pasted) else ".json" if _JSON.match(pasted) else "":
        with _as_file(pasted, suffix) as location:
            for record in find_papers(location):
                yield replace(record, source=texts.PASTED)
        return
    for location in locations_in(pasted):
        if location.startswith("zotero:") and not own_machine:
            raise SourceError(texts.ZOTERO_OF_THE_SERVER.format(location=location))
        for record in find_papers(location):
            yield replace(record, source=texts.PASTED)


def locations_in(pasted: str) -> tuple[str, ...]:
    """The services that pasted lines ask: each line that begins as one (`doi:…`, `zotero:`); the rest are ids.

    A path is no location here, whatever it looks like: who writes into the page has no right to this machine's files.
    """
    lines = [line.strip() for line in pasted.splitlines() if line.strip()]
    asked = [line for line in lines if line.lower().startswith(SERVICES)]
    ids = [text for line in lines if line not in asked for text in line.replace(",", " ").split()]
    dois = [text for text in ids if doi_in(text) and not arxiv_id_in(text)]
    on_arxiv = [text for text in ids if text not in dois]
    listed = (("arxiv:", on_arxiv), ("doi:", dois))
    schemes = (_with_plain_scheme(line) for line in asked)
    return (*schemes, *(f"{scheme}{','.join(some)}" for scheme, some in listed if some))


def _with_plain_scheme(line: str) -> str:
    """A line with its scheme in lower case, and no space after it, as the sources know it."""
    scheme, _, wanted = line.partition(":")
    return f"{scheme.lower()}:{wanted.strip()}"


@contextmanager
def _as_file(pasted: str, suffix: str) -> Iterator[str]:
    """Where `find_papers` can read pasted BibTeX or JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pasted{suffix}"
        path.write_text(pasted, encoding="utf-8")
        yield str(path)
