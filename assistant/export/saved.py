"""A conversation as JSON, and back: the same conversation, with the very words that were cited.

The shape (version 1), which stays readable for programs that we did not write:

    {"format": "footnote-conversation", "version": 1,
     "papers": [{"id": …, "title": …, "abstract": …, "authors": […], "year": …, …}],
     "turns": [{"question": …,
                "answer": {"text": "… [1] …", "abstained": false, "absence": null, "thoughts": "",
                           "citations": [{"number": 1, "paper": 0, "quote": …, "start": …, "end": …}],
                           "claims": [{"text": …, "numbers": [1], "support": "supported", "reason": ""}],
                           "papers": [0],
                           "parts": [{"kind": "lead", "paper": 0, "name": …}, {"kind": "quotation", "citation": 1}, …],
                           "focus": null or {"question": …, "papers": [0], "names": […], "plan": …},
                           "comparison": null or {"aspects": […], "papers": [0, …],
                                                  "cells": [[{"text": …, "citation": {…} or null}]]},
                           "details": {"intent": …, "searched_for": …, "backend": …, "model": …, …}}}]}

`"paper": 0` is the first of `papers`. A paper stands there with the text that it had when it was cited: a
conversation can be reopened with its quotes intact after the index has changed. Two states of one paper are two. A
part names the citation that its words are. What was saved before there were parts and a focus is read without them.

The classes below are that shape, so that reading checks it; unknown fields of later versions are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from assistant.answers import Absence, Answer, Cell, Citation, Claim, Comparison, Details, Focus
from assistant.conversation import Conversation, Turn
from assistant.errors import AssistantError
from assistant.export.saved_parts import SavedPart, load_parts, save_parts
from assistant.query.plan import QueryPlan
from ingest.papers import Paper

FORMAT = "footnote-conversation"
VERSION = 1


@dataclass(frozen=True, slots=True)
class SavedCitation:
    """A citation whose paper is a place in the list of papers."""

    number: int
    paper: int
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SavedCell:
    """A cell of a comparison; without a citation nothing is stated."""

    text: str = ""
    citation: SavedCitation | None = None


@dataclass(frozen=True, slots=True)
class SavedComparison:
    """A comparison whose papers are places in the list of papers."""

    aspects: tuple[str, ...]
    papers: tuple[int, ...]
    cells: tuple[tuple[SavedCell, ...], ...]


@dataclass(frozen=True, slots=True)
class SavedFocus:
    """What a turn was about; papers as places."""

    question: str = ""
    papers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    plan: QueryPlan | None = None
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """An answer; fields as in `Answer`, papers as places."""

    text: str
    abstained: bool = False
    absence: Absence | None = None
    thoughts: str = ""
    citations: tuple[SavedCitation, ...] = ()
    claims: tuple[Claim, ...] = ()
    papers: tuple[int, ...] = ()
    comparison: SavedComparison | None = None
    details: Details = field(default_factory=Details)
    complete: bool = True
    parts: tuple[SavedPart, ...] = ()
    focus: SavedFocus | None = None


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question and its answer."""

    question: str
    answer: SavedAnswer


@dataclass(frozen=True, slots=True)
class SavedConversation:
    """The whole file."""

    format: str
    version: int
    papers: tuple[Paper, ...] = ()
    turns: tuple[SavedTurn, ...] = ()


_FILE = TypeAdapter(SavedConversation)


def conversation_to_json(conversation: Conversation) -> str:
    """The conversation in the shape above, indented."""
    table = _PaperTable()
    turns = tuple(SavedTurn(turn.question, _save_answer(turn.answer, table)) for turn in conversation.turns)
    saved = SavedConversation(FORMAT, VERSION, table.papers, turns)
    return _FILE.dump_json(saved, indent=2).decode() + "\n"


def conversation_from_json(text: str | bytes) -> Conversation:
    """The conversation that `conversation_to_json` wrote; AssistantError says in one line why a text is none."""
    try:
        saved = _FILE.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise AssistantError(f"This is no saved conversation: {place or 'the file'}: {first['msg']}") from error
    if saved.format != FORMAT or saved.version > VERSION:
        known = f"{FORMAT} up to version {VERSION}"
        raise AssistantError(f"This is a {saved.format} of version {saved.version}; only {known} can be read")
    try:
        return Conversation(tuple(Turn(turn.question, _load_answer(turn.answer, saved.papers)) for turn in saved.turns))
    except LookupError as error:
        raise AssistantError("This is no saved conversation: it cites what it does not hold") from error


class _PaperTable:
    """The papers that a file holds, each state of a paper once."""

    def __init__(self) -> None:
        self._places: dict[Paper, int] = {}

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple(self._places)

    def place_of(self, paper: Paper) -> int:
        return self._places.setdefault(paper, len(self._places))


def _save_answer(answer: Answer, table: _PaperTable) -> SavedAnswer:
    return SavedAnswer(
        text=answer.text,
        abstained=answer.abstained,
        absence=answer.absence,
        thoughts=answer.thoughts,
        citations=tuple(_save_citation(citation, table) for citation in answer.citations),
        claims=answer.claims,
        papers=tuple(map(table.place_of, answer.papers)),
        comparison=_save_comparison(answer.comparison, table) if answer.comparison else None,
        details=answer.details,
        complete=answer.complete,
        parts=save_parts(answer.parts, answer.citations, table.place_of),
        focus=_save_focus(answer.focus, table) if answer.focus else None,
    )


def _save_focus(focus: Focus, table: _PaperTable) -> SavedFocus:
    return SavedFocus(focus.question, tuple(map(table.place_of, focus.papers)), focus.names, focus.plan, focus.unknown)


def _save_citation(citation: Citation, table: _PaperTable) -> SavedCitation:
    paper = table.place_of(citation.paper)
    return SavedCitation(citation.number, paper, citation.quote, citation.start, citation.end)


def _save_comparison(comparison: Comparison, table: _PaperTable) -> SavedComparison:
    cells = tuple(tuple(_save_cell(cell, table) for cell in row) for row in comparison.cells)
    return SavedComparison(comparison.aspects, tuple(map(table.place_of, comparison.papers)), cells)


def _save_cell(cell: Cell, table: _PaperTable) -> SavedCell:
    return SavedCell(cell.text, _save_citation(cell.citation, table) if cell.citation else None)


def _load_answer(saved: SavedAnswer, papers: tuple[Paper, ...]) -> Answer:
    citations = tuple(_load_citation(citation, papers) for citation in saved.citations)
    return Answer(
        text=saved.text,
        citations=citations,
        abstained=saved.abstained,
        claims=saved.claims,
        papers=tuple(_paper_at(place, papers) for place in saved.papers),
        absence=saved.absence,
        comparison=_load_comparison(saved.comparison, papers) if saved.comparison else None,
        thoughts=saved.thoughts,
        details=saved.details,
        complete=saved.complete,
        parts=load_parts(saved.parts, citations, lambda place: _paper_at(place, papers)),
        focus=_load_focus(saved.focus, papers) if saved.focus else None,
    )


def _load_focus(saved: SavedFocus, papers: tuple[Paper, ...]) -> Focus:
    shown = tuple(_paper_at(place, papers) for place in saved.papers)
    return Focus(saved.question, shown, saved.names, saved.plan, saved.unknown)


def _load_citation(saved: SavedCitation, papers: tuple[Paper, ...]) -> Citation:
    return Citation(saved.number, _paper_at(saved.paper, papers), saved.quote, saved.start, saved.end)


def _load_comparison(saved: SavedComparison, papers: tuple[Paper, ...]) -> Comparison:
    cells = tuple(tuple(_load_cell(cell, papers) for cell in row) for row in saved.cells)
    return Comparison(saved.aspects, tuple(_paper_at(place, papers) for place in saved.papers), cells)


def _load_cell(saved: SavedCell, papers: tuple[Paper, ...]) -> Cell:
    return Cell(saved.text, _load_citation(saved.citation, papers) if saved.citation else None)


def _paper_at(place: int, papers: tuple[Paper, ...]) -> Paper:
    """The paper at a place; a negative one, which Python would count from the end, is as wrong as one too large."""
    if place < 0:
        raise IndexError(place)
    return papers[place]
