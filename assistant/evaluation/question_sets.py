"""Question sets: conversations, and what a right answer to the last turn of each must and must not have.

The format is described in tests/questions/README.md; whoever has questions about their own papers can write one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.jsonl import Record, is_texts, records

COMPARE = "compare"
LIST = "list"
INJECTION = "injection"
AGGREGATE = "aggregate"
SURVEY = "survey"
TURNS = "turns"

Patterns = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right answer has.

    All papers of `cite_all` must be cited (if there are none: one of `cite_any`, if there are any); with
    `cite_only` no others may be. Of each group of `facts` one pattern must match the answer or its quotes, and no
    pattern of `must_not` the answer. `abstain` None means that answering and abstaining are both right. `count`
    is the range of right numbers of papers for a list; an aggregate must name one of them. At least `cite_least` of
    all these papers must be cited, which is how a survey is held to its subject.
    """

    cite_all: frozenset[str] = frozenset()
    cite_any: frozenset[str] = frozenset()
    cite_only: bool = False
    cite_least: int = 0
    facts: tuple[Patterns, ...] = ()
    abstain: bool | None = False
    must_not: Patterns = ()
    may_cite: frozenset[str] = frozenset()
    count: tuple[int, int] | None = None

    @property
    def allowed(self) -> frozenset[str]:
        """The papers that have a place in the answer."""
        return self.cite_all | self.cite_any


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A conversation whose last turn has a known answer.

    `kind` is such as "fact" or "list", `sub` a part of it; `field` is the science that it asks about, "" if none.
    """

    id: str
    kind: str
    turns: tuple[str, ...]
    expect: Expectation
    sub: str = ""
    note: str = ""
    field: str = ""

    @property
    def group(self) -> str:
        """What its figures are shown under: "fact:named", "list"."""
        return f"{self.kind}:{self.sub}" if self.sub else self.kind


def read_questions(place: Path) -> tuple[KnownQuestion, ...]:
    """The questions of a JSON Lines file, or of every such file of a folder; EvaluationError names the faulty line."""
    paths = sorted(place.glob("*.jsonl")) if place.is_dir() else [place]
    questions: dict[str, KnownQuestion] = {}
    for record in (record for path in paths for record in records(path)):
        question = _question(record)
        if question.id in questions:
            raise record.fault(f"a second question has the id “{question.id}”")
        questions[question.id] = question
    if not questions:
        raise EvaluationError(f"{place} has no questions: give a JSON Lines file, or a folder with some")
    return tuple(questions.values())


def write_questions(path: Path, questions: Iterable[KnownQuestion]) -> None:
    """Write questions in the format that `read_questions` reads."""
    path.write_text("".join(f"{_line(question)}\n" for question in questions), encoding="utf-8")


def _question(record: Record) -> KnownQuestion:
    turns = record.texts("turns")
    if not turns:
        raise record.fault("“turns” is empty")
    return KnownQuestion(
        id=record.text("id"),
        kind=record.text("type"),
        turns=turns,
        expect=_expectation(record.inner("expect")),
        sub=record.text("sub", ""),
        note=record.text("note", ""),
        field=record.text("field", ""),
    )


def _expectation(record: Record) -> Expectation:
    return Expectation(
        cite_all=frozenset(record.texts("cite_all")),
        cite_any=frozenset(record.texts("cite_any")),
        cite_only=bool(record.fields.get("cite_only", False)),
        cite_least=_cite_least(record),
        facts=tuple(_facts(record)),
        abstain=_abstain(record),
        must_not=_patterns(record, record.texts("must_not")),
        may_cite=frozenset(record.texts("may_cite")),
        count=_count(record),
    )


def _facts(record: Record) -> Iterator[Patterns]:
    groups = record.fields.get("facts", [])
    if not isinstance(groups, list):
        raise record.fault("“facts” must be a list of groups of regular expressions")
    for group in groups:
        if not is_texts(group) or not group:
            raise record.fault("a group of “facts” must be a list of regular expressions")
        yield _patterns(record, group)


def _patterns(record: Record, expressions: Iterable[str]) -> Patterns:
    return tuple(_pattern(record, expression) for expression in expressions)


def _pattern(record: Record, expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.IGNORECASE)
    except re.error as error:
        raise record.fault(f"“{expression}” is no regular expression: {error}") from error


def _abstain(record: Record) -> bool | None:
    value = record.fields.get("abstain", False)
    if value not in (True, False, None):
        raise record.fault("“abstain” must be true, false or null")
    return value if value is None else bool(value)


def _cite_least(record: Record) -> int:
    least = record.fields.get("cite_least", 0)
    if not isinstance(least, int) or isinstance(least, bool) or least < 0:
        raise record.fault("“cite_least” must be a whole number of papers")
    return least


def _count(record: Record) -> tuple[int, int] | None:
    match record.fields.get("count"):
        case None:
            return None
        case [int(least), int(greatest)] if least <= greatest:
            return least, greatest
    raise record.fault("“count” must be the least and the greatest right number")


def _line(question: KnownQuestion) -> str:
    expect = question.expect
    wanted = {
        "cite_all": sorted(expect.cite_all),
        "cite_any": sorted(expect.cite_any),
        "cite_only": expect.cite_only,
        "cite_least": expect.cite_least,
        "facts": [[pattern.pattern for pattern in group] for group in expect.facts],
        "abstain": expect.abstain,
        "must_not": [pattern.pattern for pattern in expect.must_not],
        "may_cite": sorted(expect.may_cite),
        "count": expect.count,
    }
    optional = {"sub": question.sub, "field": question.field}
    given = {name: value for name, value in optional.items() if value}
    fields = {"id": question.id, "type": question.kind, **given, "turns": question.turns, "expect": wanted}
    return json.dumps({**fields, "note": question.note}, ensure_ascii=False)
