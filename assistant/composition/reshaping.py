"""Reshaping: the last answer once more, shorter, at more length, or with what it rests on; always in quoted words."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.answers import Absence, Focus, Lead, Part, Quotation, Remark
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.query.plan import Reshaping
from assistant.query.question import Question
from assistant.retrieval.sentence_selection import choose
from ingest.papers import Paper
from ingest.passages import Level, Passage
from ingest.text.orders import finding_spans

# Papers that an answer is said of once more.
MOST_PAPERS = 3
_HEADS = {Reshaping.WHY: phrases.RESTS_ON, Reshaping.SIMPLER: phrases.ONLY_A_MODEL}


class Reshaped:
    """Plans that say the last answer once more."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def of(self, question: Question, focus: Focus) -> Plan:
        """What the papers in view say to the question before, in the form that is wanted now."""
        known = self._evidence.corpus.places
        papers = self._evidence.papers(paper.id for paper in focus.papers if paper.id in known)[:MOST_PAPERS]
        if not papers:
            return Plan(question, (Remark(phrases.NOTHING_BEFORE),), absence=Absence.OUT_OF_SCOPE)
        names = dict(zip((paper.id for paper in focus.papers), focus.names, strict=False))
        reshaping = question.plan.reshaping
        parts: list[Part] = [Remark(_HEADS[reshaping])] if reshaping in _HEADS else []
        whole = reshaping is Reshaping.LONGER and len(papers) == 1
        for paper in papers:
            quoted = _whole(paper) if whole else self._best(question.text, paper)
            parts += [Lead(paper, names.get(paper.id, "")), *map(Quotation, quoted)]
        return Plan(question, tuple(parts), self._evidence.windows(papers), papers)

    def _best(self, text: str, paper: Paper) -> Iterator[Passage]:
        """The sentence of a paper that answers best."""
        sentences = self._evidence.sentences([paper])
        weighed = self._evidence.weighed(self._evidence.probes(text, []), sentences)
        return (item.passage for item in choose(weighed, sentences, most=1))


def _whole(paper: Paper) -> Iterator[Passage]:
    """All sentences of an abstract, in their order."""
    for start, end in finding_spans(paper.abstract):
        yield Passage(paper.id, start, end, paper.abstract[start:end], Level.SENTENCE)
