"""Reviewing: what of a model's draft becomes the answer, and what stands in its place where it cannot be trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Answer, Citation, Hit, Intent, Part, Prose, Statement, Support
from assistant.backends.drafts import Draft
from assistant.backends.guard import without_echoes
from assistant.composition import phrases
from assistant.composition.numbering import sources_in
from assistant.composition.plan import Plan
from assistant.composition.rendering import markdown
from assistant.generation.harmless import harmless_on
from assistant.markers import MarkerFilter, filter_markers
from assistant.verification.attribution import attributed
from assistant.verification.verdicts import Verifies

# A model's words beyond this are no answer to a question that the quotes answer in eighty.
MOST_MODEL_WORDS = 150
# Up to this share of unsupported sentences are shown with their mark (unless strict); beyond, they are left out.
MOST_UNSUPPORTED = 0.25

# Of an answer about the whole library the list is ours: it holds every paper that fits, a model's may leave some out.
_LIST_LINE = re.compile(r"^[ \t]*(?:[-*+•]|\d+[.)])\s.*\n?", re.M)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The parts of an answer, and what a reader must be told of how they came about, in one line or none."""

    parts: tuple[Part, ...]
    notice: str = ""


def growing(frame: Answer, draft: Draft, evidence: Sequence[Hit]) -> Answer:
    """What a model has written so far, unjudged: each marker opens the whole passage that it means."""
    text = MarkerFilter(range(1, len(evidence) + 1)).feed(harmless_on(draft.said, evidence))
    citations = tuple(
        Citation(number, hit.paper, hit.passage.text, hit.passage.start, hit.passage.end)
        for number, hit in enumerate(evidence, start=1)
        if f"[{number}]" in text
    )
    return replace(frame, text=text, citations=citations, thoughts=draft.thoughts, complete=False)


def review(draft: Draft, plan: Plan, verifier: Verifies, strict: bool) -> Reviewed:
    """What the model said and its evidence carries, with the quotes that it left out; else the plan's own parts."""
    if draft.parts:
        return Reviewed(draft.parts, draft.trouble)
    words = _words_of(draft, plan)
    if not words:
        return Reviewed(plan.parts, draft.trouble)
    prose = attributed(words, plan.evidence, verifier, strict)
    if not strict and _is_untrustworthy(prose.statements):
        prose = attributed(words, plan.evidence, verifier, strict=True)
    if plan.question.intent is not Intent.COMPARISON and not _is_short(prose):
        return Reviewed(plan.parts, draft.trouble or phrases.TOO_LONG)
    if not any(statement.support is Support.SUPPORTED for statement in prose.statements):
        return Reviewed(plan.parts, draft.trouble or phrases.NOT_CARRIED)
    return Reviewed(_with_what_is_missing(prose, plan.parts), draft.trouble)


def _words_of(draft: Draft, plan: Plan) -> str:
    """What a draft says in answer to the question; nothing if it is not to be used."""
    if not draft.is_usable or draft.declined:
        return ""
    known = range(1, len(plan.evidence) + 1)
    words = filter_markers(harmless_on(without_echoes(draft.said, plan.question.text), plan.evidence), known)
    return _LIST_LINE.sub("", words).strip() if plan.scanned is not None else words


def _is_untrustworthy(statements: Iterable[Statement]) -> bool:
    """Whether so much is unsupported that showing it with a mark would be clutter, not honesty."""
    made = [statement for statement in statements if statement.support is not Support.NO_CLAIM]
    return sum(statement.support is Support.UNSUPPORTED for statement in made) > MOST_UNSUPPORTED * len(made)


def _is_short(prose: Prose) -> bool:
    return len(markdown([prose]).split()) <= MOST_MODEL_WORDS


def _with_what_is_missing(prose: Prose, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A model's verified words, then the parts in the papers' own, unless all that these cite is cited already.

    Tables and lists stay whole: what a model says about them stands before them.
    """
    cited = set(sources_in(prose))
    whole = all(source in cited for part in parts for source in sources_in(part))
    carried = all(said.support in (Support.SUPPORTED, Support.NO_CLAIM) for said in prose.statements)
    return (prose,) if whole and carried else (prose, *parts)
