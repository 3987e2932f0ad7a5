"""Turns of talk: what is said about the last answer, and not about the papers anew.

"Only those that mention CLIP", "how many is that?", "put them in a table", "why?", "shorter": each is a plan over the
papers that were shown, or over the plan that the last answer came from.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.answers import Focus
from assistant.query.conditions import ConditionReader
from assistant.query.cues import Cues
from assistant.query.operations import OperationReader
from assistant.query.plan import (
    And,
    Author,
    Condition,
    Not,
    Operation,
    QueryPlan,
    RecordField,
    Reshaping,
    Shown,
    Subject,
    all_of,
    any_of,
    is_exact,
    subjects_narrowed,
)
from assistant.query.plan_wording import described
from assistant.query.question import MOST_COMPARED

# What a turn about the last answer is at most: a longer one says something of its own.
LONGEST_TURN = 24
# Papers of a list that an answer shows at once; "more" turns the page.
PAGE = 60
_DEGREE = re.compile(r"^(?:\w{3,}er|\w{3,}est|more|less|most|least|better|best|worse|worst)\b", re.I)
_TABLE_FIELDS = {
    "group_year": RecordField.YEAR,
    "group_author": RecordField.AUTHORS,
    "group_venue": RecordField.VENUE,
    "group_category": RecordField.CATEGORIES,
    "record_doi": RecordField.DOI,
}


class TurnReader:
    """Reads turns about the last answer, over one library."""

    def __init__(self, conditions: ConditionReader, operations: OperationReader, words: Cues) -> None:
        self._conditions = conditions
        self._operations = operations
        self._words = words
        self._narrows = re.compile(rf"^(?:(?:and|now|then|so|ok|please)[\s,]+)*{words.source('narrows')}\b", re.I)
        self._drops = re.compile(rf"^(?:(?:and|now|then|ok|please)[\s,]+)*{words.source('drops')}\b", re.I)

    def read(self, text: str, focus: Focus | None) -> QueryPlan | None:
        """The plan of a turn about the last answer; None where it is a question of its own."""
        if focus is None or len(text.split()) > LONGEST_TURN:
            return None
        readings = (self._reshaped, self._counted, self._tabulated, self._sorted, self._narrowed, self._others_by)
        return next((plan for reading in readings if (plan := reading(text.strip(), focus)) is not None), None)

    def condition_in(self, text: str) -> Condition | None:
        """What a question about papers in view asks of them, without the words that point at them."""
        found = self._words.pattern("narrows").search(text)
        return self._conditions.read(text[found.end() :]) if found else None

    def _reshaped(self, text: str, focus: Focus) -> QueryPlan | None:
        text = re.sub(r"\s*,\s*", " ", text)
        is_list = focus.plan is not None and focus.plan.operation in (Operation.LIST, Operation.TABULATE)
        if self._words.is_whole("more", text) and focus.plan is not None and is_list:
            return replace(focus.plan, skip=focus.plan.skip + PAGE)
        for name, reshaping in (
            ("why", Reshaping.WHY),
            ("shorter", Reshaping.SHORTER),
            ("simpler", Reshaping.SIMPLER),
            ("longer", Reshaping.LONGER),
            ("more", Reshaping.LONGER),
            ("again", Reshaping.AGAIN),
        ):
            if self._words.is_whole(name, text):
                return QueryPlan(Operation.RESHAPE, focus.plan.condition if focus.plan else None, reshaping=reshaping)
        return None

    def _counted(self, text: str, focus: Focus) -> QueryPlan | None:
        if self._words.is_whole("how_many_shown", text) and focus.papers:
            return QueryPlan(Operation.COUNT, _listed(focus) or _shown(focus))
        found = re.match(r"^(?:and |so )?how many (?:of (?:them|those|these))\b", text, re.I)
        condition = self._conditions.read(text[found.end() :]) if found and focus.papers else None
        if condition is None or (len(focus.papers) == 1 and not is_exact(condition)):
            return None  # with one paper in view, "them" are things that it speaks of
        return QueryPlan(Operation.COUNT, all_of(_shown(focus), condition))

    def _tabulated(self, text: str, focus: Focus) -> QueryPlan | None:
        found = self._words.pattern("in_a_table").search(text)
        if found is None or not focus.papers:
            return None
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        names_papers = self._words.pattern("papers").search(rest) and not self._words.pattern("this_list").search(rest)
        if names_papers:
            return None
        fields = tuple(field for name, field in _TABLE_FIELDS.items() if self._words.pattern(name).search(rest))
        compared = focus.plan is not None and focus.plan.operation is Operation.COMPARE
        if compared and not fields and 1 < len(focus.papers) <= MOST_COMPARED:
            return focus.plan
        return QueryPlan(Operation.TABULATE, _shown(focus), fields=fields)

    def _sorted(self, text: str, focus: Focus) -> QueryPlan | None:
        order = self._operations.order_of(text)
        if order is None or not focus.papers or self._words.pattern("papers").search(text):
            return None
        return QueryPlan(Operation.LIST, _shown(focus), order=order)

    def _narrowed(self, text: str, focus: Focus) -> QueryPlan | None:
        if not focus.papers:
            return None
        if found := self._drops.match(text):
            condition = self._read(text[found.end() :]) or self._conditions.read(text[found.start() :])
            denied = condition if isinstance(condition, Not) else Not(condition) if condition else None
            return QueryPlan(Operation.LIST, all_of(_shown(focus), denied)) if denied else None
        found = self._narrows.match(text)
        if found is None:
            return None
        newest, rest = self._operations.superlative_of(text[found.end() :])
        condition = self._read(rest)
        if condition is None and newest is None:
            return None
        if isinstance(condition, Subject) and _DEGREE.search(condition.text):
            return None  # "which of them is bigger?" sets them side by side
        order = replace(newest, limit=newest.limit or 1) if newest else None
        return QueryPlan(Operation.LIST, all_of(_shown(focus), condition), order=order)

    def _read(self, rest: str) -> Condition | None:
        rest = re.sub(rf"^[\s,]*(?:{self._words.source('papers')}|the ones|those|ones)\b", "", rest, flags=re.I)
        return self._conditions.read(rest)

    def _others_by(self, text: str, focus: Focus) -> QueryPlan | None:
        """Papers by the authors of the paper in view, without it: "what else did she publish?"."""
        asks = self._words.pattern("else_by_author").search(text)
        wrote = self._words.pattern("has_written").search(text) or re.search(r"\bby\b", text, re.I)
        people = self._words.pattern("people").search(text)
        if not (asks and wrote and people and focus.papers):
            return None
        shown = focus.papers[0]
        authors = shown.authors
        if "first" in people[0].lower():
            authors = authors[:1]
        if "last" in people[0].lower():
            authors = authors[-1:]
        if not authors:
            return None
        others = Not(Shown((shown.id,), focus.names[0] if focus.names else shown.title))
        return QueryPlan(Operation.LIST, all_of(any_of(*map(Author, authors)), others))


def _listed(focus: Focus) -> Condition | None:
    """What the last list was of, if it was one: it may have found nothing, and then other papers are in view."""
    plan = focus.plan
    is_list = plan is not None and plan.operation in (Operation.LIST, Operation.COUNT, Operation.TABULATE)
    return plan.condition if plan and is_list and not (plan.order and plan.order.limit) else None


def _shown(focus: Focus) -> Shown:
    label = _label(focus.plan.condition) if focus.plan and focus.plan.condition else ""
    subjects = subjects_narrowed(focus.plan.condition) if focus.plan else ()
    return Shown(tuple(paper.id for paper in focus.papers), label, subjects)


def _label(condition: Condition) -> str:
    """A condition in words, without saying again and again that it narrows what was shown."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    said = (part.label if isinstance(part, Shown) else described(part) for part in parts)
    return ", ".join(dict.fromkeys(words for words in said if words))
