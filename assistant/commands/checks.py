"""`python -m assistant doctor`: is everything there that an answer needs, and does the language model do its part?

The chosen model is tried on one small question over two made-up passages: whether it answers, whether words come as
they are written, whether it repeats the numbers of the passages, and how fast. Nothing is asked of any other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.answers import Hit, Intent
from assistant.backends.base import Backend, Brief, Piece
from assistant.backends.registry import choose, open_backend
from assistant.backends.specs import AUTO, EXTRACTIVE, Spec, parse_spec
from assistant.errors import BackendError
from assistant.markers import without_markers
from assistant.settings import Settings
from ingest.embedding.base import Embedder
from ingest.errors import IngestError
from ingest.index.checking import check_index as troubles_of
from ingest.papers import Paper
from ingest.passages import Passage

COMFORTABLE = 5.0
"""Tokens a second below which reading is faster than the model writes."""

_QUESTION = "How many hours of music does Nightjar learn from, and what does it write?"
_PASSAGES = (
    "Nightjar is a model that writes lullabies. It learns from 120 hours of harp music.",
    "Bittern is a data set of bird songs. It holds 3,000 recordings from 12 marshes.",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found, and how to mend it where it is not as it should be."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


class Library(Protocol):
    """What of an index is looked at."""

    @property
    def version(self) -> str:
        """What tells one state of the index from another."""
        ...

    def papers(self) -> tuple[Paper, ...]:
        """All papers."""
        ...


def examine(settings: Settings, index: Library | IngestError, embedder: Embedder | IngestError) -> tuple[Check, ...]:
    """All checks, in the order in which an answer needs the things."""
    files = () if isinstance(index, IngestError) else (check_files(settings.index),)
    return (check_index(index), *files, check_embedder(embedder), *check_language_model(settings))


def check_index(index: Library | IngestError) -> Check:
    """Whether there is an index with papers; `index` is the opened one, or why it could not be opened."""
    if isinstance(index, IngestError):
        says_how = "`python -m ingest" in str(index)
        return Check("index", False, str(index), "" if says_how else "make it with: python -m ingest SOURCES")
    papers = len(index.papers())
    if not papers:
        return Check("index", ok=False, detail="it holds no papers", mend="add some with: python -m ingest SOURCES")
    return Check("index", ok=True, detail=f"{papers:,} papers, version {index.version}")


def check_files(folder: Path) -> Check:
    """Whether every file of an index is as it was written; reads them all to their ends."""
    try:
        troubles = troubles_of(folder)
    except IngestError as error:
        return Check("files", False, str(error))
    if not troubles:
        return Check("files", ok=True, detail="every file is as it was written")
    more = f" and {len(troubles) - 1:,} more" if len(troubles) > 1 else ""
    return Check("files", False, f"{troubles[0]}{more}", f"python -m ingest repair --index {folder}")


def check_embedder(embedder: Embedder | IngestError) -> Check:
    """Whether the embedding model works; `embedder` is the loaded one, or why it could not be loaded."""
    if isinstance(embedder, IngestError):
        return Check("embedding model", False, str(embedder), "install it again, or set FOOTNOTE_EMBEDDING_MODEL")
    began = time.perf_counter()
    numbers = len(embedder.embed_question(_QUESTION))
    milliseconds = 1000 * (time.perf_counter() - began)
    return Check("embedding model", True, f"{numbers} numbers a vector, a question in {milliseconds:.0f} ms")


def check_language_model(settings: Settings) -> tuple[Check, ...]:
    """Which backend is chosen, and how it does on a sample; as many checks as could be made."""
    try:
        backend, why = _chosen(settings)
    except BackendError as error:
        return (Check("language model", ok=False, detail=str(error), mend=_mend_of(error)),)
    if backend.name == EXTRACTIVE:
        detail = f"none; answers are quotes from the papers{f' ({why})' if why else ''}"
        return (Check("language model", ok=True, detail=detail, mend="to use one, set FOOTNOTE_LLM"),)
    spec = Spec(backend.name, backend.model)
    chosen = Check("language model", ok=True, detail=f"{spec}{f', because {why}' if why else ''}")
    return (chosen, *_reached(spec, settings), *_sampled(backend))


def _chosen(settings: Settings) -> tuple[Backend, str]:
    if parse_spec(settings.llm).kind != AUTO:
        return open_backend(settings.llm, settings), ""
    choice = choose(settings)
    return choice.backend, choice.reason


def _reached(spec: Spec, settings: Settings) -> Iterator[Check]:
    from assistant.backends.reaching import reach_of

    reach = reach_of(spec, settings)
    yield Check("reachable", reach.answers, reach.says, "" if reach.answers else "start the server or mend its address")
    if reach.answers:
        served = ", ".join(reach.models[:10])
        mend = f"choose one that it has: {served}" if served else "load it there, or choose another"
        yield Check("model present", reach.has_model, reach.says, "" if reach.has_model else mend)


def _sampled(backend: Backend) -> Iterator[Check]:
    sample = _Sample()
    try:
        sample.take(backend.write(_brief()))
    except BackendError as error:
        yield Check("answers", ok=False, detail=str(error), mend=_mend_of(error))
        return
    yield from sample.checks()


class _Sample:
    """One answer of a model to the sample question, timed."""

    def __init__(self) -> None:
        self._text = ""
        self._cut = ""
        self._pieces = 0
        self._tokens: int | None = None
        self._began = self._first = self._last = time.perf_counter()

    def take(self, pieces: Iterator[Piece]) -> None:
        """Read the answer to its end."""
        for piece in pieces:
            self._cut = piece.cut or self._cut
            self._tokens = piece.usage.tokens_out if piece.usage else self._tokens
            if piece.text:
                self._last = time.perf_counter()
                self._first = self._first if self._text else self._last
                self._text += piece.text
                self._pieces += 1

    def checks(self) -> Iterator[Check]:
        """What the answer shows of the model."""
        first = self._first - self._began
        yield Check("answers", True, f"“{' '.join(self._text.split())[:120]}”")
        yield Check(
            "streams",
            self._pieces > 2,
            f"the first word after {first:.1f} s, {self._pieces} pieces",
            "" if self._pieces > 2 else "look for a streaming option of the server",
        )
        yield self._citations()
        yield self._speed()

    def _citations(self) -> Check:
        help_it = "Footnote verifies and cites by itself; a larger model gives better answers"
        if self._cut:
            return Check("cites", ok=False, detail=self._cut, mend=help_it)
        if self._text == without_markers(self._text):
            return Check("cites", ok=False, detail="it wrote no marker such as [1]", mend=help_it)
        right = "120" in self._text and "[1]" in self._text
        return Check(
            "cites", right, "by the passage's number" if right else "the wrong passage", "" if right else help_it
        )

    def _speed(self) -> Check:
        seconds = self._last - self._first
        rate = (self._tokens or self._pieces) / seconds if seconds > 0 else 0.0
        if not rate:
            return Check("speed", ok=True, detail="the answer came at once")
        slow = rate < COMFORTABLE
        return Check("speed", not slow, f"{rate:.0f} tokens a second", "choose a smaller model" if slow else "")


def _brief() -> Brief:
    hits = []
    for number, text in enumerate(_PASSAGES):
        paper = Paper(id=f"sample-{number}", title=text.split()[0], abstract=text, year=2024)
        hits.append(Hit(Passage(paper.id, 0, len(text), text), paper, 1.0 - number / 2))
    return Brief(_QUESTION, Intent.FACT, tuple(hits))


def _mend_of(error: BackendError) -> str:
    """The mend that a message carries behind its last semicolon."""
    return str(error).rpartition("; ")[2] if "; " in str(error) else "see the README's table of backends"
