"""Composing: from an understood question to what there is to say, in typed parts.

Every backend is handed the same plan. The extractive one says its parts as they are; a language model writes its own
text from the evidence, is held against it, and gives way to the parts where it cannot be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Absence, Comparison, Focus, Intent, Remark
from assistant.composition import phrases
from assistant.composition.aggregates import Aggregates
from assistant.composition.aspects import ASPECTS, aspect_named
from assistant.composition.evidence import Evidence
from assistant.composition.facts import Facts, uncalled
from assistant.composition.found import Finder
from assistant.composition.grid import Grids
from assistant.composition.lists import Lists
from assistant.composition.plan import Plan
from assistant.composition.records import Bibtex, Records
from assistant.composition.reshaping import Reshaped
from assistant.composition.sides import Comparisons, compares_with
from assistant.composition.suggestions import openings, suggestions
from assistant.filters import Filters, narrowed
from assistant.query.coreference import describes_anew
from assistant.query.cues import cues
from assistant.query.descriptions import counted_works
from assistant.query.plan import Operation, QueryPlan, Subject, leaves
from assistant.query.question import Question
from assistant.query.reader import QuestionReader
from assistant.retrieval.hybrid import Retriever
from ingest.papers import Paper


class Composer:
    """Makes plans over one state of the index."""

    def __init__(self, retriever: Retriever, reader: QuestionReader, bibtex: Bibtex = lambda _: "") -> None:
        self._evidence = Evidence(retriever, reader)
        self._facts = Facts(self._evidence)
        self._comparisons = Comparisons(self._evidence)
        self._finder = Finder(self._evidence)
        self._lists = Lists(self._evidence, self._finder)
        self._records = Records(self._evidence, bibtex)
        self._aggregates = Aggregates(self._evidence, self._finder)
        self._reshaped = Reshaped(self._evidence)
        self._grids = Grids(self._evidence)
        self._exact = {
            Operation.LIST: self._lists.of,
            Operation.COUNT: self._lists.of,
            Operation.TABULATE: self._lists.of,
            Operation.GROUP: self._aggregates.grouped,
            Operation.EXTREME: self._aggregates.extreme,
            Operation.SURVEY: self._lists.survey,
            Operation.SIMILAR: self._lists.similar,
            Operation.RECORD: self._records.of,
        }

    def plan(self, question: Question, filters: Filters = Filters(), focus: Focus | None = None) -> Plan:
        """The plan for a question; `focus` is what the conversation is about."""
        return self._unanswered(question, filters) or self._answered(question, filters, focus)

    def _unanswered(self, question: Question, filters: Filters) -> Plan | None:
        """What is said to a question that no paper is looked at for; None where it is to be answered."""
        count = len(self._evidence.corpus.papers)
        if question.plan.operation is Operation.CLARIFY:
            return _said(question, phrases.CLARIFY, Absence.OUT_OF_SCOPE)
        if question.refused:
            return _said(question, phrases.REFUSED, Absence.OUT_OF_SCOPE)
        if question.intent is Intent.ABOUT_ASSISTANT:
            return _said(question, phrases.ABOUT.format(count=phrases.Tally(count)))
        if not count:
            return _said(question, phrases.EMPTY_LIBRARY, Absence.NO_PAPER_ABOUT)
        if self._evidence.retriever.admitted(filters) == frozenset():
            return _said(question, phrases.NONE_LEFT, Absence.OUTSIDE_FILTERS)
        return None

    def _answered(self, question: Question, filters: Filters, focus: Focus | None) -> Plan:
        answering = self._exact.get(question.plan.operation)
        if answering is not None:
            plan = answering(question, filters)
            return (
                plan if plan.absence is None or not _seeks_one(question) else self._nearest_one(question, filters, plan)
            )
        if question.plan.operation is Operation.RESHAPE and focus is not None:
            return self._reshaped.of(question, focus)
        filters = narrowed(filters, question.plan.condition)
        in_view = [] if describes_anew(question.text) else self._in_view(filters, focus)
        return self._about_papers(question, filters, in_view)

    def _nearest_one(self, question: Question, filters: Filters, listed: Plan) -> Plan:
        """The paper that fits best where none is clearly about what is sought; `listed` if none comes near it."""
        sought = replace(question, intent=Intent.WHICH_PAPER, plan=QueryPlan(Operation.FIND, question.plan.condition))
        found = self._facts.search(sought, filters, ())
        return listed if found.absence else found

    def compare(self, papers: Sequence[Paper], labels: Sequence[str] = ()) -> Plan:
        """A comparison of papers by these aspects, or by the usual ones."""
        names = [self._evidence.called(paper) for paper in papers]
        question = Question("", "Compare " + ", ".join(names), Intent.COMPARISON)
        return self._comparisons.of(question, papers, [aspect_named(label) for label in labels] or ASPECTS)

    def grid(self, papers: Sequence[Paper], columns: Sequence[str]) -> Comparison:
        """Any number of papers by any questions: short values, each with what it rests on."""
        return self._grids.of(papers, columns)

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id in this state of the index."""
        return self._evidence.paper(paper_id)

    def focus_after(self, plan: Plan, before: Focus | None) -> Focus:
        """What the turn after this plan builds on; `before` is what this one built on."""
        names = tuple(self._evidence.called(paper, plan.question) for paper in plan.in_view or plan.papers)
        return plan.focus_after(before, names)

    def suggestions(self, focus: Focus) -> tuple[str, ...]:
        """Questions about the papers in view that can be answered, at most three; each was tried."""
        return suggestions(focus, self._evidence, self.plan)

    def openings(self) -> tuple[str, ...]:
        """Questions to begin with that this library can answer; each was tried."""
        return openings(self._evidence, self.plan) if self._evidence.corpus.papers else ()

    def _in_view(self, filters: Filters, focus: Focus | None) -> list[Paper]:
        """The papers in view that are still here and that the filters let through."""
        known = self._evidence.corpus.places
        papers = self._evidence.papers(paper.id for paper in (focus.papers if focus else ()) if paper.id in known)
        return [paper for paper in papers if self._evidence.admits(filters, paper)]

    def _about_papers(self, question: Question, filters: Filters, in_view: Sequence[Paper]) -> Plan:
        meant = self._meant(question)
        papers = [paper for paper in meant if self._evidence.admits(filters, paper)]
        outside = [paper for paper in meant if paper not in papers]
        if outside and (question.subjects or not papers):
            return self._outside(question, outside, papers)
        bridged = question.intent is Intent.COMPARISON and bool(self._comparisons.bridges(question))
        if question.intent is Intent.COMPARISON and len(papers) > 1 and not bridged:
            return self._comparisons.of(question, papers)
        if question.unknown and papers and compares_with(question):
            return self._uncompared(question, papers)
        if len(papers) < 2 and len(described := self._described(question, filters)) > 1:
            return self._comparisons.of(replace(question, intent=Intent.COMPARISON), described)
        return self._facts.of(question, papers) if papers else self._facts.search(question, filters, in_view)

    def _meant(self, question: Question) -> tuple[Paper, ...]:
        """The papers that a question names, or those few that use the name it asks about."""
        bridges = self._comparisons.bridges(question) if question.intent is Intent.COMPARISON else ()
        ids = bridges or question.paper_ids or tuple(i for m in question.borrowed[:1] for i in m.paper_ids)
        return self._evidence.papers(ids)

    def _described(self, question: Question, filters: Filters) -> tuple[Paper, ...]:
        """The papers of a comparison that tells them by their number and kind, or describes them."""
        counted = counted_works(question.text)
        if counted and counted.is_told:
            return self._comparisons.nearest(counted.kind, counted.number, filters)
        if counted:
            plan = self._evidence.reader.list_of(counted.kind)
            found = self._finder.found(plan.condition, filters).clear if plan else ()
            return found if len(found) == counted.number else ()
        return self._comparisons.described(question, filters)

    def _outside(self, question: Question, outside: Sequence[Paper], papers: Sequence[Paper]) -> Plan:
        """That papers which are meant are outside the filters, and what those within say."""
        names = [self._evidence.called(paper, question) for paper in outside]
        if question.subjects:
            said = phrases.OUTSIDE_FILTERS.format(names=" and ".join(names), are="are" if len(names) > 1 else "is")
        else:
            said = phrases.USED_OUTSIDE_FILTERS.format(name=question.borrowed[0].name)
        plan = self._facts.of(question, papers, named=False) if papers else Plan(question, in_view=tuple(outside))
        return replace(plan, parts=(Remark(said), *plan.parts), absence=Absence.OUTSIDE_FILTERS)

    def _uncompared(self, question: Question, papers: Sequence[Paper]) -> Plan:
        """A comparison with something that nobody here knows: said so, with what the known paper is."""
        plan = self._facts.of(question, papers[:1], named=False)
        return replace(plan, parts=(*uncalled(question).parts, *plan.parts), absence=Absence.NO_PAPER_CALLED)


def _seeks_one(question: Question) -> bool:
    """Whether a question would take one paper as an answer: "is there anything on …", with subjects alone."""
    all_subjects = all(isinstance(leaf, Subject) for leaf in leaves(question.plan.condition))
    return all_subjects and bool(cues().pattern("seeks_one").search(question.text))


def _said(question: Question, text: str, absence: Absence | None = None) -> Plan:
    return Plan(question, (Remark(text),), absence=absence)
