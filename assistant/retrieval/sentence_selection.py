"""Selection: the sentences of a few papers that answer a question, and how well they do.

Each sentence gets a score from its vector (in the context of its abstract), from the question's words that it
shares (rare ones count more), and from the kind of thing that is asked for: a number, a place on the web, a
name. The best are taken until enough is said, none that repeats another, and are read in their own order.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Matrix, Vector
from ingest.index.bm25 import ngrams_of, tokens_of
from ingest.index.types import Vectors
from ingest.passages import Passage

# What the words and word pieces of a question that a sentence shares add to the product of the vectors.
WEIGHT_WORDS = 0.3
WEIGHT_NGRAMS = 0.4
WEIGHT_KIND = 0.12
# All sentences of an abstract are much alike; without this share of their mean, what sets each apart counts.
CENTRING = 0.7
# An abstract opens with what everybody knows.
OPENING = 0.06
# A sentence this much like one already taken says the same.
SAME = 0.92
# A further sentence must be at least this good in proportion to the best, or it is off the point.
WORTH = 0.3
MOST_SENTENCES = 4
MOST_WORDS = 80

_NUMBER = re.compile(
    r"\bhow (?:many|much|long|large|big|often|far|fast|old|wide|high)\b|\bnumber of\b|\bpercent\w*\b|\bshare\b|\bwhat (?:size|portion|fraction|margin|rate|accuracy)\b|"
    r"\bby what (?:margin|factor)\b|\b(?:bigger|larger|smaller|biggest|largest|smallest|size)\b|\bhours?\b|\bcuánt\w+|多少|多大|几",
    re.I,
)
_WEB = re.compile(
    r"\bwhere can\b|\bcode\b|\bgithub\b|\blinks?\b|\bdemos?\b|\bsamples?\b|\bavailable\b|\brepo\w*|\bdownload\w*|\bopen[- ]source\b|\burl\b",
    re.I,
)
_DATA = re.compile(r"\bdata ?sets?\b|\bcorp(?:us|ora)\b|\btrained on\b|\bbenchmarks?\b|\bevaluated on\b|数据集", re.I)
_DEFINES = re.compile(
    r"^(?:so )?(?:what(?:'?s| is| are| does)|wats?|who is|define|explain|describe|tell me about|summari[sz]e|give me (?:a|an) (?:summary|overview))\b",
    re.I,
)

_HAS_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b", re.I
)
_HAS_WEB = re.compile(r"https?://|\bavailable\b|\breleased?\b|\bpublic(?:ly)?\b|\bopen(?:ly|-source)?\b", re.I)
_HAS_DATA = re.compile(r"\bdata ?sets?\b|\bcorp(?:us|ora)\b|\bbenchmarks?\b|\bcollection\b", re.I)
_BRINGS = re.compile(r"\b(?:introduc|present|propos|develop|is an?|are|called|named|offers?|releas)\w*", re.I)

_PARTS = re.compile(
    r"(?<=[.?!])\s+|,?\s+(?:and|or)\s+(?=(?:what|which|how|where|who|why|when|whose|does|is|are|can)\b)|;\s+", re.I
)
_ASKS = re.compile(r"(?:and )?(?:what|which|how|where|who|why|when|whose|does|is|are|can)\b", re.I)

# "Does that pay off?" asks nothing without what stands before it.
_POINTS_BACK = re.compile(r"\b(?:that|this|it|these|those|they|them|the other)\b", re.I)

_KINDS = ((_NUMBER, _HAS_NUMBER), (_WEB, _HAS_WEB), (_DATA, _HAS_DATA))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with what speaks for it.

    `meaning` is a cosine, `words` and `pieces` are the shares (0 to 1) of the question's rare words and word pieces
    that it has, `fits` says if it holds the kind of thing asked for.
    """

    passage: Passage
    score: float
    meaning: float
    words: float
    pieces: float
    fits: bool
    roles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """A question (or a part of one) made ready to be held against sentences."""

    text: str
    vector: Vector
    terms: frozenset[str]
    pieces: frozenset[str]
    kind: re.Pattern[str] | None
    defines: str = ""  # the name whose definition is asked for

    @classmethod
    def of(cls, text: str, vector: Vector, names: Sequence[str] = ()) -> Probe:
        """Make a probe; the terms of `names` do not count as shared words, every sentence about them has those."""
        of_names = {term for name in names for term in tokens_of(name)}
        terms = frozenset(tokens_of(text)) - of_names
        pieces = frozenset(ngrams_of(text)) - {piece for name in names for piece in ngrams_of(name)}
        kind = next((has for asks, has in _KINDS if asks.search(text)), None)
        defines = names[0] if names and _DEFINES.search(text) and len(terms) <= 2 else ""
        return cls(text, vector, terms, pieces, kind, defines)


class Rarity:
    """How much words and word pieces tell: their inverse document frequency over a set of sentences."""

    def __init__(self, sentences: Sequence[Passage]) -> None:
        self._total = len(sentences)
        self._counts = Counter(
            unit for sentence in sentences for unit in (*_terms_in(sentence.text), *_pieces_in(sentence.text))
        )

    def __call__(self, unit: str) -> float:
        """ln(1 + N / (n + 1)), Robertson's form kept positive; greatest for what no sentence has."""
        return math.log(1 + self._total / (self._counts[unit] + 1))

    def share(self, asked: frozenset[str], held: frozenset[str]) -> float:
        """How much of what is asked is held, weighted by rarity, 0 to 1."""
        total = sum(map(self, asked))
        return sum(map(self, asked & held)) / total if total else 0.0


@lru_cache(maxsize=8192)
def _terms_in(text: str) -> frozenset[str]:
    return frozenset(tokens_of(text))


@lru_cache(maxsize=8192)
def _pieces_in(text: str) -> frozenset[str]:
    return frozenset(ngrams_of(text))


def weigh(probe: Probe, sentences: Vectors, rarity: Rarity) -> tuple[Weighed, ...]:
    """Every sentence with its score for the probe, in the given order."""
    if not sentences.passages:
        return ()
    meaning = sentences.matrix @ probe.vector
    apart = meaning - CENTRING * (_means(sentences) @ probe.vector)
    weighed = (
        _weighed(probe, passage, float(near), float(own), rarity)
        for passage, near, own in zip(sentences.passages, meaning, apart, strict=True)
    )
    if sentences.roles is None:
        return tuple(weighed)
    roles = map(tuple, sentences.roles.tolist())
    return tuple(replace(item, roles=own) for item, own in zip(weighed, roles, strict=True))


def _means(sentences: Vectors) -> Matrix:
    """For each sentence the mean vector of its paper's sentences, of shape (sentences, dimensions)."""
    papers = np.array([passage.paper_id for passage in sentences.passages])
    means = np.empty_like(sentences.matrix)
    for paper_id in set(papers.tolist()):
        rows = papers == paper_id
        means[rows] = sentences.matrix[rows].mean(axis=0)
    return means


def _weighed(probe: Probe, passage: Passage, meaning: float, apart: float, rarity: Rarity) -> Weighed:
    words = rarity.share(probe.terms, _terms_in(passage.text))
    pieces = rarity.share(probe.pieces, _pieces_in(passage.text))
    fits = probe.kind is not None and bool(probe.kind.search(passage.text))
    score = apart + WEIGHT_WORDS * words + WEIGHT_NGRAMS * pieces + WEIGHT_KIND * fits - OPENING * (passage.start == 0)
    if probe.defines and probe.defines.lower() in passage.text.lower():
        score += 0.15 + (0.2 if _BRINGS.search(passage.text) else 0.0)
    return Weighed(passage, score, meaning, words, pieces, fits)


def choose(
    weighed: Sequence[Weighed], sentences: Vectors, most: int = MOST_SENTENCES, words: int = MOST_WORDS
) -> tuple[Weighed, ...]:
    """The best sentences until enough is said, without repetition, best first; at least one if there is any."""
    vectors: Mapping[str, NDArray[np.float32]] = dict(
        zip((p.id for p in sentences.passages), sentences.matrix, strict=True)
    )
    chosen: list[Weighed] = []
    said = 0
    for item in sorted(weighed, key=lambda w: -w.score):
        length = len(item.passage.text.split())
        if chosen and (len(chosen) >= most or item.score < WORTH * chosen[0].score or said + length > words):
            continue
        if all(_unlike(vectors[item.passage.id], vectors[other.passage.id]) for other in chosen):
            chosen.append(item)
            said += length
    return tuple(chosen)


def merged(parts: Sequence[Sequence[Weighed]]) -> tuple[Weighed, ...]:
    """Each sentence once, with the best score that any part of the question gave it."""
    best: dict[str, Weighed] = {}
    for part in parts:
        for item in part:
            held = best.get(item.passage.id)
            if held is None or item.score > held.score:
                best[item.passage.id] = item
    return tuple(best.values())


def _unlike(one: Matrix, other: Matrix) -> bool:
    return float(one @ other) < SAME


def parts_of(question: str) -> tuple[str, ...]:
    """The whole question first, then what it asks, apart: "I want X. What is Y, and where does it act?" asks twice.

    What only describes ("I want X") helps to find the paper, and misleads when its sentences are chosen.
    """
    pieces = [piece.strip() for piece in _PARTS.split(question) if len(piece.split()) > 2]
    asking = [piece for piece in pieces if piece.endswith("?") or _ASKS.match(piece)]
    if len(pieces) < 2 or not asking or all(_POINTS_BACK.search(piece) for piece in asking):
        return (question,)
    return (question, *asking)
