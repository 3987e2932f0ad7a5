"""The nouns of an answer: what was found, what is quoted, what is claimed, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from assistant.query.plan import QueryPlan
from ingest.papers import Paper
from ingest.passages import Passage

CELL_NOT_STATED = "not stated in the abstract"
"""What stands in a cell of a table where the abstract says nothing: in answers, exports and a model's instructions."""


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
    """Why nothing can be answered; different things that a user wants told apart."""

    NOT_STATED = "not stated"  # the paper is here, the fact is not
    NO_PAPER_ABOUT = "no paper about that"
    NO_PAPER_CALLED = "no paper called that"
    OUTSIDE_FILTERS = "outside the filters"  # the paper is here, the filters that are set leave it out
    OUT_OF_SCOPE = "out of scope"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score for a question; higher is better, comparable within one search only."""

    passage: Passage
    paper: Paper
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """What a marker opens: exact words of a paper, `quote == paper.abstract[start:end]`, or the paper's record.

    A citation of a record has `start == end == -1`, and the title as its quote.
    """

    number: int
    paper: Paper
    quote: str
    start: int
    end: int

    @property
    def is_of_record(self) -> bool:
        """Whether it leads to the paper's record and not to words of its abstract."""
        return self.start < 0


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence (or table cell) of an answer, the numbers of the citations it carries, and its verdict."""

    text: str
    numbers: tuple[int, ...]
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """Introduces a paper; the quotations and record lines of it that follow are set under this one line.

    `name` is what the question, or else the paper itself, calls its work; empty where it has no name but its title.
    """

    paper: Paper
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The plain name of a group of parts, such as a year or an approach."""

    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """Exact words of one abstract. `value`, a stretch of them, is the number or name that was asked for: set off."""

    passage: Passage
    value: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Our own words: plain text, no Markdown. `papers` are those that it speaks of: a marker leads to each record."""

    text: str
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One field of a paper's record, such as its authors; the marker leads to the record."""

    paper: Paper
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """One paper of a list, with the words that make it belong; without a passage the marker leads to its record.

    `value` is the number or name that was asked for. With `shows_words` False, as in a long list, the line has the
    title in place of the words, which are behind the marker.
    """

    paper: Paper
    name: str
    passage: Passage | None = None
    value: str = ""
    shows_words: bool = True


TableCell = Quotation | str | None
"""Quoted words, a value of the paper's record (or another word of our own), or None: not stated in the abstract."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table: its label (an aspect, or a paper), and a cell for each column."""

    label: str | Lead
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are papers and whose rows are aspects, or the other way round."""

    heads: tuple[str | Lead, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, list item or table cell that a model wrote, what it rests on, and how far that carries it.

    `before` is the Markdown between the statement before and this one (bullets, bars, line breaks), `text` its own
    Markdown without markers. `text` is empty for what stands behind the last statement.
    """

    before: str
    text: str
    passages: tuple[Passage, ...] = ()
    support: Support = Support.NO_CLAIM
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """What a model wrote, cut into verified statements; put together again they are its Markdown."""

    statements: tuple[Statement, ...]


Part = Lead | Heading | Quotation | Remark | RecordLine | ListLine | Table | Prose
"""What an answer is made of. Citations are numbered once, over all of its parts; each surface renders them itself."""


@dataclass(frozen=True, slots=True)
class Focus:
    """What a turn was about: the only thing that the next turn builds on.

    `question` is the question as it stands alone, `papers` those in view in order of mention (what "it" and "the
    second one" mean next), `names` what each of them was called, `plan` what was looked for, `offered` a question that
    the answer offered to answer, for which "yes" stands. A turn that is about no paper, such as small talk, keeps the
    papers of the turn before in view; after one about a name that no paper has, `unknown`, nothing is in view but that
    name.
    """

    question: str = ""
    papers: tuple[Paper, ...] = ()
    names: tuple[str, ...] = ()
    plan: QueryPlan | None = None
    unknown: str = ""
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison: words with the citation they rest on, or nothing stated.

    `doubtful` says that the words are near to what is asked, but may not answer it.
    """

    text: str = ""
    citation: Citation | None = None
    doubtful: bool = False

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

    @property
    def citations(self) -> list[Citation]:
        """The citations of the cells, each number once, in order."""
        by_number = {cell.citation.number: cell.citation for row in self.cells for cell in row if cell.citation}
        return [by_number[number] for number in sorted(by_number)]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a language model's part of an answer cost; None where the server does not tell."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    dollars: float | None = None


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
    steps: tuple[str, ...] = ()  # what a capable model did: "reading 10 papers", …
    seconds: float = 0.0
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question.

    `parts` are what it says; `text` is their Markdown with `[n]` markers, one of the `citations` for each n. While a
    model's answer streams, `complete` is False, and text and citations grow without parts; the last one is complete.
    `papers` are those that it speaks of, in order of mention. `focus` is what the next turn builds on; None where
    that is not known, as in a conversation that another program kept.
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
    parts: tuple[Part, ...] = ()
    focus: Focus | None = None
