"""Reading: which passages a capable model is given. It decides itself what of them belongs to the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answers import Hit
from assistant.composition.plan import Plan
from assistant.filters import Filters, narrowed
from assistant.query.plan import Operation
from assistant.retrieval.hybrid import Retriever
from ingest.papers import Paper

# PaperQA2 gives its model ten pieces of evidence and measured no gain beyond fifteen (Skarlinski et al. 2024,
# arXiv 2409.13740); where many papers are meant, more can belong.
PAPERS = 10
PAPERS_OF_MANY = 15
# More papers in view than these are a list: a question behind it that names none of them is hardly about each.
IN_VIEW = 3
_MANY = {Operation.COMPARE, Operation.SURVEY}
# Passages that do not fit a window are dropped from the lowest score on: those of the plan stay longest.
_OF_PLAN = 1e6


def evidence_for(
    plan: Plan, retriever: Retriever, filters: Filters, further: Iterable[str] = (), in_view: Iterable[Paper] = ()
) -> tuple[Hit, ...]:
    """The windows of the papers that the plan rests on, then of those nearest to the question, best first.

    `further` are more phrasings to search by, `in_view` the papers of the turn before, which a question that names
    none may mean. Each paper comes once; its score falls with its place.
    """
    papers: dict[str, Paper] = {paper.id: paper for paper in plan.papers}
    papers |= {paper.id: paper for paper in _meant(plan, in_view, retriever.admitted(filters))}
    sure = len(papers)
    most = max(PAPERS_OF_MANY if plan.question.plan.operation in _MANY else PAPERS, sure)
    filters = narrowed(filters, plan.question.plan.condition)
    searches = [_nearest(text, retriever, filters, most) for text in (plan.question.text, *further)]
    for paper in _in_turn(searches):
        if len(papers) >= most + (len(searches) - 1) * (PAPERS // 2):
            break
        papers.setdefault(paper.id, paper)
    return tuple(
        Hit(passage, paper, (_OF_PLAN if place < sure else 0.0) - place)
        for place, paper in enumerate(papers.values())
        for passage in retriever.windows_of(paper)
    )


def _meant(plan: Plan, in_view: Iterable[Paper], admitted: frozenset[str] | None) -> list[Paper]:
    """The papers in view, if the question names none and they are few."""
    shown = [paper for paper in in_view if admitted is None or paper.id in admitted]
    return [] if plan.question.subjects or len(shown) > IN_VIEW else shown


def _nearest(text: str, retriever: Retriever, filters: Filters, most: int) -> list[Paper]:
    return [ranked.paper for ranked in retriever.rank(text, filters, limit=most)]


def _in_turn(searches: list[list[Paper]]) -> Iterator[Paper]:
    """The first of each search, then the second of each, and so on."""
    for place in range(max(map(len, searches), default=0)):
        yield from (found[place] for found in searches if place < len(found))
