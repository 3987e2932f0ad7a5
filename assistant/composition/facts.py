"""Facts: the sentences of one paper, or of those few that are meant, that answer a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answers import Absence, Intent, Lead, Part, Quotation, Remark
from assistant.composition import phrases
from assistant.composition.answerability import FAR, has_number, in_domain, is_answered
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.composition.values import asked_value, asks_for_number, counted_thing
from assistant.filters import Filters
from assistant.query.cues import cues
from assistant.query.question import Question
from assistant.retrieval.hybrid import Ranked
from assistant.retrieval.sentence_selection import MOST_SENTENCES, MOST_WORDS, Probe, Weighed, choose
from ingest.papers import Paper
from ingest.text.terms import tokens_of

# A question that names no paper is answered from the best one, and from the next if it is nearly as good:
# on the scale of the fused score, whose standard deviation over the candidates is about 2.5.
CLOSE_CALL = 1.9
# Where these do not state the number, the amount or the names that are asked for, the next ones are asked.
MOST_ASKED = 4
FAR_CALL = 4.0
# Sentences and words for the best paper, and for the one that may be meant as well.
SHARES = ((MOST_SENTENCES, MOST_WORDS), (2, 60))
# A question of how things are in general is answered from more of them, with less of each.
GENERAL_SHARES = ((3, 100), (2, 60), (2, 50), (1, 40))
# For a paper that is searched for: enough to know it by.
FOUND_SENTENCES, FOUND_WORDS = 4, 120
# A question without a name, in the middle of a conversation, is about the paper in view unless another one is
# as near to it as this (a cosine).
NEW_TOPIC = 0.45
# A paper that the conversation is about counts for this much more, when a question names none.
IN_VIEW = 4.2


class Facts:
    """Plans for questions about one paper, named, described or in view."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    def of(self, question: Question, papers: Sequence[Paper], named: bool = True) -> Plan:
        """What these papers say to a question; that it is not stated, if they were `named` and do not say it."""
        evidence = self._evidence
        probes = evidence.probes(question.text, evidence.own_names(question, papers))
        sentences = evidence.sentences(papers)
        weighed = evidence.weighed(probes, sentences)
        if named and not is_answered(weighed, question, self._evidence.likeness):
            return self._not_stated(question, papers, weighed)
        return self._quoted(question, papers, choose(weighed, sentences))

    def search(self, question: Question, filters: Filters, in_view: Sequence[Paper]) -> Plan:
        """What the best papers say to a question that names none; `in_view` are those of the conversation."""
        if question.within:
            filters = replace(filters, paper_ids=frozenset(question.within))
            in_view = ()
        probes = self._evidence.probes(question.text, [])
        ranked = self._ranked(question, probes, filters, in_view)
        if question.unknown and not question.subjects and question.unknown[0] in question.text:
            return uncalled(question)  # the name is what the question is about, not a unit or a venue in passing
        if in_view and self._stays_in_view(question, ranked):
            return self.of(question, in_view[:1])
        if question.within and ranked:
            return self.of(question, [ranked[0].paper])
        if not in_domain(question, ranked, self._evidence.corpus):
            return self._nothing_near(question, filters)
        if question.intent is Intent.WHICH_PAPER:
            return self._found(question, probes, ranked)
        return self._described(question, probes, ranked)

    def _nothing_near(self, question: Question, filters: Filters) -> Plan:
        admitted = self._evidence.retriever.admitted(filters)
        searched = len(self._evidence.corpus.papers if admitted is None else admitted)
        said = phrases.NOTHING_NEAR.format(count=phrases.Tally(searched))
        return Plan(question, (Remark(said),), absence=Absence.NO_PAPER_ABOUT)

    def _not_stated(self, question: Question, papers: Sequence[Paper], weighed: Sequence[Weighed]) -> Plan:
        shown = papers[0]
        things, name = counted_thing(question.text), self._evidence.called(shown, question)
        said = phrases.NO_NUMBER.format(things=things, name=name) if things else phrases.NOT_STATED.format(name=name)
        own = [w for w in weighed if w.passage.paper_id == shown.id]
        numbered = [w for w in own if things and has_number(w.passage.text)]
        closest = max(numbered or own, key=lambda w: w.score)
        parts = (Remark(f"{said} {phrases.CLOSEST}"), Quotation(closest.passage))
        return Plan(question, parts, self._evidence.windows([shown]), (shown,), Absence.NOT_STATED)

    def _quoted(self, question: Question, papers: Sequence[Paper], chosen: Sequence[Weighed]) -> Plan:
        """The chosen sentences, by paper in the given order, each paper's in their own order."""
        used = tuple(paper for paper in papers if any(w.passage.paper_id == paper.id for w in chosen))
        parts = tuple(part for paper in used for part in self._quotations(question, paper, chosen))
        return Plan(question, parts, self._evidence.windows(used), used)

    def _quotations(self, question: Question, paper: Paper, chosen: Sequence[Weighed]) -> Iterator[Part]:
        yield Lead(paper, self._evidence.called(paper, question))
        own = (w.passage for w in chosen if w.passage.paper_id == paper.id)
        for passage in sorted(own, key=lambda passage: passage.start):
            yield Quotation(passage, asked_value(question.text, passage.text))

    def _found(self, question: Question, probes: Sequence[Probe], ranked: Sequence[Ranked]) -> Plan:
        """A paper that was searched for, and the names of those that are nearly as near."""
        best = ranked[0].paper
        close = [r.paper for r in ranked[1:3] if ranked[0].score - r.score < CLOSE_CALL]
        sentences = self._evidence.sentences([best])
        weighed = self._evidence.weighed(probes, sentences)
        plan = self._quoted(question, [best], choose(weighed, sentences, most=FOUND_SENTENCES, words=FOUND_WORDS))
        names = ", ".join(map(self._evidence.called, close))
        return replace(plan, parts=(*plan.parts, Remark(phrases.ALSO_CLOSE.format(names=names)))) if close else plan

    def _described(self, question: Question, probes: Sequence[Probe], ranked: Sequence[Ranked]) -> Plan:
        """What the best paper says, and the next one where it may be meant as well."""
        shares, call = (GENERAL_SHARES, FAR_CALL) if is_general(question) else (SHARES, CLOSE_CALL)
        near = [r.paper for r in ranked[: len(shares)] if ranked[0].score - r.score < call]
        sentences = self._evidence.sentences(near)
        weighed = self._evidence.weighed(probes, sentences)
        if not is_answered(weighed, question, self._evidence.likeness):
            further = [r.paper for r in ranked[1:MOST_ASKED] if ranked[0].score - r.score < FAR_CALL]
            other = self._first_that_answers(question, probes, [paper for paper in further if paper not in near])
            return other or self._not_stated(question, near, weighed)
        if len(near) == 1:
            return self._quoted(question, near, choose(weighed, sentences))
        chosen: list[Weighed] = []
        for paper, (most, words) in zip(near, shares, strict=False):
            own = [w for w in weighed if w.passage.paper_id == paper.id]
            chosen.extend(choose(own, sentences, most=most, words=words))
        return self._quoted(question, near, chosen)

    def _first_that_answers(self, question: Question, probes: Sequence[Probe], papers: Sequence[Paper]) -> Plan | None:
        """What the first of these papers says that states what is asked; None where none does."""
        for paper in papers:
            sentences = self._evidence.sentences([paper])
            weighed = self._evidence.weighed(probes, sentences)
            if is_answered(weighed, question, self._evidence.likeness):
                return self._quoted(question, [paper], choose(weighed, sentences))
        return None

    def _ranked(
        self, question: Question, probes: Sequence[Probe], filters: Filters, in_view: Sequence[Paper]
    ) -> list[Ranked]:
        ranked = self._evidence.retriever.rank(question.text, filters, limit=10, vector=probes[0].vector)
        first = {paper.id for paper in in_view[:1]}
        return sorted(ranked, key=lambda r: -(r.score + IN_VIEW * (r.paper.id in first)))

    def _stays_in_view(self, question: Question, ranked: Sequence[Ranked]) -> bool:
        """Whether no paper is much nearer to a question than the one in view, which still is about such things.

        "Who judged the results?" is near no paper at all, but in words that papers have; "Will it rain in Paris?" is
        neither.
        """
        nearest = max((item.nearness for item in ranked), default=0.0)
        if nearest >= (NEW_TOPIC if question.intent is Intent.FACT else FAR):
            return False
        terms = tokens_of(question.text)
        return nearest >= FAR or (bool(terms) and all(self._evidence.corpus.bm25.holds(term).any() for term in terms))


def is_general(question: Question) -> bool:
    """Whether a question asks how things are in general ("how do systems cope with …"), not what one study did."""
    opening = cues().at("general", question.text, 0)
    return (
        opening is not None
        and not asks_for_number(question.text)
        and not cues().pattern("one_work").search(question.text)
    )


def uncalled(question: Question) -> Plan:
    """That no paper has the first unknown name of a question."""
    said = Remark(phrases.NO_PAPER_CALLED.format(name=question.unknown[0]))
    return Plan(question, (said,), absence=Absence.NO_PAPER_CALLED)
