"""Which papers a chat is asked of: conditions as chips over the question box, set by a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.chat.answer_view import years_in_words
from assistant.ui.chat.conditions import Chip
from assistant.ui.chat.thread import ALL_PAPERS
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened

if TYPE_CHECKING:
    from assistant.answering import Assistant

LONGEST_CHIP = 60
NARROW_FIELDS = ("first", "last", "author", "venue", "facet", "code")
"""The fields of the form, by name."""
# Facets are named “facet: value” in the form, and so are chips of them.
_SEPARATOR = ": "
_FILTERS = TypeAdapter(Filters)


def chips_of(filters: Filters, assistant: Assistant) -> list[Chip]:
    """The conditions in force, one chip each."""
    return [
        *_of_papers(filters, assistant),
        *(Chip(words, "years") for words in years_in_words(filters)),
        *([Chip(texts.BY_AUTHOR.format(filters.author), "author")] if filters.author else []),
        *([Chip(texts.AT_VENUE.format(filters.venue), "venue")] if filters.venue else []),
        *([Chip(texts.WITH_CODE, "code")] if filters.has_code else []),
        *(Chip(_SEPARATOR.join(facet), "facet", _SEPARATOR.join(facet)) for facet in sorted(filters.facets)),
    ]


def _of_papers(filters: Filters, assistant: Assistant) -> Iterator[Chip]:
    count = len(filters.paper_ids)
    if count > 1:
        yield Chip(texts.ONLY_PAPERS.format(count), "papers")
    for paper_id in filters.paper_ids if count == 1 else ():
        try:
            title = plain_text(assistant.paper(paper_id).title)
        except AssistantError:
            title = paper_id
        yield Chip(texts.ONLY_PAPER.format(shortened(title, LONGEST_CHIP)), "papers")


def without(filters: Filters, kind: str, value: str) -> Filters:
    """The conditions without one of them; an unknown one changes nothing."""
    empty: dict[str, dict[str, Any]] = {
        "papers": {"paper_ids": ALL_PAPERS.paper_ids},
        "years": {"first_year": None, "last_year": None},
        "author": {"author": ""},
        "venue": {"venue": ""},
        "code": {"has_code": False},
        "facet": {"facets": filters.facets - {_facet(value)}},
    }
    return replace(filters, **empty.get(kind, {}))


def narrowed_by_form(filters: Filters, said: Mapping[str, str]) -> Filters:
    """The conditions as the form has them; the papers that were chosen stay."""
    facet = {_facet(said["facet"])} if _SEPARATOR in said.get("facet", "") else set()
    return Filters(
        filters.paper_ids,
        _year(said.get("first", "")),
        _year(said.get("last", "")),
        bool(said.get("code")),
        filters.facets | facet,
        " ".join(said.get("author", "").split())[:LONGEST_CHIP],
        " ".join(said.get("venue", "").split())[:LONGEST_CHIP],
    )


def scope_html(assistant: Assistant, filters: Filters, facets: tuple[str, ...] = ()) -> str:
    """The chips over the question box, and the form behind “Narrow”; `facets` are those to choose from."""
    return rendered("scope", chips=chips_of(filters, assistant), filters=filters, facets=facets)


def filters_to_text(filters: Filters) -> str:
    """The conditions as text, to be kept with a conversation; empty where every paper is asked."""
    return _FILTERS.dump_json(filters).decode() if filters else ""


def filters_from_text(text: str) -> Filters:
    """The conditions that were kept; none where that cannot be read: it is not ours to trust."""
    try:
        return _FILTERS.validate_json(text) if text else ALL_PAPERS
    except ValidationError:
        return ALL_PAPERS


def _facet(choice: str) -> tuple[str, str]:
    name, _, value = choice.partition(_SEPARATOR)
    return name, value


def _year(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
