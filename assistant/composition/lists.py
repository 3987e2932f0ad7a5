"""Lists and counts: every paper of the library that meets a condition, each with the words that show it.

Exact conditions are checked on every paper, so that "none" may be said of them. A subject is judged: what is clearly
about it, what is likely to be, and, where nothing is, what comes nearest; it is never denied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.answers import Absence, Hit, Lead, ListLine, Part, Remark, Table, TableRow
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.found import Finder, Found
from assistant.composition.holdings import holdings_in, told_holding
from assistant.composition.phrases import Tally
from assistant.composition.plan import Plan
from assistant.composition.records import value_of
from assistant.composition.surveys import survey
from assistant.composition.values import asked_value, asks_for_size
from assistant.filters import Filters
from assistant.query.plan import (
    And,
    Author,
    Condition,
    Not,
    Operation,
    RecordField,
    SortKey,
    all_of,
    is_exact,
    leaves,
    subjects_in,
    subjects_narrowed,
)
from assistant.query.plan_wording import described
from assistant.query.question import Question
from ingest.papers import Paper
from ingest.passages import Level, Passage

# Papers of a list that get a quoted line each; beyond, a line has the title and its marker holds the words.
QUOTED_LINES = 12
# Papers of a list that an answer shows at once; "more" turns the page.
LONGEST_LIST = 60
# Papers that come nearest to a subject that none is clearly about.
NEAREST = 3
# A survey of fewer papers than the first goes on with those that come nearest, up to the second, and says so.
FEWEST, SURVEYED = 2, 6
# Ten times what a paper of another subject gets: below, a paper hardly touches the subject.
FAINT = 0.03
# Other names of an author that are told.
MOST_NAMES = 5
# Papers that are shown as similar to one.
SIMILAR = 8
# The columns of a table of papers, where none are asked for.
COLUMNS = (RecordField.YEAR, RecordField.AUTHORS, RecordField.VENUE)


class Lists:
    """Plans that look at every paper."""

    def __init__(self, evidence: Evidence, finder: Finder) -> None:
        self._evidence = evidence
        self._finder = finder

    def of(self, question: Question, filters: Filters) -> Plan:
        """All papers that meet the condition of a question, as its operation wants them."""
        plan = question.plan
        found = self._finder.found(plan.condition, filters, plan.order)
        if not found.papers:
            return self._without_subjects(question, filters) or self._none(question, found)
        if plan.operation is Operation.COUNT:
            return self._counted(question, found)
        if plan.operation is Operation.TABULATE:
            return self._tabulated(question, found)
        if plan.order is not None and plan.order.limit:
            return self._first_of(question, found, plan.order.limit)
        return self._listed(question, found)

    def _without_subjects(self, question: Question, filters: Filters) -> Plan | None:
        """Where none is clearly about a subject as well: the papers that meet the rest, and that this is all."""
        condition = question.plan.condition
        if not isinstance(condition, And):
            return None
        rest = tuple(part for part in condition.parts if is_exact(part))
        if not rest or len(rest) == len(condition.parts):
            return None
        relaxed = replace(question, plan=replace(question.plan, condition=all_of(*rest)))
        found = self._finder.found(relaxed.plan.condition, filters, relaxed.plan.order)
        if not found.papers or len(found.papers) == found.looked_at:
            return None
        untold = Remark(phrases.SUBJECT_UNTOLD.format(subject=" or ".join(subjects_in(condition))))
        plan = self._listed(relaxed, found)
        return replace(plan, question=question, parts=(plan.parts[0], untold, *plan.parts[1:]))

    # Lists

    def _listed(self, question: Question, found: Found) -> Plan:
        skipped = question.plan.skip if question.plan.skip < len(found.papers) else 0
        shown = found.papers[skipped : skipped + LONGEST_LIST]
        lines = self._lines(question, shown, found)
        clear = [line for line in lines if line.paper in found.clear]
        likely = [line for line in lines if line.paper not in found.clear]
        parts: list[Part] = [Remark(_head(question, found)), *clear]
        if likely:
            parts += [Remark(phrases.LIKELY_TOO), *likely] if clear else likely
        parts += self._remarks(question, found, len(found.papers) - skipped - len(shown))
        return Plan(question, tuple(parts), _hits(lines), found.papers, scanned=found.looked_at)

    def _lines(self, question: Question, shown: Sequence[Paper], found: Found) -> list[ListLine]:
        passages = self._finder.passages(shown, question.plan.condition, found.met)
        is_short = len(shown) <= QUOTED_LINES
        if asks_for_size(question.text):
            passages |= {paper.id: told for paper in shown if (told := self._telling_size(paper, passages))}
        return [
            ListLine(
                paper,
                self._evidence.called(paper),
                passages.get(paper.id),
                paper.status or _value_in(question, passages.get(paper.id)),
                shows_words=is_short,
            )
            for paper in shown
        ]

    def _telling_size(self, paper: Paper, passages: Mapping[str, Passage]) -> Passage | None:
        """The sentence that tells how much a paper's data hold, where the one that shows it belongs does not.

        It is one about the same thing: a name that the paper brings stands in both.
        """
        shown = passages.get(paper.id)
        if shown is None or any(holdings_in(shown.text)):
            return None
        names = [name for name in self._evidence.corpus.profiles[paper.id].introduced if name in shown.text]
        for start, end in self._evidence.corpus.findings(paper):
            text = paper.abstract[start:end]
            if any(holdings_in(text)) and any(name in text for name in names):
                return Passage(paper.id, start, end, text, Level.SENTENCE)
        return None

    def _remarks(self, question: Question, found: Found, left: int) -> Iterator[Part]:
        if left > 0:
            yield Remark(phrases.MORE_PAPERS.format(count=f"{left:,}"))
        if found.denied:
            papers = tuple(paper for paper in found.papers if paper.id in found.denied)
            yield Remark(phrases.SAY_SO_THEMSELVES.format(count=Tally(len(found.denied))), papers[:NEAREST])
        yield from _undated(found)
        yield from self._other_names(question.plan.condition)

    def _other_names(self, condition: Condition | None) -> Iterator[Part]:
        """What else the authors who were asked for may be called: other spellings, and names that may be theirs."""
        for leaf in leaves(condition):
            if not isinstance(leaf, Author):
                continue
            by = self._evidence.corpus.authors.by(leaf.name)
            if count := by.otherwise_spelled:
                said = phrases.OTHER_SPELLINGS.format(
                    count=f"{count:,}",
                    stands="stands" if count == 1 else "stand",
                    name=leaf.name,
                    forms="; ".join(by.variants[:MOST_NAMES]),
                )
                yield Remark(said)
            if by.forms and len(leaf.name.split()) > 1:
                yield Remark(phrases.OTHER_FORMS.format(name=leaf.name, forms="; ".join(by.forms[:MOST_NAMES])))

    def _first_of(self, question: Question, found: Found, limit: int) -> Plan:
        """The newest or oldest papers."""
        shown = found.papers[:limit] if found.clear else found.likely[:limit]
        lines = self._lines(question, shown, found)
        head = phrases.JUDGED_ORDER if not found.clear else phrases.ORDERED
        order = question.plan.order
        words = "newest" if order and order.descending else "oldest"
        words = "last added" if order and order.by is SortKey.ADDED else words
        said = head.format(order=words, condition=_of_condition(question), count=Tally(len(found.papers)))
        same = [p for p in found.papers if p.year == shown[-1].year and p not in shown]
        parts: list[Part] = [Remark(said), *lines, *_undated(found)]
        if same and order and order.by is SortKey.YEAR:
            parts.append(Remark(phrases.SAME_YEAR.format(count=Tally(len(same)), year=shown[-1].year)))
        return Plan(question, tuple(parts), _hits(lines), tuple(shown), scanned=found.looked_at)

    def survey(self, question: Question, filters: Filters) -> Plan:
        """What the papers say about a subject, one sentence each, in groups."""
        found = self._finder.found(question.plan.condition, filters)
        near = self._near_enough(found)[: SURVEYED - len(found.papers)] if len(found.papers) < FEWEST else []
        if not found.papers and not near:
            return self._none(question, found)
        subject = " or ".join(subjects_in(question.plan.condition))
        said = survey(subject, found.papers, self._evidence)
        also = survey(subject, near, self._evidence, grouped=False)
        heads = phrases.NEAREST_TOO if found.papers else phrases.NEAREST
        counted = _count(question, found) if found.papers else _none_clearly(question, found)
        parts = (Remark(counted), *said.parts, *((Remark(heads), *also.parts) if also.parts else ()))
        return Plan(question, parts, (*said.hits, *also.hits), (*said.papers, *also.papers), scanned=found.looked_at)

    def _near_enough(self, found: Found) -> list[Paper]:
        """The papers that come next to a judged subject, without those that hardly touch it."""
        places = self._evidence.corpus.places
        nearest = (paper for paper in dict.fromkeys(found.nearest) if paper not in found.papers)
        return [paper for paper in nearest if found.met.probability[places[paper.id]] >= FAINT]

    def similar(self, question: Question, filters: Filters) -> Plan:
        """The papers nearest to one in meaning, never itself."""
        paper = self._evidence.paper(question.plan.papers[0])
        admitted = self._evidence.retriever.admitted(filters)
        near = self._evidence.retriever.neighbours(paper.id, SIMILAR)
        shown = [other for other in near if other.id != paper.id and (admitted is None or other.id in admitted)]
        lines = [ListLine(other, self._evidence.called(other), None, other.status) for other in shown]
        said = phrases.LIKE_IT.format(name=self._evidence.called(paper, question))
        return Plan(question, (Remark(said), *lines), (), tuple(shown))

    # Counts and tables

    def _counted(self, question: Question, found: Found) -> Plan:
        shown = found.papers if len(found.papers) <= QUOTED_LINES else found.papers[:NEAREST]
        passages = self._finder.passages(shown, question.plan.condition, found.met)
        lines = [ListLine(p, self._evidence.called(p), passages.get(p.id), p.status, shows_words=False) for p in shown]
        parts: list[Part] = [Remark(_count(question, found, self._worded(question, found)))]
        if question.plan.condition is not None:
            parts += [Remark(phrases.FOR_EXAMPLE if len(found.papers) > len(shown) else phrases.THESE), *lines]
        parts += _undated(found)
        parts += self._other_names(question.plan.condition)
        return Plan(question, tuple(parts), (), found.papers, scanned=found.looked_at)

    def _worded(self, question: Question, found: Found) -> str:
        """How many of the papers have the subject in its very words: what is judged beside what is exact."""
        subjects = subjects_narrowed(question.plan.condition)
        corpus = self._evidence.corpus
        places = [corpus.places[paper.id] for paper in found.papers]
        holders = corpus.literal.holders(subjects[0], places) if len(subjects) == 1 else ()
        if len(subjects) != 1 or len(holders) == len(places):
            return ""
        return phrases.WORDED.format(count=f"{len(holders):,}", subject=subjects[0])

    def _tabulated(self, question: Question, found: Found) -> Plan:
        shown = found.papers[:LONGEST_LIST]
        fields = question.plan.fields or tuple(f for f in COLUMNS if any(value_of(p, f) for p in shown))
        passages = self._finder.passages(shown, question.plan.condition, found.met)
        rows = [self._row(paper, fields) for paper in shown]
        table = Table(tuple(_head_of(field) for field in fields), tuple(rows))
        parts: list[Part] = [
            Remark(_head(question, found)),
            table,
            *self._remarks(question, found, len(found.papers) - len(shown)),
        ]
        hits = tuple(Hit(passages[p.id], p, 1.0) for p in shown if p.id in passages)
        return Plan(question, tuple(parts), hits, found.papers, scanned=found.looked_at)

    def _row(self, paper: Paper, fields: Sequence[RecordField]) -> TableRow:
        return TableRow(
            Lead(paper, self._evidence.called(paper)), tuple(value_of(paper, field) or None for field in fields)
        )

    # Nothing found

    def _none(self, question: Question, found: Found) -> Plan:
        condition = question.plan.condition
        if not is_exact(condition):
            return self._nearest(question, found)
        if found.undated and found.undated == found.looked_at:
            said = phrases.ALL_UNDATED.format(count=Tally(found.undated))
            return Plan(question, (Remark(said),), absence=Absence.NOT_STATED, scanned=found.looked_at)
        none = phrases.COUNTED_NONE if question.plan.operation is Operation.COUNT else phrases.NONE_OF_THEM
        said = none.format(count=Tally(found.looked_at - found.undated), condition=_of_condition(question))
        apart = self._each_apart(condition)
        return Plan(
            question,
            (Remark(f"{said} {apart}".strip()), *_undated(found)),
            absence=Absence.NO_PAPER_ABOUT,
            scanned=found.looked_at,
        )

    def _each_apart(self, condition: Condition | None) -> str:
        """How many papers meet each part of a conjunction that none meets as a whole."""
        if not isinstance(condition, And):
            return ""
        counts = (
            f"{self._finder.count(part):,} {described(part)}" for part in condition.parts if not isinstance(part, Not)
        )
        return phrases.EACH_APART.format(counts="; ".join(counts))

    def _nearest(self, question: Question, found: Found) -> Plan:
        nearest = tuple(dict.fromkeys(found.nearest))[:NEAREST]
        parts: list[Part] = [Remark(_none_clearly(question, found))]
        if nearest:
            parts.append(Remark(phrases.NEAREST))
            parts += [ListLine(paper, self._evidence.called(paper), None, paper.status) for paper in nearest]
        return Plan(question, tuple(parts), (), nearest, Absence.NO_PAPER_ABOUT)


def _head(question: Question, found: Found) -> str:
    """How many papers there are, and of what."""
    return f"{_count(question, found).rstrip('.')}:"


def _count(question: Question, found: Found, worded: str = "") -> str:
    of, condition = Tally(found.looked_at), _of_condition(question)
    if question.plan.condition is None:
        return phrases.WHOLE_LIBRARY.format(count=Tally(len(found.papers)))
    if not subjects_in(question.plan.condition):
        return phrases.COUNTED.format(count=Tally(len(found.papers)), of=of, condition=condition, worded=worded)
    is_subject = condition.startswith("about ")  # "are clearly about dance, since 2023"
    if not found.clear:
        template = phrases.COUNTED_LIKELY if is_subject else phrases.FIT_LIKELY
    elif found.likely:
        template = phrases.COUNTED_JUDGED if is_subject else phrases.FIT_JUDGED
    else:
        template = phrases.COUNTED_CLEAR if is_subject else phrases.FIT_CLEAR
    clear, likely, count = (Tally(len(papers)) for papers in (found.clear, found.likely, found.papers))
    return template.format(count=count, clear=clear, likely=likely, of=of, condition=condition, worded=worded)


def _none_clearly(question: Question, found: Found) -> str:
    subject = " or ".join(subjects_in(question.plan.condition)) or _of_condition(question)
    return phrases.NONE_CLEARLY.format(subject=subject, count=Tally(found.looked_at))


def _head_of(field: RecordField) -> str:
    return str(field)[0].upper() + str(field)[1:]


def _of_condition(question: Question) -> str:
    """The condition in words, as they follow on "papers"."""
    condition = question.plan.condition
    return described(condition) if condition is not None else "in this library"


def _undated(found: Found) -> Iterator[Part]:
    """How many papers could not be asked when they were added."""
    if found.undated:
        yield Remark(phrases.UNDATED.format(count=Tally(found.undated)))


def _value_in(question: Question, passage: Passage | None) -> str:
    """The number that a list is asked for, where the shown sentence tells it."""
    if passage is None:
        return ""
    if asks_for_size(question.text) and any(holdings_in(passage.text)):
        return told_holding(passage.text)
    return asked_value(question.text, passage.text)


def _hits(lines: Sequence[ListLine]) -> tuple[Hit, ...]:
    return tuple(Hit(line.passage, line.paper, 1.0) for line in lines if line.passage)
