"""Judging: which papers of a library are about a subject, each with a probability.

What a paper is about is no exact condition, so it is never denied, only judged: papers that are clearly about the
subject, papers that are likely to be, or at least touch it, and those that come nearest where none is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.subject_evidence import FEATURES, Evidence, evidence_for
from assistant.stages import JUDGE, counted_to
from ingest.index.calibration import calibrated
from ingest.papers import Paper
from ingest.passages import Level, Passage, Span
from ingest.text.terms import stems_of

# Above these probabilities a paper is said to be clearly about a subject, or likely to be.
CLEAR = 0.8
LIKELY = 0.5
JUST_UNLIKELY = LIKELY - 0.01
# A title that says the subject in so many words settles it.
TITLE_SAYS = 0.98
# A subject of one word that no more papers than this have: each of them is shown, which one page still holds. Of a
# phrase that is not so: its stems side by side may be other words ("the question answered here").
FEW = 20
# A phrase that this many titles have is an established name of its subject.
ESTABLISHED = 3
# Where a library has no established wording for a subject, a paper is likely to be about it if its vectors are nearer
# than the nearest paper comes by chance (1 on the scale of the library's noise), by this much. Over the MeSH headings
# of 900 medical abstracts, which are seldom worded as the abstracts are, four in ten of such papers carry the heading.
BEYOND_CHANCE = 1.15
# How many papers are named where none is likely.
NEAREST = 5
# Papers that come with the sentence that speaks for them, which takes time; more than a list ever shows at once.
QUOTED = 100

WEIGHTS_FILE = Path(__file__).with_name("judging.json")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A paper with the probability that it is about the subject, and the sentence that speaks for it, if one does."""

    paper: Paper
    probability: float
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The papers of a library by how surely they are about a subject, best first; `searched` is how many there are.

    `nearest` follows on the likely ones: what to show where nothing is likely, and no claim that it is about it.
    """

    subject: str
    clear: tuple[Judgement, ...] = ()
    likely: tuple[Judgement, ...] = ()
    nearest: tuple[Judgement, ...] = ()
    searched: int = 0

    @property
    def about(self) -> tuple[Judgement, ...]:
        """Those that are clearly about it, then those that are likely to be."""
        return self.clear + self.likely


class SubjectJudge:
    """Judges subjects over one state of an index."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._corpus = retriever.index.corpus()

    @counted_to(JUDGE)
    def judge(self, subject: str, admitted: frozenset[str] | None = None) -> Judged:
        """The papers about a subject; only of these papers if given."""
        searched = len(self._corpus.papers) if admitted is None else len(admitted)
        if not searched or not self._corpus.papers:
            return Judged(subject)
        evidence = evidence_for(subject, self._retriever, calibrated(self._retriever.index), admitted)
        probabilities = probabilities_of(evidence)
        order = np.argsort(-probabilities, kind="stable")
        clear = int((probabilities >= CLEAR).sum())
        about = int((probabilities >= LIKELY).sum())
        judged = [
            self._judgement(subject, evidence, int(row), float(probabilities[row]), quoted=rank < QUOTED)
            for rank, row in enumerate(order[: about + NEAREST])
        ]
        return Judged(subject, tuple(judged[:clear]), tuple(judged[clear:about]), tuple(judged[about:]), searched)

    def _judgement(self, subject: str, evidence: Evidence, row: int, probability: float, quoted: bool) -> Judgement:
        place = int(evidence.places[row])
        paper = self._corpus.papers[place]
        near = evidence.sentences.get(place)
        nearest = near.passage if near else None
        passage = sentence_about(subject, paper, self._corpus.findings(paper), nearest) if quoted else None
        return Judgement(paper, probability, passage)


def probabilities_of(evidence: Evidence) -> NDArray[np.float64]:
    """The probability of each candidate that its paper is about the subject, of shape (candidates,).

    What is learned is how likely the title says it. Divided by the share of known papers that are found, that is how
    likely the paper is about it, whatever the title says. But where a library has an established name for a subject,
    a paper that never uses the name gets no such benefit of the doubt; and where the very wording is established, one
    with other forms of its words ("music style" for "musical style") counts only if it is clearly about it. Where few
    papers have a subject of a single word, each of them is at least likely: a reader who asks for a word expects all
    that have it.
    """
    weights, bias, known = _weights()
    title_would_say = 1 / (1 + np.exp(-(evidence.features @ weights + bias)))
    established = evidence.titles >= ESTABLISHED
    doubtful = established & ~evidence.said
    about = np.where(doubtful, title_would_say, np.minimum(title_would_say / known, 1.0))
    judged = np.where(evidence.titled, TITLE_SAYS + (1 - TITLE_SAYS) * about, TITLE_SAYS * about)
    if evidence.worded_titles >= ESTABLISHED:
        judged = np.where(evidence.worded | (judged >= CLEAR), judged, np.minimum(judged, JUST_UNLIKELY))
    is_seldom = evidence.is_word and evidence.said.sum() <= FEW
    means_it = (evidence.nearness >= BEYOND_CHANCE) & (evidence.titles < ESTABLISHED)
    at_least_likely = (evidence.said & is_seldom) | means_it
    return np.where(at_least_likely & (judged < LIKELY), LIKELY + judged * (CLEAR - LIKELY) / 2, judged)


def sentence_about(subject: str, paper: Paper, spans: Sequence[Span], nearest: Passage | None) -> Passage | None:
    """Of these sentences the one with most of the subject's words; of those alike the nearest in meaning, or first."""
    asked = set(stems_of(subject))
    if not spans:
        return nearest
    shared = [len(asked.intersection(stems_of(paper.abstract[start:end]))) for start, end in spans]
    near = (nearest.start, nearest.end) if nearest else spans[0]
    best = max(range(len(spans)), key=lambda i: (shared[i], spans[i] == near, -i))
    start, end = spans[best]
    return Passage(paper.id, start, end, paper.abstract[start:end], Level.SENTENCE)


@lru_cache(maxsize=1)
def _weights() -> tuple[NDArray[np.float64], float, float]:
    """The learned weights in the order of FEATURES, the bias, and the share of known papers that they find."""
    kept = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return np.array([kept["weights"][name] for name in FEATURES]), float(kept["bias"]), float(kept["known"])
