"""Lists: every paper of the library that meets what a question asks, each with the words that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Absence, Hit, ListLine, Part, Remark
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.filters import Filters
from assistant.query.reader import Question
from assistant.retrieval.faceted import Scan, scan, supporting_facet
from assistant.retrieval.sentence_selection import Rarity, Weighed, weigh
from ingest.papers import Paper
from ingest.passages import Level, Passage

# Papers of a list that get a quoted line each; beyond, a line names the paper and its marker holds the words.
QUOTED_LINES = 12
LONGEST_LIST = 40


class Lists:
    """Plans that look at every paper."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def of(self, question: Question, filters: Filters) -> Plan | None:
        """All papers that meet what is asked; None where a question names no condition that could be looked up."""
        found = self.scanned(question, filters)
        if not found.conditions:
            return None
        if found.papers:
            return self._listed(question, found)
        text = phrases.NONE_FOUND.format(scanned=found.scanned, corpus=len(self._evidence.corpus.papers))
        return Plan(question, (Remark(text),), absence=Absence.NO_PAPER_ABOUT, scanned=found.scanned)

    def scanned(self, question: Question, filters: Filters) -> Scan:
        """All papers that meet what is asked and fit the filters."""
        found = scan(question, self._evidence.corpus, self._evidence.reader.names.mentions(question.text))
        admitted = self._evidence.retriever.admitted(filters)
        return replace(found, papers=tuple(p for p in found.papers if admitted is None or p.id in admitted))

    def _listed(self, question: Question, found: Scan) -> Plan:
        shown = found.papers[:LONGEST_LIST]
        passages = self._supporting(question, shown, found)
        corpus = len(question.within) or len(self._evidence.corpus.papers)
        head = phrases.SCANNED_PART if question.within else phrases.SCANNED
        parts: list[Part] = [Remark(head.format(found=len(found.papers), corpus=corpus, scanned=found.scanned))]
        is_short = len(shown) <= QUOTED_LINES
        parts += [ListLine(p, self._evidence.called(p), passages[p.id], shows_words=is_short) for p in shown]
        if len(found.papers) > len(shown):
            parts.append(Remark(phrases.MORE.format(count=len(found.papers) - len(shown))))
        evidence = tuple(Hit(passages[paper.id], paper, 1.0) for paper in shown)
        return Plan(question, tuple(parts), evidence, found.papers, scanned=found.scanned)

    def _supporting(self, question: Question, papers: Sequence[Paper], found: Scan) -> dict[str, Passage]:
        """For each paper of a list the sentence that shows why it is there."""
        sentences = self._evidence.sentences(papers)
        probe = self._evidence.probes(question.text, [])[0]
        probe = replace(probe, terms=found.terms or probe.terms)
        weighed = weigh(probe, sentences, Rarity(sentences.passages))
        best: dict[str, Weighed] = {}
        for item in weighed:
            held = best.get(item.passage.paper_id)
            if held is None or item.score > held.score:
                best[item.passage.paper_id] = item
        passages = {paper_id: item.passage for paper_id, item in best.items()}
        for paper in papers:
            facet = supporting_facet(self._evidence.corpus.profiles[paper.id], found)
            if facet is not None:
                passages[paper.id] = Passage(paper.id, facet.start, facet.end, facet.quote, Level.SENTENCE)
        return passages
