"""What answers to questions of a whole subject cite, over any library: how many papers, on the subject, in how many words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from assistant.answering import Assistant
from ingest.index.corpus import Corpus
from ingest.text.terms import stems_of

ASKED = (
    "What are the main approaches to {}?",
    "What do these papers say about {}?",
    "Give me an overview of the work on {}.",
)
# Papers that must have a phrase, for it to be a subject that a survey can be made of.
LEAST_PAPERS = 12


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One answer: the papers that it cites, those of them with the subject's words in title or abstract, its words."""

    question: str
    cited: int
    on_subject: int
    words: int


def subjects_of(corpus: Corpus, count: int, seed: int) -> list[str]:
    """Subjects of this library: phrases of two or three words that several titles share and enough papers have."""
    phrases = [said for stems, said in corpus.title_phrases.items() if len(stems) > 1]
    random.Random(seed).shuffle(phrases)
    spoken = (said for said in phrases if int(corpus.literal.holding(said).sum()) >= LEAST_PAPERS)
    return [said for said, _ in zip(spoken, range(count), strict=False)]


def surveyed(assistant: Assistant, subjects: Sequence[str]) -> list[Surveyed]:
    """The figures of one answer a subject."""
    found = []
    for number, subject in enumerate(subjects):
        question = ASKED[number % len(ASKED)].format(subject)
        answer = assistant.ask(question)
        papers = {citation.paper.id: citation.paper for citation in answer.citations}.values()
        asked = set(stems_of(subject))
        speaking = [paper for paper in papers if asked <= set(stems_of(f"{paper.title} {paper.abstract}"))]
        found.append(Surveyed(question, len(papers), len(speaking), len(answer.text.split())))
    return found


def figures(found: Sequence[Surveyed]) -> tuple[float, float, int]:
    """The median of papers cited, the share of them on the subject, and the most words."""
    cited = sum(each.cited for each in found)
    return (
        median(each.cited for each in found),
        sum(each.on_subject for each in found) / max(1, cited),
        max(each.words for each in found),
    )
