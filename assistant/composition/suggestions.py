"""Suggestions: questions that could follow an answer, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from assistant.answers import Focus
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.query.entity_linking import LONGEST_NAME
from assistant.query.question import Question

MOST_SUGGESTIONS = 3
# Papers in view that are asked further about.
MOST_PAPERS = 2


def suggestions(focus: Focus, evidence: Evidence, planned: Callable[[Question], Plan]) -> tuple[str, ...]:
    """Questions about the papers in view that can be answered, at most three; `planned` gives the plan of each."""
    offered = (text for text in _follow_ups(focus, evidence) if text != focus.question)
    answered = (text for text in offered if not planned(evidence.reader.read(text)).abstains)
    return tuple(islice(answered, MOST_SUGGESTIONS))


def _follow_ups(focus: Focus, evidence: Evidence) -> Iterator[str]:
    for paper, name in list(zip(focus.papers, focus.names, strict=True))[:MOST_PAPERS]:
        if len(name.split()) > LONGEST_NAME:  # a paper without a name of its own cannot be asked about by it
            continue
        if len(focus.papers) == 1:
            near = evidence.retriever.neighbours(paper.id, 1)
            yield from (f"Compare {name} with {evidence.called(other)}" for other in near)
        yield from (question.format(name=name) for question in phrases.FOLLOW_UPS)
