"""The nouns of an answer: what was found, what is quoted, what is claimed, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ingest.papers import Paper
from ingest.passages import Passage


class Intent(StrEnum):
    """What a question wants."""

    FACT = "fact"
    WHICH_PAPER = "which paper"
    COMPARISON = "comparison"
    LIST = "list"
    ABOUT_ASSISTANT = "about the assistant"
    OUT_OF_SCOPE = "out of scope"


class Support(StrEnum):
    """How far the cited words carry a sentence of an answer."""

    SUPPORTED = "supported"
    PARTLY = "partly supported"
    UNSUPPORTED = "unsupported"
    NO_CLAIM = "makes no claim"  # a lead-in or a remark about the search itself


class Absence(StrEnum):
    """Why nothing can be answered; four different things that a user wants told apart."""

    NOT_STATED = "not stated"  # the paper is here, the fact is not
    NO_PAPER_ABOUT = "no paper about that"
    NO_PAPER_CALLED = "no paper called that"
    NOT_SUFFICIENT = "retrieved but not sufficient"
    OUT_OF_SCOPE = "out of scope"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score for a question; higher is better, comparable within one search only."""

    passage: Passage
    paper: Paper
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of one paper that an answer rests on: `quote == paper.abstract[start:end]`."""

    number: int
    paper: Paper
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence (or table cell) of an answer, the numbers of the citations it carries, and its verdict."""

    text: str
    numbers: tuple[int, ...]
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison: words with the citation they rest on, or nothing stated."""

    text: str = ""
    citation: Citation | None = None

    @property
    def stated(self) -> bool:
        """Whether the abstract says anything on this aspect."""
        return self.citation is not None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Aspects as rows, papers as columns: `cells[row][column]`, shape (len(aspects), len(papers))."""

    aspects: tuple[str, ...]
    papers: tuple[Paper, ...]
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model's part of an answer cost; None where the server does not tell."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    dollars: float | None = None

    @property
    def tokens_per_second(self) -> float | None:
        """Generated tokens a second, or None where unknown."""
        return self.tokens_out / self.seconds if self.tokens_out and self.seconds else None


@dataclass(frozen=True, slots=True)
class Details:
    """How an answer came about: shown on demand, exported with it."""

    intent: Intent = Intent.FACT
    searched_for: str = ""
    backend: str = ""
    model: str = ""
    prompts: tuple[str, ...] = ()  # "answer v1", …
    index_version: str = ""
    scanned: int | None = None  # papers read for a whole-corpus question …
    corpus: int = 0  # … of this many
    dropped: str = ""  # what did not fit the model's window
    notice: str = ""  # a trouble that was met, in one line
    seconds: float = 0.0
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question: Markdown with `[n]` markers, one citation for each n.

    While streaming, `complete` is False and text, citations and claims grow; the last one is complete.
    `papers` are the papers in view after this answer, in order of mention: what "it" and "the second" mean next.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    claims: tuple[Claim, ...] = ()
    papers: tuple[Paper, ...] = ()
    absence: Absence | None = None
    comparison: Comparison | None = None
    thoughts: str = ""  # a reasoning model's thinking: folded away, never verified or cited
    details: Details = field(default_factory=Details)
    complete: bool = True
