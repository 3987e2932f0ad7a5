"""Lists that a capable model judges: which of the papers that were found really belong.

Exact conditions are ours: every paper is checked, and the model is not asked. Where a list rests on a subject or a
facet, the papers that the rules found and those nearest to the question are read by the model in batches, and it names
those that belong. What must hold of each paper exactly (an author, years, a mention) holds of all that it reads. How
many were read, and of how many, is said; each line has words that show why its paper is there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from assistant.answers import Answer, Hit, Intent, ListLine, Part, Remark
from assistant.backends.base import Backend, Brief
from assistant.backends.drafts import Draft, drafts
from assistant.composition import phrases
from assistant.composition.found import sorted_by
from assistant.composition.plan import Plan
from assistant.conversation import Conversation
from assistant.filters import Filters
from assistant.markers import MARKER
from assistant.query.plan import (
    And,
    Condition,
    Facet,
    Not,
    Operation,
    Or,
    Order,
    SortKey,
    Subject,
    all_of,
    any_of,
    leaves,
)
from assistant.retrieval.conditions import ConditionEvaluator
from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.judging import SubjectJudge
from ingest.papers import Paper
from ingest.passages import Passage

BATCH = 15
MOST_JUDGED = 45
# Papers beside those that the rules found: what they overlooked is hardly further down.
BESIDE = 15
# Lines that show their words; beyond, a line has the title.
QUOTED_LINES = 12

_JUDGED = (Subject, Facet)


def is_judged(plan: Plan) -> bool:
    """Whether a plan is a list whose papers have to be judged."""
    query = plan.question.plan
    is_list = query.operation is Operation.LIST and (query.order is None or _limit(query.order) is not None)
    return is_list and _rests_on_judging(query.condition)


def judged(
    plan: Plan, filters: Filters, backend: Backend, retriever: Retriever, frame: Answer
) -> Generator[Answer, None, tuple[Plan, Draft]]:
    """Signs of life, then (returned) the plan with the papers that the model lets stand, and its last draft.

    Where the model cannot be used, or lets none stand, the plan stays as it is.
    """
    candidates = _candidates(plan, filters, retriever)
    kept: list[Paper] = []
    draft = Draft(complete=True)
    for first in range(0, len(candidates), BATCH):
        batch = candidates[first : first + BATCH]
        steps = (phrases.JUDGING.format(done=first, count=len(candidates)),)
        growing = replace(frame, details=replace(frame.details, steps=steps), complete=False)
        draft = yield from _named(plan, batch, backend, retriever, growing)
        if not draft.is_usable:
            return plan, draft
        marked = {int(number) for number in MARKER.findall(draft.said)}
        kept += [paper for number, paper in enumerate(batch, start=1) if number in marked]
    if not kept:
        return plan, draft
    said, shown = _said(plan.question.plan.order, kept)
    said = said.format(
        count=phrases.Tally(len(kept)),
        judged=phrases.Tally(len(candidates)),
        of=phrases.Tally(len(retriever.index.papers())),
    )
    parts: tuple[Part, ...] = (Remark(said), *_lines(plan, shown, retriever))
    return replace(plan, parts=parts, papers=tuple(shown), absence=None), draft


def _said(order: Order | None, kept: Sequence[Paper]) -> tuple[str, Sequence[Paper]]:
    """How the list is introduced, and which of the papers it shows: all of them, or the first in an order."""
    if order is None:
        return phrases.JUDGED_BY_MODEL, kept
    words = "newest" if order.descending else "oldest"
    return f"The {words} of {phrases.JUDGED_BY_MODEL}", sorted_by(kept, order)[: _limit(order)]


def _limit(order: Order) -> int | None:
    """How many of the newest or oldest are wanted; None where the order is another, or of all."""
    return order.limit if order.limit and order.by is SortKey.YEAR else None


def _named(
    plan: Plan, batch: Sequence[Paper], backend: Backend, retriever: Retriever, growing: Answer
) -> Generator[Answer, None, Draft]:
    """The model's draft on one batch; marker n means the n-th paper of it."""
    evidence = tuple(Hit(retriever.windows_of(paper)[0], paper, -place) for place, paper in enumerate(batch))
    brief = Brief(plan.question.text, Intent.LIST, evidence, Conversation())
    draft = Draft()
    for draft in drafts(backend, brief):
        if not draft.complete:
            yield growing
    return draft


def _candidates(plan: Plan, filters: Filters, retriever: Retriever) -> list[Paper]:
    """The papers of the plan, and those nearest to the question of which all holds that is exact."""
    query = plan.question.plan
    found = {paper.id: paper for paper in plan.papers}
    evaluator = ConditionEvaluator(retriever.index.corpus(), SubjectJudge(retriever))
    admitted = retriever.admitted(filters)
    if query.order is not None:  # the plan has only the first of them
        likely = evaluator.papers(evaluator.evaluate(query.condition, admitted).likely)
        found |= {paper.id: paper for paper in sorted_by(likely, query.order)[: MOST_JUDGED - BESIDE]}
    exact = _exactly(query.condition)
    if exact is not None:
        admitted = frozenset(p.id for p in evaluator.papers(evaluator.evaluate(exact, admitted).clear))
    if admitted is None or admitted:
        within = filters if admitted is None else Filters(paper_ids=admitted)
        near = retriever.rank(plan.question.text, within, limit=len(found) + BESIDE)
        found |= {item.paper.id: item.paper for item in near if item.paper.id not in found}
    return list(found.values())[:MOST_JUDGED]


def _exactly(condition: Condition | None) -> Condition | None:
    """What of a condition must hold of every paper whatever is judged of it; None where that is nothing."""
    match condition:
        case And(parts):
            needed = [part for part in map(_exactly, parts) if part is not None]
            return all_of(*needed) if needed else None
        case Or(parts):
            open_to = [_exactly(part) for part in parts]
            return None if None in open_to else any_of(*(part for part in open_to if part is not None))
        case Not(part):
            return None if _rests_on_judging(part) else condition
        case _:
            return None if isinstance(condition, _JUDGED) else condition


def _rests_on_judging(condition: Condition | None) -> bool:
    return any(isinstance(leaf, _JUDGED) for leaf in leaves(condition))


def _lines(plan: Plan, kept: Sequence[Paper], retriever: Retriever) -> Iterator[ListLine]:
    """A line for each paper: that of the plan, or a new one with the sentence nearest to the question."""
    own = {part.paper.id: part for part in plan.parts if isinstance(part, ListLine)}
    shows_words = len(kept) <= QUOTED_LINES
    for paper in kept:
        line = own.get(paper.id) or ListLine(paper, paper.title, _nearest_sentence(paper, plan, retriever))
        yield replace(line, shows_words=shows_words)


def _nearest_sentence(paper: Paper, plan: Plan, retriever: Retriever) -> Passage:
    sentences = retriever.sentences([paper.id])
    return sentences.passages[int((sentences.matrix @ retriever.embed(plan.question.text)).argmax())]
