"""Suggestions: questions that could follow an answer, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from assistant.answers import Answer, Focus
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.conversation import Conversation
from assistant.query.entity_linking import LONGEST_NAME
from assistant.query.plan import Operation
from assistant.query.question import Question
from ingest.papers import Paper

MOST_SUGGESTIONS = 3
# Papers in view that are asked further about.
MOST_PAPERS = 2
# Of each kind of question to begin with, so many are tried; an answer that opens with more papers than this is no
# invitation. Names shorter than this are often words.
MOST_TRIED, MOST_SHOWN, LEAST_NAME = 6, 30, 4
# Named papers among which two are sought that lie near to each other.
MOST_NAMED, NEAR = 60, 5
# A list of fewer papers than this needs no table.
FEWEST_LISTED = 3
_OF_MANY = frozenset({Operation.LIST, Operation.COUNT, Operation.SURVEY, Operation.SIMILAR})


def suggestions(focus: Focus, evidence: Evidence, planned: Callable[[Question], Plan]) -> tuple[str, ...]:
    """Questions that can be answered next, at most three; `planned` gives the plan of each.

    After a list they are about the list, else about the papers in view.
    """
    conversation = Conversation().with_turn(focus.question, Answer("", focus=focus))
    offered = (text for text in _follow_ups(focus, evidence) if text != focus.question)
    answered = (text for text in offered if not planned(evidence.reader.read(text, conversation)).abstains)
    return tuple(islice(answered, MOST_SUGGESTIONS))


def _follow_ups(focus: Focus, evidence: Evidence) -> Iterator[str]:
    if focus.plan is not None and focus.plan.operation in _OF_MANY and len(focus.papers) >= FEWEST_LISTED:
        yield from _on_list(focus)
    for paper, name in list(zip(focus.papers, focus.names, strict=True))[:MOST_PAPERS]:
        if len(name.split()) > LONGEST_NAME:  # a paper without a name of its own cannot be asked about by it
            continue
        if len(focus.papers) == 1:
            near = evidence.retriever.neighbours(paper.id, 1)
            yield from (f"Compare {name} with {evidence.called(other)}" for other in near)
        yield from (question.format(name=name) for question in phrases.FOLLOW_UPS)


def openings(evidence: Evidence, planned: Callable[[Question], Plan]) -> tuple[str, ...]:
    """Questions to begin with, about what this library holds: one of each kind that it can answer."""
    kinds = (_about_one(evidence), _about_two(evidence), iter(phrases.LISTS_TO_BEGIN_WITH), _for_a_survey(evidence))
    tried = (
        (text for text in islice(kind, MOST_TRIED) if _opens(planned(evidence.reader.read(text)))) for kind in kinds
    )
    return tuple(text for text in (next(kind, None) for kind in tried) if text)


def _opens(plan: Plan) -> bool:
    """Whether a plan answers, and does so in a few lines."""
    return not plan.abstains and len(plan.papers) <= MOST_SHOWN


def _named(evidence: Evidence) -> Iterator[tuple[Paper, str]]:
    """The newest papers with a name of their own that their titles have."""
    for paper in sorted(evidence.corpus.papers, key=lambda paper: -(paper.year or 0)):
        name = evidence.called(paper)
        if name != paper.title and name in paper.title and len(name) >= LEAST_NAME and " " not in name:
            yield paper, name


def _about_one(evidence: Evidence) -> Iterator[str]:
    yield from (phrases.WHAT_IS.format(name=name) for _, name in _named(evidence))


def _about_two(evidence: Evidence) -> Iterator[str]:
    names = {paper.id: name for paper, name in islice(_named(evidence), MOST_NAMED)}
    for paper_id, name in names.items():
        near = evidence.retriever.neighbours(paper_id, NEAR)
        yield from (phrases.COMPARE_TWO.format(one=name, other=names[p.id]) for p in near if p.id in names)


def _for_a_survey(evidence: Evidence) -> Iterator[str]:
    subjects = (said for stems, said in evidence.corpus.title_phrases.items() if len(stems) > 1)
    yield from (phrases.KNOWN_ABOUT.format(subject=subject) for subject in subjects)


def _on_list(focus: Focus) -> Iterator[str]:
    """What one does with a list: see it as a table, keep its newer part, ask which of its papers can be used."""
    yield phrases.AS_TABLE
    years = sorted(paper.year for paper in focus.papers if paper.year)
    middle = years[len(years) // 2] if years else None
    if middle is not None and years[0] < middle:
        yield phrases.ONLY_SINCE.format(year=middle)
    if 0 < sum(paper.code_url is not None for paper in focus.papers) < len(focus.papers):
        yield phrases.WHICH_HAVE_CODE
