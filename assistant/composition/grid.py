"""Grids: papers as rows, questions as columns, in each cell a short value with the words or the record it rests on.

A column is a field of the record ("year"), one of the usual aspects ("data"), or any question, which is asked of every
paper by itself. A cell is empty where the abstract is not found to say it, and doubtful where the nearest words are not
near enough to be an answer on their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from assistant.answers import Cell, Citation, Comparison, Intent
from assistant.composition.answerability import is_answered
from assistant.composition.aspects import ASPECTS, Aspect, aspect_named, speaks_best, value_told
from assistant.composition.evidence import Evidence
from assistant.composition.records import value_of
from assistant.composition.rendering import LEFT_OUT, RECORD
from assistant.composition.values import without_opening
from assistant.query.plan import RecordField
from assistant.query.question import Question
from assistant.retrieval.sentence_selection import Probe, Rarity, Weighed, weigh
from ingest.index.types import Vectors
from ingest.papers import Paper
from ingest.passages import Passage

# A value is as long as can be read at a glance; the whole words are behind it.
LONGEST_VALUE = 110
# How near a sentence must be to a question to answer it: by meaning (a cosine), or by the share of the question's rare
# words that it has, if the meaning is not far. What reaches the second pair only may answer it, and is marked.
SURELY_NEAR, SURELY_SHARED, NOT_FAR = 0.45, 0.5, 0.3
MAYBE_NEAR, MAYBE_SHARED = 0.38, 0.3

# Fields too long for a cell, or whose names are those of an aspect of the abstract.
_NO_COLUMN = (RecordField.ABSTRACT, RecordField.BIBTEX, RecordField.CITATION, RecordField.DATA, RecordField.STATUS)
# Fields of the record by what readers call them.
_FIELDS = {
    **{str(field).casefold(): field for field in RecordField if field not in _NO_COLUMN},
    "author": RecordField.AUTHORS,
    "journal": RecordField.VENUE,
    "conference": RecordField.VENUE,
    "code": RecordField.CODE,
    "type": RecordField.KIND,
}


class Grids:
    """Makes grids over one state of the index."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def of(self, papers: Sequence[Paper], columns: Sequence[str]) -> Comparison:
        """The columns of these papers; the citations are numbered through, column by column."""
        sentences = self._evidence.sentences(papers)
        numbers: dict[tuple[str, int, int], Citation] = {}
        cells = tuple(
            tuple(_numbered(cell, numbers) for cell in self._column(papers, column, sentences)) for column in columns
        )
        return Comparison(tuple(columns), tuple(papers), cells)

    def _column(self, papers: Sequence[Paper], label: str, sentences: Vectors) -> Iterator[Cell]:
        name = label.strip().casefold().rstrip("?")
        if name in _FIELDS:
            return (_of_record(paper, _FIELDS[name]) for paper in papers)
        return self._asked(papers, aspect_named(label), sentences)

    def _asked(self, papers: Sequence[Paper], aspect: Aspect, sentences: Vectors) -> Iterator[Cell]:
        vector = self._evidence.embed([aspect.probe])[0]
        of_paper = {
            paper_id: list(rows)
            for paper_id, rows in groupby(
                range(len(sentences.passages)), key=lambda row: sentences.passages[row].paper_id
            )
        }
        rarity = Rarity(sentences.passages)
        for paper in papers:
            probe = Probe.of(aspect.probe, vector, [self._evidence.called(paper)])
            weighed = weigh(probe, _rows(sentences, of_paper.get(paper.id, [])), rarity)
            yield _said(paper, aspect, weighed)


def _said(paper: Paper, aspect: Aspect, weighed: Sequence[Weighed]) -> Cell:
    if aspect in ASPECTS:
        passage = speaks_best(aspect, weighed)
        if passage is None:
            return Cell()
        return _quoting(paper, passage, value_told(aspect, passage.text))
    if not weighed or not is_answered(weighed, Question(aspect.probe, aspect.probe, Intent.FACT)):
        return Cell()
    best = max(weighed, key=lambda item: item.score)
    cell = _quoting(paper, best.passage, value_told(aspect, best.passage.text))
    if best.meaning >= SURELY_NEAR or (best.words >= SURELY_SHARED and best.meaning >= NOT_FAR):
        return cell
    maybe = best.meaning >= MAYBE_NEAR or best.words >= MAYBE_SHARED
    return replace(cell, doubtful=True) if maybe else Cell()


def _quoting(paper: Paper, passage: Passage, value: str) -> Cell:
    quote = paper.abstract[passage.start : passage.end]
    return Cell(
        value or _short(without_opening(quote)),
        Citation(0, paper, quote, passage.start, passage.end),
    )


def _short(text: str) -> str:
    """The text, cut between words where it is long."""
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE].rsplit(' ', 1)[0].rstrip(',;:')} {LEFT_OUT}"


def _of_record(paper: Paper, field: RecordField) -> Cell:
    value = value_of(paper, field)
    return Cell(value, Citation(0, paper, paper.title, RECORD, RECORD)) if value else Cell()


def _numbered(cell: Cell, numbers: dict[tuple[str, int, int], Citation]) -> Cell:
    """The cell with the number of its place: a place that several cells rest on has one."""
    if cell.citation is None:
        return cell
    place = (cell.citation.paper.id, cell.citation.start, cell.citation.end)
    citation = numbers.setdefault(place, replace(cell.citation, number=len(numbers) + 1))
    return replace(cell, citation=citation)


def _rows(sentences: Vectors, rows: Sequence[int]) -> Vectors:
    roles = None if sentences.roles is None else sentences.roles[list(rows)]
    return Vectors(tuple(sentences.passages[row] for row in rows), sentences.matrix[list(rows)], roles)
