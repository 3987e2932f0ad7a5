"""Found papers: a condition evaluated and put in order, each paper with the sentence that shows why it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.composition.evidence import Evidence
from assistant.filters import Filters
from assistant.query.plan import (
    And,
    Condition,
    Facet,
    Mention,
    Or,
    Order,
    Shown,
    SortKey,
    Subject,
    all_of,
    asks_when_added,
    is_exact,
    leaves,
    subjects_in,
)
from assistant.retrieval.conditions import ConditionEvaluator, Met
from assistant.retrieval.judging import SubjectJudge
from assistant.retrieval.subject_evidence import occurrences_of
from ingest.extraction.facets import TITLE
from ingest.index.authors import name_words
from ingest.index.literal import fold, name_pattern
from ingest.papers import Paper
from ingest.passages import Level, Passage, Span
from ingest.text.terms import stems_of

Findings = Callable[[Paper], Sequence[Span]]
"""The sentences of a paper that may be quoted."""


@dataclass(frozen=True, slots=True)
class Found:
    """The papers that clearly meet a condition, then those that may, in the order that was asked for.

    `looked_at` is how many papers could have met it, `undated` of how many of these it is not kept when they were added
    though the condition asks for that. `denied` are ids of papers that say the contrary themselves,
    `nearest` those that come next to a subject that none is clearly about.
    """

    clear: tuple[Paper, ...]
    likely: tuple[Paper, ...]
    looked_at: int
    denied: frozenset[str]
    nearest: tuple[Paper, ...]
    met: Met
    undated: int = 0

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All of them, the clear ones first."""
        return self.clear + self.likely


class Finder:
    """Finds papers by conditions over one state of the index."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._corpus = evidence.corpus
        self._evaluator = ConditionEvaluator(self._corpus, SubjectJudge(evidence.retriever))

    def found(self, condition: Condition | None, filters: Filters = Filters(), order: Order | None = None) -> Found:
        """The papers that meet a condition and fit the filters."""
        admitted = self._evidence.retriever.admitted(filters)
        met = self._evaluator.evaluate(condition, admitted)
        undated = self._undated(condition, admitted)
        if order is None and asks_when_added(condition) and is_exact(condition):
            order = Order(SortKey.ADDED, descending=True)
        if order is not None and order.limit and order.by is SortKey.YEAR:
            met = self._said_literally(condition, met, admitted)
        clear = self._ordered(met, met.clear, order)
        likely = self._ordered(met, met.likely & ~met.clear, order)
        denied = frozenset(paper.id for paper in self._evaluator.papers(met.denied))
        shown = _shown_in(condition)
        looked_at = len(shown) if shown else len(self._corpus.papers) if admitted is None else len(admitted)
        return Found(clear, likely, looked_at, denied, met.nearest, met, undated)

    def _undated(self, condition: Condition | None, admitted: frozenset[str] | None) -> int:
        """How many papers would meet a condition if they had been added then, and have no date of adding."""
        if not asks_when_added(condition):
            return 0
        parts = condition.parts if isinstance(condition, And) else ()
        rest = all_of(*(part for part in parts if is_exact(part) and not asks_when_added(part)))
        possible = self._evaluator.papers(self._evaluator.evaluate(rest, admitted).likely)
        return self._corpus.arrivals.undated(paper.id for paper in possible)

    def count(self, condition: Condition) -> int:
        """How many papers clearly meet a condition."""
        return int(self._evaluator.evaluate(condition).clear.sum())

    def _said_literally(self, condition: Condition | None, met: Met, admitted: frozenset[str] | None) -> Met:
        """For "the newest on a subject": the papers with its very words, one word in any form, if there are any."""
        if not subjects_in(condition):
            return met
        literal = self._evaluator.evaluate(self._literal(condition), admitted)
        if not literal.clear.any():
            return met
        passages = {**literal.passages, **met.passages}
        return replace(literal, passages=passages, probability=met.probability)

    def _literal(self, condition: Condition | None) -> Condition | None:
        """The condition with the papers that have the words of each subject in its place."""
        match condition:
            case And(parts):
                return And(tuple(part for part in map(self._literal, parts) if part is not None))
            case Or(parts):
                return Or(tuple(part for part in map(self._literal, parts) if part is not None))
            case Subject(text) if len(set(stems_of(text))) > 1:
                return Mention(text)  # the stems of a phrase side by side may be other words
            case Subject(text):
                words = occurrences_of(text, self._corpus)
                places = np.flatnonzero((words.in_title > 0) | (words.in_text > 0))
                return Shown(tuple(self._corpus.papers[place].id for place in places), text)
            case _:
                return condition

    def _ordered(self, met: Met, mask: np.ndarray, order: Order | None) -> tuple[Paper, ...]:
        places = np.flatnonzero(mask)
        if order is None:
            by_year = np.array([-(self._corpus.papers[i].year or 0) for i in places])
            ranked = places[np.lexsort((by_year, -met.probability[places]))] if len(places) else places
            return tuple(self._corpus.papers[i] for i in ranked)
        papers = [self._corpus.papers[i] for i in places]
        probability = {self._corpus.papers[i].id: float(met.probability[i]) for i in places}
        papers.sort(key=lambda paper: -probability[paper.id])
        if order.by is SortKey.ADDED:
            added = self._corpus.arrivals.added
            return tuple(sorted(papers, key=lambda paper: added(paper.id) or "", reverse=order.descending))
        return tuple(sorted_by(papers, order))

    def passages(self, papers: Iterable[Paper], condition: Condition | None, met: Met) -> dict[str, Passage]:
        """For each paper, by id, the sentence of its abstract that shows why it belongs; none where its record does."""
        names = [leaf.name for leaf in leaves(condition) if isinstance(leaf, Mention)]
        facets = {(leaf.name, leaf.value) for leaf in leaves(condition) if isinstance(leaf, Facet)}
        subjects = subjects_in(condition)
        shown: dict[str, Passage] = {}
        for paper in papers:
            passage = (
                _sentence_with(paper, self._corpus.findings, names)
                or self._of_facet(paper, facets)
                or met.passages.get(paper.id)
            )
            passage = passage or _sentence_with(paper, self._corpus.findings, subjects)
            if passage is not None:
                shown[paper.id] = passage
        return shown

    def _of_facet(self, paper: Paper, facets: set[tuple[str, str]]) -> Passage | None:
        profile = self._corpus.profiles.get(paper.id)
        for facet in profile.facets if profile and facets else ():
            if (facet.name, facet.value) in facets and facet.start != TITLE:
                return Passage(paper.id, facet.start, facet.end, facet.quote, Level.SENTENCE)
        return None


def sorted_by(papers: Sequence[Paper], order: Order) -> list[Paper]:
    """Papers in an order; those of one year keep theirs, but for a month that their record or arXiv id tells."""
    if order.by is SortKey.TITLE:
        return sorted(papers, key=lambda p: fold(p.title), reverse=order.descending)
    if order.by is SortKey.AUTHOR:
        return sorted(papers, key=lambda p: name_words(p.first_author or "")[::-1], reverse=order.descending)
    dated = [paper for paper in papers if paper.year is not None]
    sign = -1 if order.descending else 1
    undated = [paper for paper in papers if paper.year is None]
    return sorted(dated, key=lambda p: (sign * (p.year or 0), sign * _month(p))) + undated


def _month(paper: Paper) -> int:
    """The month of publication: as the record has it, or as the arXiv id tells if it is of the same year; else 0."""
    if paper.month:
        return paper.month
    digits = (paper.arxiv_id or "").split(".")[0]
    told = len(digits) == 4 and digits.isdigit() and 2000 + int(digits[:2]) == paper.year
    return int(digits[2:]) if told else 0


def _shown_in(condition: Condition | None) -> tuple[str, ...]:
    """The papers that a condition narrows; none where it is asked of the whole library."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    return next((part.paper_ids for part in parts if isinstance(part, Shown)), ())


def _sentence_with(paper: Paper, findings: Findings, names: Sequence[str]) -> Passage | None:
    """The sentence of an abstract in which most of these names stand, the first of several; None if none does."""
    patterns = [name_pattern(name) for name in names]
    best, most = None, 0
    for start, end in findings(paper) if patterns else ():
        text = fold(paper.abstract[start:end])
        count = sum(bool(pattern.search(text)) for pattern in patterns)
        if count > most:
            best, most = Passage(paper.id, start, end, paper.abstract[start:end], Level.SENTENCE), count
    return best
