"""Comparisons: which papers are set side by side, and the plan with their table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.answers import Lead, Part, Quotation, Remark, Table
from assistant.composition import phrases
from assistant.composition.aspects import ASPECTS, Aspect
from assistant.composition.comparison import compare, without_silent_rows
from assistant.composition.evidence import Evidence
from assistant.composition.facts import CLOSE_CALL
from assistant.composition.plan import Plan
from assistant.filters import Filters
from assistant.query.descriptions import describes_one_work, side_by_side, sides_of
from assistant.query.question import Question
from assistant.retrieval.sentence_selection import parts_of
from ingest.lexicon import lexicon
from ingest.papers import Paper
from ingest.passages import Passage

# The paper that a side of a comparison describes ("the study of adapters") must be as near to it as this (a cosine),
# or so far ahead of the next one that nothing else can be meant.
CLEARLY_MEANT = 0.4
CLEAR_LEAD = 2 * CLOSE_CALL
# Words that a comparison may have; further rows are left out.
COMPARISON_WORDS = 480
# Sentences in which one of the compared papers speaks of another.
MOST_DIFFERENCES = 2

# What a question says to ask for a comparison, and not of what.
_WORDS = lexicon("en.conversation")
_SAYS_COMPARE = _WORDS.pattern("comparison_words")
_COMPARES_BY_DEGREE = re.compile(rf"{_WORDS.source('compares')}|\b(?:than|better)\b", re.I)


class Comparisons:
    """Plans that set papers side by side."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def of(self, question: Question, papers: Sequence[Paper], aspects: Sequence[Aspect] = ()) -> Plan:
        """The table of these papers by these aspects, or by what is asked and the usual ones; then the differences."""
        sentences = self._evidence.sentences(papers)
        leads = [Lead(paper, self._evidence.called(paper, question)) for paper in papers]
        names = [lead.name for lead in leads]
        rows = aspects or (*_asked_aspects(question), *ASPECTS)
        table = compare(leads, rows, sentences, self._evidence.embed, names)
        if aspects in ((), ASPECTS):
            table = without_silent_rows(table)
        parts: list[Part] = [table if aspects else _within_words(table)]
        said = [] if aspects else list(_differences(papers, names, sentences.passages))[:MOST_DIFFERENCES]
        if said:
            parts += [Remark(phrases.DIFFERENCE), *map(Quotation, said)]
        return Plan(question, tuple(parts), self._evidence.windows(papers), tuple(papers))

    def described(self, question: Question, filters: Filters) -> tuple[Paper, ...]:
        """The papers of a comparison that describes one of them or all; none where it is not clear which are meant."""
        names = [subject.name for subject in question.subjects]
        readings = (sides_of(question.text), side_by_side(question.text, names))
        found = (self._of_sides(sides, question, filters) for sides in readings if sides)
        return next(filter(None, found), ())

    def _of_sides(self, sides: Sequence[str], question: Question, filters: Filters) -> tuple[Paper, ...]:
        meant = [self._meant_by(side, question, filters) for side in sides]
        papers = {paper.id: paper for paper in meant if paper}
        return tuple(papers.values()) if len(papers) == len(meant) else ()

    def bridges(self, question: Question) -> tuple[str, ...]:
        """The ids of papers that speak of all the compared names, where one of these has no paper of its own."""
        if not question.borrowed or len(question.subjects) > 1:
            return ()
        names = [mention.name for mention in question.borrowed] + [subject.name for subject in question.subjects]
        papers = self._evidence.corpus.papers
        return tuple(paper.id for paper in papers if all(_speaks_of(paper, name) for name in dict.fromkeys(names)))

    def nearest(self, told: str, number: int, filters: Filters) -> tuple[Paper, ...]:
        """The papers that a clause about so many of them comes nearest to; none where any of these is far from it."""
        ranked = self._evidence.retriever.rank(told, filters, limit=number)
        return tuple(item.paper for item in ranked if item.nearness >= CLEARLY_MEANT) if len(ranked) == number else ()

    def _meant_by(self, side: str, question: Question, filters: Filters) -> Paper | None:
        """The one paper that a side of a comparison names or describes."""
        named = [s.paper for s in question.subjects if re.search(rf"(?<!\w){re.escape(s.name)}(?!\w)", side, re.I)]
        if named or not describes_one_work(side):
            return named[0] if len(named) == 1 else None
        best, *others = self._evidence.retriever.rank(side, filters, limit=2) or (None,)
        if best is None:
            return None
        leads = all(best.score - other.score >= CLEAR_LEAD for other in others)
        return best.paper if leads or best.nearness >= CLEARLY_MEANT else None


def compares_with(question: Question) -> bool:
    """Whether a question sets something beside something else."""
    return bool(_COMPARES_BY_DEGREE.search(question.text))


def _asked_aspects(question: Question) -> tuple[Aspect, ...]:
    """What a comparison asks for in particular, in two rows; nothing if it only says "compare"."""
    text = question.text
    for subject in question.subjects:
        text = re.sub(re.escape(subject.name), " ", text, flags=re.I)
    text = _SAYS_COMPARE.sub(" ", text)
    if not re.search(r"\w{3,}", text):
        return ()
    asking = parts_of(question.text)[1:3] or (question.text,)
    first, last = asking[0], asking[-1]
    return Aspect(phrases.YOUR_QUESTION, first), Aspect(phrases.YOUR_QUESTION_TOO, last)


def _within_words(table: Table) -> Table:
    """The table without the rows at its end that would make it longer than anybody reads."""
    kept, words = 0, 0
    for row in table.rows:
        words += sum(len(cell.passage.text.split()) for cell in row.cells if isinstance(cell, Quotation))
        if kept and words > COMPARISON_WORDS:
            break
        kept += 1
    return Table(table.heads, table.rows[:kept])


def _differences(papers: Sequence[Paper], names: Sequence[str], sentences: Iterable[Passage]) -> Iterator[Passage]:
    """The first sentence of each paper that speaks of another one by name."""
    passages = tuple(sentences)
    for paper, name in zip(papers, names, strict=True):
        others = [other for other in names if other != name and not _has_name(name, other)]
        own = (passage for passage in passages if passage.paper_id == paper.id)
        yield from [p for p in own if any(_has_name(p.text, other) for other in others)][:1]


def _speaks_of(paper: Paper, name: str) -> bool:
    return _has_name(f"{paper.title}. {paper.abstract}", name)


def _has_name(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I))
