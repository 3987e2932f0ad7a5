"""Numbering: what the parts of an answer rest on becomes its citations, each place once, in the order of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from assistant.answers import (
    Answer,
    Cell,
    Citation,
    Claim,
    Comparison,
    Lead,
    ListLine,
    Part,
    Prose,
    Quotation,
    RecordLine,
    Remark,
    Support,
    Table,
    TableCell,
)
from assistant.composition.rendering import RECORD, markdown
from ingest.papers import Paper
from ingest.passages import Passage

Source = tuple[str, int, int]
"""What a citation leads to: a paper's id, and the place in its abstract (or RECORD twice)."""

PaperOf = Callable[[str], Paper]


def finished(answer: Answer, parts: Iterable[Part], paper_of: PaperOf) -> Answer:
    """The answer with these parts: its citations numbered, its text, claims and comparison made from them."""
    said = tuple(parts)
    citations = numbered(said, paper_of)
    numbers = {source_of(citation): citation for citation in citations}
    return Answer(
        text=markdown(said, citations),
        citations=citations,
        abstained=answer.abstained,
        claims=tuple(_claims(said, numbers)),
        papers=answer.papers,
        absence=answer.absence,
        comparison=next((_comparison(part, numbers) for part in said if isinstance(part, Table)), None),
        thoughts=answer.thoughts,
        details=answer.details,
        parts=said,
        focus=answer.focus,
    )


def numbered(parts: Iterable[Part], paper_of: PaperOf) -> tuple[Citation, ...]:
    """A citation for each place that these parts rest on, numbered from 1 as they are read."""
    sources = dict.fromkeys(chain.from_iterable(map(sources_in, parts)))
    return tuple(_citation(number, source, paper_of(source[0])) for number, source in enumerate(sources, start=1))


def sources_in(part: Part) -> Iterator[Source]:
    """What a part rests on, in order; a place comes as often as it is cited."""
    match part:
        case Quotation(passage):
            yield _place(passage)
        case ListLine(paper, _, passage):
            yield _place(passage) if passage else _record(paper)
        case RecordLine(paper):
            yield _record(paper)
        case Remark(_, papers):
            yield from map(_record, papers)
        case Table(_, rows):
            yield from (_place(cell.passage) for row in rows for cell in row.cells if isinstance(cell, Quotation))
        case Prose(statements):
            yield from (_place(passage) for statement in statements for passage in statement.passages)


def shown_in(parts: Iterable[Part]) -> frozenset[Source]:
    """The places whose very words stand in an answer: not behind a marker alone, and not in a model's words."""
    quoting = (part for part in parts if not isinstance(part, Prose))
    whole = (part for part in quoting if not isinstance(part, ListLine) or part.shows_words)
    return frozenset(chain.from_iterable(map(sources_in, whole)))


def source_of(citation: Citation) -> Source:
    """What a citation leads to."""
    return citation.paper.id, citation.start, citation.end


def _place(passage: Passage) -> Source:
    return passage.paper_id, passage.start, passage.end


def _record(paper: Paper) -> Source:
    return paper.id, RECORD, RECORD


def _citation(number: int, source: Source, paper: Paper) -> Citation:
    _, start, end = source
    return Citation(number, paper, paper.title if start == RECORD else paper.abstract[start:end], start, end)


def _claims(parts: Sequence[Part], numbers: dict[Source, Citation]) -> Iterator[Claim]:
    """What an answer claims: quotations, which carry themselves, and a model's statements with their verdicts."""
    for part in parts:
        match part:
            case Prose(statements):
                for said in (statement for statement in statements if statement.text.strip()):
                    cited = dict.fromkeys(numbers[_place(passage)].number for passage in said.passages)
                    yield Claim(said.text.strip(), tuple(cited), said.support, said.reason)
            case Remark() if not part.papers:
                pass
            case _:
                for source in dict.fromkeys(sources_in(part)):
                    citation = numbers[source]
                    yield Claim(_claimed(part, citation), (citation.number,), Support.SUPPORTED)


def _claimed(part: Part, citation: Citation) -> str:
    match part:
        case RecordLine(_, label, value):
            return f"{label}: {value}"
        case Remark(text):
            return text
        case _:
            return citation.quote


def _comparison(table: Table, numbers: dict[Source, Citation]) -> Comparison | None:
    """A table of papers and aspects as a comparison, whichever of the two are its columns."""
    heads, labels = table.heads, tuple(row.label for row in table.rows)
    rows = tuple(tuple(_cell(cell, numbers) for cell in row.cells) for row in table.rows)
    if labels and all(isinstance(label, Lead) for label in labels):
        heads, labels, rows = labels, heads, tuple(zip(*rows, strict=True))
    papers = tuple(head.paper for head in heads if isinstance(head, Lead))
    aspects = tuple(label for label in labels if isinstance(label, str))
    whole = len(papers) == len(heads) and len(aspects) == len(labels)
    return Comparison(aspects, papers, rows) if whole else None


def _cell(cell: TableCell, numbers: dict[Source, Citation]) -> Cell:
    if isinstance(cell, Quotation):
        citation = numbers[_place(cell.passage)]
        return Cell(citation.quote, citation)
    return Cell(cell or "")
