"""Aggregates: papers counted by a field of their records, and the largest or smallest number that abstracts state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.answers import Absence, Hit, ListLine, Part, Remark, Table, TableRow
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.found import Finder, Findings
from assistant.composition.plan import Plan
from assistant.filters import Filters
from assistant.query.plan_wording import described
from assistant.query.question import Question
from ingest.index.literal import fold, name_pattern
from ingest.papers import Paper
from ingest.passages import Level, Passage

# Rows of a table of counts, and papers of an order by number.
MOST_ROWS = 30
MOST_EXTREMES = 5
# Words between a number and what it counts ("412 older patients"), and between a measure and its number.
REACH = 4

_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:[, ]\d{3})+|\d+)(\.\d+)?\s*(million|billion|thousand|[kKmM]\b|%)?")
_SCALE = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9}

_FIELDS: dict[str, Callable[[Paper], Iterable[str]]] = {
    "year": lambda paper: [str(paper.year)] if paper.year else [],
    "author": lambda paper: paper.authors,
    "category": lambda paper: paper.categories,
    "venue": lambda paper: [paper.venue] if paper.venue else [],
    "kind": lambda paper: [paper.kind] if paper.kind else [],
}


@dataclass(frozen=True, slots=True)
class _Stated:
    """A number that a sentence of an abstract states, with the words in which it stands."""

    paper: Paper
    value: float
    text: str
    passage: Passage


class Aggregates:
    """Plans that count and compare over all papers."""

    def __init__(self, evidence: Evidence, finder: Finder) -> None:
        self._evidence = evidence
        self._finder = finder

    def grouped(self, question: Question, filters: Filters) -> Plan:
        """How many papers there are of each year, author, category, venue or kind."""
        plan = question.plan
        found = self._finder.found(plan.condition, filters)
        counts = Counter(value for paper in found.papers for value in dict.fromkeys(_FIELDS[plan.group](paper)))
        if not counts:
            return Plan(
                question, (Remark(phrases.NOT_IN_RECORDS.format(field=plan.group)),), absence=Absence.NOT_STATED
            )
        by_value = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        rows = sorted(by_value, reverse=True) if plan.group == "year" else by_value
        condition = f" {described(plan.condition)}" if plan.condition else ""
        head = phrases.GROUPED.format(group=plan.group, condition=condition)
        top, most = by_value[0]
        ties = [value for value, count in by_value if count == most]
        said = (
            phrases.MOST_OF.format(values=" and ".join(ties[:3]), count=phrases.Tally(most)) if len(ties) <= 3 else ""
        )
        table = Table(("Papers",), tuple(TableRow(v, (f"{n:,}",)) for v, n in rows[:MOST_ROWS]))
        parts: list[Part] = [Remark(f"{said} {head}".strip()), table]
        if len(rows) > MOST_ROWS:
            parts.append(Remark(phrases.MORE_ROWS.format(count=phrases.Tally(len(rows) - MOST_ROWS))))
        shown = tuple(paper for paper in found.papers if top in _FIELDS[plan.group](paper))
        return Plan(question, tuple(parts), (), shown, scanned=found.looked_at)

    def extreme(self, question: Question, filters: Filters) -> Plan:
        """The papers whose abstracts state the largest or smallest number of a thing, each with its sentence."""
        plan, measure = question.plan, question.plan.measure
        if measure is None:
            raise ValueError("an extreme needs a measure")
        found = self._finder.found(plan.condition, filters)
        findings = self._evidence.corpus.findings
        stated = [best for paper in found.papers if (best := _best(paper, findings, measure.of, measure.largest))]
        stated.sort(key=lambda item: -item.value if measure.largest else item.value)
        if not stated:
            said = Remark(phrases.NO_NUMBERS.format(of=measure.of))
            return Plan(question, (said,), absence=Absence.NOT_STATED, scanned=found.looked_at)
        shown = stated[:MOST_EXTREMES]
        order = "largest" if measure.largest else "smallest"
        lines = [ListLine(s.paper, self._evidence.called(s.paper), s.passage, s.text) for s in shown]
        parts: tuple[Part, ...] = (Remark(phrases.EXTREME.format(order=order, of=measure.of)), *lines)
        hits = tuple(Hit(item.passage, item.paper, 1.0) for item in shown)
        return Plan(question, parts, hits, tuple(item.paper for item in shown), scanned=found.looked_at)


def _best(paper: Paper, findings: Findings, thing: str, largest: bool) -> _Stated | None:
    """The largest or smallest number of a thing that an abstract states."""
    stated = list(_stated(paper, findings, thing))
    return (max if largest else min)(stated, key=lambda item: item.value) if stated else None


def _stated(paper: Paper, findings: Findings, thing: str) -> Iterator[_Stated]:
    """Numbers of a thing in an abstract: right before it ("412 patients"), or behind a measure ("accuracy of 94%")."""
    pattern = name_pattern(thing.lower())
    if not pattern.search(fold(paper.abstract)):
        return
    for start, end in findings(paper):
        sentence = paper.abstract[start:end]
        for number in _NUMBER.finditer(sentence):
            behind = " ".join(sentence[number.end() :].split()[: REACH + 1])
            before = sentence[: number.start()].split()[-REACH:]
            if _counts(pattern, behind) or _measures(pattern, " ".join(before)):
                text = number[0].strip()
                yield _Stated(paper, _value(number), text, Passage(paper.id, start, end, sentence, Level.SENTENCE))


def _counts(pattern: re.Pattern[str], behind: str) -> bool:
    clause = re.split(r"[.,;:()]|\b(?:and|with|of|in|from|by|to|than|on)\b", fold(behind))[0]
    return bool(pattern.search(clause))


def _measures(pattern: re.Pattern[str], before: str) -> bool:
    return bool(
        re.search(rf"(?:{pattern.pattern})(?:\s+(?:of|is|was|at|by|to|up|reaches|reached|score))*\s*$", fold(before))
    )


def _value(number: re.Match[str]) -> float:
    whole = float(re.sub(r"[, ]", "", number[1]) + (number[2] or ""))
    return whole * _SCALE.get((number[3] or "").lower(), 1.0)
