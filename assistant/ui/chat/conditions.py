"""What a question was understood to ask of every paper, as chips that a click keeps for the chat."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.answers import Answer
from assistant.filters import Filters
from assistant.query.plan import And, Author, Available, Condition, Facet, Resource, Venue, Years
from assistant.query.plan_wording import described


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words; `kind` and `value` say which it is when it is clicked."""

    label: str
    kind: str
    value: str = ""


def conditions_in(answer: Answer) -> list[Chip]:
    """What a question was understood to ask of every paper, as far as a chat can keep it."""
    return [
        Chip(described(part), "kept", str(place)) for place, part in enumerate(_parts_of(answer)) if _can_be_kept(part)
    ]


def kept_from(filters: Filters, answer: Answer, place: int) -> Filters:
    """The conditions with one of a question's, which holds from now on."""
    parts = _parts_of(answer)
    match parts[place] if 0 <= place < len(parts) else None:
        case Years(first, last):
            return replace(filters, first_year=first, last_year=last)
        case Facet(name, value):
            return replace(filters, facets=filters.facets | {(name, value)})
        case Available(Resource.CODE):
            return replace(filters, has_code=True)
        case Author(name):
            return replace(filters, author=name)
        case Venue(name):
            return replace(filters, venue=name)
        case _:
            return filters


def _parts_of(answer: Answer) -> tuple[Condition, ...]:
    """What a question asked of every paper, apart; nothing if it asked nothing."""
    plan = answer.focus.plan if answer.focus else None
    condition = plan.condition if plan else None
    if condition is None:
        return ()
    return condition.parts if isinstance(condition, And) else (condition,)


def _can_be_kept(condition: Condition) -> bool:
    code = isinstance(condition, Available) and condition.what is Resource.CODE
    return code or isinstance(condition, Years | Facet | Author | Venue)
