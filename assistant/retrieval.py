"""Retrieval: a question becomes papers in order of relevance, and the sentences within them.

A paper is seen in four ways: its words (BM25), its word pieces (BM25 over runs of letters, which forgive an
ending or a slip), the vector of its abstract, and its sentence nearest to the question. Each view is
standardised over the candidates (mean 0, deviation 1) and the four are summed with the weights below: scores
keep how clear a win was, which ranks throw away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Hit
from assistant.filters import Filters
from ingest.embedding import Vector
from ingest.index import Near, PaperIndex, Shelf, Vectors
from ingest.papers import Paper
from ingest.passages import Level, Passage

# How many passages of each level become candidates, and how many papers by their words. A paper outside one
# of these lists is scored there as if it stood at its end.
NEAREST_WINDOWS = 300
NEAREST_SENTENCES = 600
BEST_BY_WORDS = 300

# Measured on SciFact's training claims (never on its test set) and flat around these values.
WEIGHT_WORDS = 0.5
WEIGHT_PIECES = 0.4
WEIGHT_WINDOW = 0.8
WEIGHT_SENTENCE = 0.8

# The probes of a comparison are asked again and again, and so is a question that is retried.
REMEMBERED_QUESTIONS = 256

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper with its fused score, and the raw views behind it.

    `window` and `sentence` are cosine similarities; `words` is a BM25 score, 0 where no word is shared.
    """

    paper: Paper
    score: float
    words: float
    window: float
    sentence: float


class Retriever:
    """Searches one index. A question is embedded once and can then be asked of papers and sentences."""

    def __init__(self, index: PaperIndex) -> None:
        self.index = index
        self._embedded = lru_cache(maxsize=REMEMBERED_QUESTIONS)(index.embedder.embed_question)

    def embed(self, question: str) -> Vector:
        """The question's unit vector; lately asked ones are remembered."""
        return self._embedded(question)

    def embed_all(self, texts: Sequence[str]) -> list[Vector]:
        """The unit vectors of several short texts, in order."""
        return [self._embedded(text) for text in texts]

    def windows_of(self, paper: Paper) -> tuple[Passage, ...]:
        """The windows of a paper, by their place in the abstract."""
        found = self.index.vectors(Level.WINDOW, frozenset((paper.id,)))
        return tuple(sorted(found.passages, key=lambda passage: passage.start))

    def rank(
        self, question: str, filters: Filters = Filters(), limit: int = 10, vector: Vector | None = None
    ) -> tuple[Ranked, ...]:
        """The papers that fit the filters, best first, at most `limit`; empty where the index is."""
        shelf = self.index.shelf()
        vector = self.embed(question) if vector is None else vector
        admitted = self.admitted(filters)
        if not shelf.papers or admitted == frozenset():
            return ()
        views = self._views(question, vector, shelf, admitted)
        places = _candidates(views, shelf, admitted)
        fused = _fused(views, places)
        order = np.argsort(-fused, kind="stable")[:limit]
        return tuple(_ranked(shelf.papers[places[i]], float(fused[i]), views, int(places[i])) for i in order)

    def hits(self, question: str, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """The best passage of each of the best papers, with the paper's score."""
        vector = self.embed(question)
        ranked = self.rank(question, filters, limit, vector)
        return self.windows_for(vector, ranked)

    def windows_for(self, vector: Vector, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
        """For each ranked paper its window nearest to the question, in the same order."""
        wanted = frozenset(item.paper.id for item in ranked)
        best: dict[str, Near] = {}
        for near in self.index.nearest(vector, Level.WINDOW, NEAREST_WINDOWS, wanted):
            best.setdefault(near.passage.paper_id, near)
        return tuple(
            Hit(best[item.paper.id].passage, item.paper, item.score) for item in ranked if item.paper.id in best
        )

    def sentences(self, paper_ids: Sequence[str]) -> Vectors:
        """All sentences of these papers with their vectors, by paper in the given order and by place in it."""
        found = self.index.vectors(Level.SENTENCE, frozenset(paper_ids))
        rank = {paper_id: place for place, paper_id in enumerate(paper_ids)}
        order = sorted(
            range(len(found.passages)), key=lambda i: (rank[found.passages[i].paper_id], found.passages[i].start)
        )
        return Vectors(tuple(found.passages[i] for i in order), found.matrix[order])

    def admitted(self, filters: Filters) -> frozenset[str] | None:
        """The ids of the papers that fit the filters, or None where there is no condition."""
        if not filters:
            return None
        shelf = self.index.shelf()
        return frozenset(p.id for p in shelf.papers if filters.admit(p, shelf.profiles[p.id].traits))

    def _views(self, question: str, vector: Vector, shelf: Shelf, admitted: frozenset[str] | None) -> _Views:
        words = shelf.lexical.scores(question)
        pieces = shelf.lexical.piece_scores(question)
        windows = self.index.nearest(vector, Level.WINDOW, NEAREST_WINDOWS, admitted)
        sentences = self.index.nearest(vector, Level.SENTENCE, NEAREST_SENTENCES, admitted)
        return _Views(words, pieces, _best(windows, shelf.places), _best(sentences, shelf.places))


@dataclass(frozen=True, slots=True)
class _Views:
    """Scores by place on the shelf: all papers by words, those near enough by vectors."""

    words: Scores
    pieces: Scores
    windows: Mapping[int, float]
    sentences: Mapping[int, float]


def _best(nearest: Sequence[Near], places: Mapping[str, int]) -> dict[int, float]:
    """The similarity of each paper's nearest passage; the list comes best first."""
    best: dict[int, float] = {}
    for near in nearest:
        best.setdefault(places[near.passage.paper_id], near.similarity)
    return best


def _candidates(views: _Views, shelf: Shelf, admitted: frozenset[str] | None) -> NDArray[np.int64]:
    by_words = np.argsort(-(views.words + views.pieces), kind="stable")
    if admitted is not None:
        by_words = np.array([i for i in by_words if shelf.papers[i].id in admitted], dtype=np.int64)
    places = {*views.windows, *views.sentences, *(int(i) for i in by_words[:BEST_BY_WORDS])}
    return np.array(sorted(places), dtype=np.int64)


def _fused(views: _Views, places: NDArray[np.int64]) -> Scores:
    fused = WEIGHT_WORDS * _standardised(views.words[places]) + WEIGHT_PIECES * _standardised(views.pieces[places])
    for weight, nearest in ((WEIGHT_WINDOW, views.windows), (WEIGHT_SENTENCE, views.sentences)):
        floor = min(nearest.values(), default=0.0)
        seen = np.array([nearest.get(int(place), floor) for place in places], dtype=np.float32)
        fused = fused + weight * _standardised(seen)
    return np.asarray(fused, dtype=np.float32)


def _standardised(scores: Scores) -> Scores:
    spread = float(scores.std())
    return (scores - scores.mean()) / spread if spread else np.zeros_like(scores)


def _ranked(paper: Paper, score: float, views: _Views, place: int) -> Ranked:
    window, sentence = views.windows.get(place, 0.0), views.sentences.get(place, 0.0)
    return Ranked(paper, score, float(views.words[place]), window, sentence)
