"""The query plan: what a question asks for, as one small typed value.

A plan is an operation (list, count, look a record up, …) over a condition: a tree of and, or and not whose leaves
are record fields, names that a paper must mention, subjects, facets, and "those just shown". The rules of this
folder make it offline; a language model makes the same value. `plan_to_json` and `plan_from_json` carry it between
programs, and `plan_wording.described` says its condition to the reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter


class Operation(StrEnum):
    """What is to be done with the papers that a question means."""

    FACT = "fact"  # answer from what the papers say
    FIND = "find"  # the one paper that fits a description
    RECORD = "record"  # look fields of a record up
    COMPARE = "compare"
    LIST = "list"
    COUNT = "count"
    GROUP = "group"  # count by a field
    EXTREME = "extreme"  # largest or smallest by a number that abstracts state
    TABULATE = "tabulate"  # papers as rows
    SURVEY = "survey"  # what many papers say about a subject
    SIMILAR = "similar"  # papers like one
    RESHAPE = "reshape"  # the last answer once more: shorter, longer, simpler, or why
    ASSISTANT = "assistant"  # small talk, and questions about the assistant
    CLARIFY = "clarify"  # too little was said to answer
    REFUSE = "refuse"


class RecordField(StrEnum):
    """A field of a paper's record that can be asked for."""

    AUTHORS = "authors"
    FIRST_AUTHOR = "first author"
    LAST_AUTHOR = "last author"
    AUTHOR_COUNT = "number of authors"
    YEAR = "year"
    VENUE = "venue"
    KIND = "kind"
    CATEGORIES = "categories"
    KEYWORDS = "keywords"
    TITLE = "title"
    ABSTRACT = "abstract"
    IDENTIFIER = "identifier"
    DOI = "DOI"
    LINK = "link"
    CODE = "code"
    DATA = "data"
    BIBTEX = "BibTeX"
    CITATION = "citation"
    STATUS = "status"


class SortKey(StrEnum):
    """What papers can be put in order by."""

    YEAR = "year"
    TITLE = "title"
    AUTHOR = "author"
    ADDED = "added"


class Resource(StrEnum):
    """What a paper can give away besides its text."""

    CODE = "code"
    DATA = "data"


class Reshaping(StrEnum):
    """How the last answer is wanted once more."""

    SHORTER = "shorter"
    LONGER = "longer"
    SIMPLER = "simpler"
    WHY = "why"
    MORE = "more"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Author:
    """Papers by a person, in any form of the name."""

    name: str
    type: Literal["author"] = "author"


@dataclass(frozen=True, slots=True)
class Years:
    """Papers of these years, both included; None leaves an end open."""

    first: int | None = None
    last: int | None = None
    type: Literal["years"] = "years"


@dataclass(frozen=True, slots=True)
class Added:
    """Papers that were added to the library from one day or moment (ISO 8601, UTC) to another, both included.

    None leaves an end open; without both, all whose time of adding is kept. `is_latest`: those of the last run.
    """

    first: str | None = None
    last: str | None = None
    is_latest: bool = False
    type: Literal["added"] = "added"


@dataclass(frozen=True, slots=True)
class Venue:
    """Papers that appeared in a journal or at a conference, by words of its name."""

    name: str
    type: Literal["venue"] = "venue"


@dataclass(frozen=True, slots=True)
class Kind:
    """Entries of a kind, such as "preprint", "article", "thesis" or "retracted"."""

    name: str
    type: Literal["kind"] = "kind"


@dataclass(frozen=True, slots=True)
class Category:
    """Papers of an arXiv category ("cs.SD"), or of all that begin so ("cs")."""

    name: str
    type: Literal["category"] = "category"


@dataclass(frozen=True, slots=True)
class Identifier:
    """The paper of an arXiv id, DOI, PubMed id or citation key."""

    text: str
    type: Literal["identifier"] = "identifier"


@dataclass(frozen=True, slots=True)
class Available:
    """Papers whose code or data is given."""

    what: Resource
    type: Literal["available"] = "available"


@dataclass(frozen=True, slots=True)
class Facet:
    """Papers with a facet that was read from their abstracts at ingest."""

    name: str
    value: str
    label: str = ""
    type: Literal["facet"] = "facet"


@dataclass(frozen=True, slots=True)
class Mention:
    """Papers in whose title or abstract a word or name stands.

    `verb` is how the question put it ("mention", "use", "evaluate on"): what is checked is the word itself.
    """

    name: str
    verb: str = "mention"
    type: Literal["mention"] = "mention"


@dataclass(frozen=True, slots=True)
class Subject:
    """Papers about a subject, as far as that can be judged from title and abstract."""

    text: str
    type: Literal["subject"] = "subject"


@dataclass(frozen=True, slots=True)
class Shown:
    """The papers of an earlier answer, by their ids; `label` says what they were, `subjects` what they are about."""

    paper_ids: tuple[str, ...]
    label: str = ""
    subjects: tuple[str, ...] = ()
    type: Literal["shown"] = "shown"


@dataclass(frozen=True, slots=True)
class And:
    """Papers that meet every part; all papers if there is none."""

    parts: tuple[Condition, ...]
    type: Literal["and"] = "and"


@dataclass(frozen=True, slots=True)
class Or:
    """Papers that meet at least one part; none if there is none."""

    parts: tuple[Condition, ...]
    type: Literal["or"] = "or"


@dataclass(frozen=True, slots=True)
class Not:
    """Papers that do not meet a part."""

    part: Condition
    type: Literal["not"] = "not"


Leaf: TypeAlias = (
    Author | Years | Added | Venue | Kind | Category | Identifier | Available | Facet | Mention | Subject | Shown
)
Condition: TypeAlias = Annotated[Leaf | And | Or | Not, Field(discriminator="type")]


@dataclass(frozen=True, slots=True)
class Order:
    """How the papers of an answer are put in order, and how many of them are wanted."""

    by: SortKey = SortKey.YEAR
    descending: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that abstracts state: of what ("participants", "accuracy"), and whether the largest is wanted."""

    of: str
    largest: bool = True


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """An operation over a condition. `papers` are the ids of papers that the question names, in order.

    `fields` are what a record question asks for and the columns of a table, `aspects` further columns or rows in the
    reader's words, `group` the field to count by, `reshaping` what is to become of the last answer, `skip` how many
    papers of a list were shown before.
    """

    operation: Operation = Operation.FACT
    condition: Condition | None = None
    papers: tuple[str, ...] = ()
    fields: tuple[RecordField, ...] = ()
    order: Order | None = None
    group: str = ""
    measure: Measure | None = None
    aspects: tuple[str, ...] = ()
    reshaping: Reshaping | None = None
    skip: int = 0


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """All leaves of a condition, from left to right; none of None."""
    match condition:
        case None:
            return
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def asks_when_added(condition: Condition | None) -> bool:
    """Whether a condition asks when papers were added."""
    return any(isinstance(leaf, Added) for leaf in leaves(condition))


def is_exact(condition: Condition | None) -> bool:
    """Whether every part can be checked and none has to be judged."""
    return not any(isinstance(leaf, Subject) for leaf in leaves(condition))


def subjects_in(condition: Condition | None) -> tuple[str, ...]:
    """The subjects that a condition asks for, without those that it excludes."""
    match condition:
        case And(parts) | Or(parts):
            return tuple(text for part in parts for text in subjects_in(part))
        case Subject(text):
            return (text,)
        case _:
            return ()


def subjects_narrowed(condition: Condition | None) -> tuple[str, ...]:
    """The subjects that a condition asks for, and those of the earlier answer that it narrows."""
    earlier = tuple(subject for leaf in leaves(condition) if isinstance(leaf, Shown) for subject in leaf.subjects)
    return tuple(dict.fromkeys((*earlier, *subjects_in(condition))))


def all_of(*parts: Condition | None) -> Condition | None:
    """The conjunction of conditions, flat; None where there is none."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, And) else () if part is None else (part,))
    unique = tuple(dict.fromkeys(flat))
    return And(unique) if len(unique) > 1 else unique[0] if unique else None


def any_of(*parts: Condition) -> Condition:
    """The disjunction of conditions, flat; `parts` must not be empty."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    unique = tuple(dict.fromkeys(flat))
    return Or(unique) if len(unique) > 1 else unique[0]


PLAN: TypeAdapter[QueryPlan] = TypeAdapter(QueryPlan)
"""Checks and converts plans; its JSON schema is what a language model is asked to fill."""


def plan_to_json(plan: QueryPlan) -> str:
    """The plan as one line of JSON."""
    return PLAN.dump_json(plan, exclude_defaults=False).decode()


def plan_from_json(text: str) -> QueryPlan:
    """The plan in a JSON text; pydantic's ValidationError says what is wrong with it."""
    return PLAN.validate_json(text)
