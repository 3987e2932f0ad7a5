"""Selection: the sentences of a few papers that answer a question, and how well they do.

Each sentence gets a score from its vector (in the context of its abstract), from the question's words that it
shares (rare ones count more), from what it does in the abstract and whether the question asks for that: the weights
were learned (`assistant.retrieval.train_selection`). The kind of thing that is asked for (a number, a place on the
web, data) adds to it. The best are taken until enough is said, none that repeats another, and are read in their own order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.sentence_features import Views, learned_scores
from ingest.embedding.base import Matrix, Vector
from ingest.index.types import Vectors
from ingest.lexicon import lexicon
from ingest.passages import Passage
from ingest.text.quantities import quantities_in
from ingest.text.rarity import idf_of_few
from ingest.text.terms import ngrams_of, tokens_of

# What holding the kind of thing that is asked for, or defining the name that is asked about, adds to a score. These
# are not learned: claims and yes-or-no questions, of which public evidence exists, ask for no number and no address.
WEIGHT_KIND = 0.12
WEIGHT_NAMED, WEIGHT_BRINGS = 0.15, 0.2
# A sentence this much like one already taken says the same.
SAME = 0.92
# A further sentence must be at least this good in proportion to the best, or it is off the point.
WORTH = 0.3
# Of 300 questions about music and 255 papers of other sciences whose paper was found, the asked fact stands among the
# sentences of 4 and 120 words for .93, of 5 and 150 for .97, of 6 and 200 for .98: at 91, 109 and 126 words to be read.
MOST_SENTENCES = 5
MOST_WORDS = 150

_APART = lexicon("en.asked").source("asks_apart")
_PARTS = re.compile(rf"(?<=[.?!])\s+|,?\s+(?:and|or)\s+(?={_APART}\b)|;\s+", re.I)
_ASKS = re.compile(rf"(?:and )?{_APART}\b", re.I)

# "Does that pay off?" asks nothing without what stands before it.
_POINTS_BACK = re.compile(r"\b(?:that|this|it|these|those|they|them|the other)\b", re.I)

# The kinds of things that are asked for by lists of `en.asked`, first match first.
_SMALL_TALK = re.compile(r"^\W*(?:so\s+)?", re.I)
_KINDS = ("number", "web", "data")


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
    kind: str  # of _KINDS, or empty
    defines: str = ""  # the name whose definition is asked for

    @classmethod
    def of(cls, text: str, vector: Vector, names: Sequence[str] = ()) -> Probe:
        """Make a probe; the terms of `names` do not count as shared words, every sentence about them has those."""
        of_names = {term for name in names for term in tokens_of(name)}
        terms = frozenset(tokens_of(text)) - of_names
        pieces = frozenset(ngrams_of(text)) - {piece for name in names for piece in ngrams_of(name)}
        kind = next((name for name in _KINDS if lexicon("en.asked").pattern(name).search(text)), "")
        opening = lexicon("en.asked").pattern("defines").match(_SMALL_TALK.sub("", text))
        defines = names[0] if names and opening and len(terms) <= 2 else ""
        return cls(text, vector, terms, pieces, kind, defines)


class Rarity:
    """How much words and word pieces tell: their inverse document frequency over a set of sentences."""

    def __init__(self, sentences: Sequence[Passage]) -> None:
        self._total = len(sentences)
        self._counts = Counter(
            unit for sentence in sentences for unit in (*_terms_in(sentence.text), *_pieces_in(sentence.text))
        )

    def __call__(self, unit: str) -> float:
        """The inverse document frequency of a word or piece; greatest for what no sentence has."""
        return idf_of_few(self._total, self._counts[unit])

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
    """Every sentence with its score for the probe, in the given order; each is judged within its own abstract."""
    papers = groupby(range(len(sentences.passages)), key=lambda row: sentences.passages[row].paper_id)
    return tuple(item for _, rows in papers for item in _of_paper(probe, sentences, list(rows), rarity))


def _of_paper(probe: Probe, sentences: Vectors, rows: list[int], rarity: Rarity) -> Iterator[Weighed]:
    """The sentences of one abstract, which stand at these rows."""
    passages = [sentences.passages[row] for row in rows]
    roles = None if sentences.roles is None else sentences.roles[rows]
    views = views_of(probe, passages, sentences.matrix[rows], rarity)
    learned = learned_scores(probe.text, tuple(passage.text for passage in passages), views, roles)
    for row, passage in enumerate(passages):
        fits = _fits(probe.kind, passage.text)
        yield Weighed(
            passage,
            float(learned[row]) + WEIGHT_KIND * fits + _defining(probe.defines, passage.text),
            float(views.meaning[row]),
            float(views.words[row]),
            float(views.ngrams[row]),
            fits,
            () if roles is None else tuple(roles[row].tolist()),
        )


def views_of(probe: Probe, passages: Sequence[Passage], vectors: Matrix, rarity: Rarity) -> Views:
    """How near the sentences of one abstract are to a probe, by meaning and by words."""
    return Views(
        np.asarray(vectors @ probe.vector, dtype=np.float32),
        np.array([rarity.share(probe.terms, _terms_in(p.text)) for p in passages], dtype=np.float32),
        np.array([rarity.share(probe.pieces, _pieces_in(p.text)) for p in passages], dtype=np.float32),
    )


def _fits(kind: str, text: str) -> bool:
    """Whether a sentence holds a thing of the kind that is asked for."""
    if kind == "number":
        return bool(quantities_in(text))
    if kind == "web":
        return bool(lexicon("en.asked").pattern("says_web").search(text))
    return kind == "data" and bool(lexicon("en.aspects").pattern("data").search(text))


def _defining(name: str, text: str) -> float:
    """What speaks for a sentence where a definition of a name is asked for."""
    if not name or name.lower() not in text.lower():
        return 0.0
    return WEIGHT_NAMED + WEIGHT_BRINGS * bool(lexicon("en.asked").pattern("brings").search(text))


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
