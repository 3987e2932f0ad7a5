"""The parts of a saved answer: papers as places in the file's list of papers, quoted words as numbers of citations.

Each class mirrors a part of `assistant.answers`, with a `kind` that tells it from the others. KeyError (a LookupError)
says that a part names a citation which the answer does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from assistant.answers import (
    Citation,
    Heading,
    Lead,
    ListLine,
    Part,
    Prose,
    Quotation,
    RecordLine,
    Remark,
    Statement,
    Support,
    Table,
    TableCell,
    TableRow,
)
from ingest.papers import Paper
from ingest.passages import Level, Passage

PlaceOf = Callable[[Paper], int]
PaperAt = Callable[[int], Paper]


@dataclass(frozen=True, slots=True)
class SavedLead:
    """A paper's introduction."""

    paper: int
    name: str = ""
    kind: Literal["lead"] = "lead"


@dataclass(frozen=True, slots=True)
class SavedHeading:
    """The name of a group."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class SavedQuotation:
    """The words of a citation."""

    citation: int
    value: str = ""
    kind: Literal["quotation"] = "quotation"


@dataclass(frozen=True, slots=True)
class SavedRemark:
    """Words of our own."""

    text: str
    papers: tuple[int, ...] = ()
    kind: Literal["remark"] = "remark"


@dataclass(frozen=True, slots=True)
class SavedRecordLine:
    """A field of a paper's record."""

    paper: int
    label: str
    value: str
    kind: Literal["record"] = "record"


@dataclass(frozen=True, slots=True)
class SavedListLine:
    """A paper of a list; without a citation its marker leads to the record."""

    paper: int
    name: str
    citation: int | None = None
    value: str = ""
    shows_words: bool = True
    kind: Literal["line"] = "line"


SavedCellOfTable = SavedQuotation | str | None


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A row of a table."""

    label: str | SavedLead
    cells: tuple[SavedCellOfTable, ...]


@dataclass(frozen=True, slots=True)
class SavedTable:
    """A table."""

    heads: tuple[str | SavedLead, ...]
    rows: tuple[SavedRow, ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class SavedStatement:
    """A model's statement with its verdict."""

    before: str
    text: str
    citations: tuple[int, ...] = ()
    support: Support = Support.NO_CLAIM
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SavedProse:
    """A model's text."""

    statements: tuple[SavedStatement, ...]
    kind: Literal["prose"] = "prose"


SavedPart = Annotated[
    SavedLead | SavedHeading | SavedQuotation | SavedRemark | SavedRecordLine | SavedListLine | SavedTable | SavedProse,
    Field(discriminator="kind"),
]


def save_parts(parts: Iterable[Part], citations: Iterable[Citation], place_of: PlaceOf) -> tuple[SavedPart, ...]:
    """The parts of an answer with these citations, as they are saved."""
    return tuple(map(_Saving(citations, place_of).part, parts))


def load_parts(saved: Iterable[SavedPart], citations: Iterable[Citation], paper_at: PaperAt) -> tuple[Part, ...]:
    """The parts that were saved of an answer with these citations."""
    return tuple(map(_Loading(citations, paper_at).part, saved))


class _Saving:
    def __init__(self, citations: Iterable[Citation], place_of: PlaceOf) -> None:
        self._numbers = {(c.paper.id, c.start, c.end): c.number for c in citations}
        self._place_of = place_of

    def part(self, part: Part) -> SavedPart:  # noqa: PLR0911 - one for each kind
        match part:
            case Lead():
                return self._lead(part)
            case Heading(text):
                return SavedHeading(text)
            case Quotation():
                return self._quotation(part)
            case Remark(text, papers):
                return SavedRemark(text, tuple(map(self._place_of, papers)))
            case RecordLine(paper, label, value):
                return SavedRecordLine(self._place_of(paper), label, value)
            case ListLine(paper, name, passage, value, shows_words):
                number = self._number(passage) if passage else None
                return SavedListLine(self._place_of(paper), name, number, value, shows_words)
            case Table(heads, rows):
                saved = (SavedRow(self._head(row.label), tuple(map(self._cell, row.cells))) for row in rows)
                return SavedTable(tuple(map(self._head, heads)), tuple(saved))
            case Prose(statements):
                return SavedProse(tuple(map(self._statement, statements)))

    def _lead(self, lead: Lead) -> SavedLead:
        return SavedLead(self._place_of(lead.paper), lead.name)

    def _quotation(self, quotation: Quotation) -> SavedQuotation:
        return SavedQuotation(self._number(quotation.passage), quotation.value)

    def _head(self, head: str | Lead) -> str | SavedLead:
        return self._lead(head) if isinstance(head, Lead) else head

    def _cell(self, cell: TableCell) -> SavedCellOfTable:
        return self._quotation(cell) if isinstance(cell, Quotation) else cell

    def _statement(self, said: Statement) -> SavedStatement:
        return SavedStatement(
            said.before, said.text, tuple(map(self._number, said.passages)), said.support, said.reason
        )

    def _number(self, passage: Passage) -> int:
        return self._numbers[passage.paper_id, passage.start, passage.end]


class _Loading:
    def __init__(self, citations: Iterable[Citation], paper_at: PaperAt) -> None:
        self._citations = {citation.number: citation for citation in citations}
        self._paper_at = paper_at

    def part(self, saved: SavedPart) -> Part:  # noqa: PLR0911 - one for each kind
        match saved:
            case SavedLead():
                return self._lead(saved)
            case SavedHeading(text):
                return Heading(text)
            case SavedQuotation():
                return self._quotation(saved)
            case SavedRemark(text, papers):
                return Remark(text, tuple(map(self._paper_at, papers)))
            case SavedRecordLine(paper, label, value):
                return RecordLine(self._paper_at(paper), label, value)
            case SavedListLine(paper, name, citation, value, shows_words):
                passage = None if citation is None else self._passage(citation)
                return ListLine(self._paper_at(paper), name, passage, value, shows_words)
            case SavedTable(heads, rows):
                loaded = (TableRow(self._head(row.label), tuple(map(self._cell, row.cells))) for row in rows)
                return Table(tuple(map(self._head, heads)), tuple(loaded))
            case SavedProse(statements):
                return Prose(tuple(map(self._statement, statements)))

    def _lead(self, saved: SavedLead) -> Lead:
        return Lead(self._paper_at(saved.paper), saved.name)

    def _quotation(self, saved: SavedQuotation) -> Quotation:
        return Quotation(self._passage(saved.citation), saved.value)

    def _head(self, saved: str | SavedLead) -> str | Lead:
        return self._lead(saved) if isinstance(saved, SavedLead) else saved

    def _cell(self, saved: SavedCellOfTable) -> TableCell:
        return self._quotation(saved) if isinstance(saved, SavedQuotation) else saved

    def _statement(self, saved: SavedStatement) -> Statement:
        passages = tuple(map(self._passage, saved.citations))
        return Statement(saved.before, saved.text, passages, saved.support, saved.reason)

    def _passage(self, number: int) -> Passage:
        citation = self._citations[number]
        return Passage(citation.paper.id, citation.start, citation.end, citation.quote, Level.SENTENCE)
