"""Retrieval: a question becomes papers in order of relevance, and the sentences within them.

A paper is seen in five ways: its words (BM25), its word pieces (BM25 over runs of letters, which forgive an
ending or a slip), words of like meaning, the vector of its abstract, and its sentence nearest to the question.
Each view's scores are standardised, the mean of its best papers being 0 and their deviation 1, and then summed
with the weights below. Sums of scores keep how clear a win was, which ranks throw away (Fox and Shaw 1994,
"Combination of multiple searches"); standard scores make the views comparable (Montague and Aslam 2001, "Relevance
score normalization for metasearch"). Only the best papers count for mean and deviation, because the rest say more
about the corpus than about the question: how many papers share a common word with it, say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Hit
from assistant.filters import Filters
from assistant.stages import SEARCH, counted_to
from ingest.embedding.base import Matrix, Vector
from ingest.extraction.roles import ROLES, role_probabilities
from ingest.index.corpus import Corpus
from ingest.index.paper_index import PaperIndex
from ingest.index.types import Near, Vectors
from ingest.papers import Paper
from ingest.passages import Level, Passage

# How many passages of each level are looked up, and how many papers by their words become candidates. A paper that
# is not among the nearest is scored as if it stood at their end.
NEAREST_WINDOWS = 1000
NEAREST_SENTENCES = 1000
BEST_BY_WORDS = 1000

# Scores are standardised over this many papers, the best of each view: 200 to 500 measured alike, all papers worse.
STANDARD = 300

# The balance of words and vectors, measured on 363 of SciFact's training claims (nDCG@10 .837 with the vector views at
# the weight of the words, .843 at one and a half times, .840 at twice it) and on paraphrased questions over seven
# fields (.96, .98, .99). Their sum is held, because margins between papers are told on the scale of the fused score.
WEIGHT_WORDS = 0.8
WEIGHT_NGRAMS = 0.4
WEIGHT_TOKENS = 0.65
WEIGHT_WINDOW = 1.2
WEIGHT_SENTENCE = 1.2

# The probes of a comparison are asked again and again, and so is a question that is retried.
REMEMBERED_QUESTIONS = 256

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper with its fused score, and the raw views behind it.

    `window` and `sentence` are cosine similarities, for a paper that is not among the nearest that of the last of
    them; `words` is a BM25 score, 0 where no word is shared.
    """

    paper: Paper
    score: float
    words: float
    window: float
    sentence: float

    @property
    def nearness(self) -> float:
        """The greater of its two cosine similarities."""
        return max(self.window, self.sentence)


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

    @counted_to(SEARCH)
    def rank(
        self, question: str, filters: Filters = Filters(), limit: int = 10, vector: Vector | None = None
    ) -> tuple[Ranked, ...]:
        """The papers that fit the filters, best first, at most `limit`; empty where the index is."""
        corpus = self.index.corpus()
        admitted = self.admitted(filters)
        if not corpus.papers or admitted == frozenset():
            return ()
        views = self._views(question, self.embed(question) if vector is None else vector, corpus, admitted)
        fused = _fused(views)
        best = np.argsort(-fused, kind="stable")[:limit]
        return tuple(_ranked(corpus.papers[views.places[i]], float(fused[i]), views, i) for i in best)

    @counted_to(SEARCH)
    def hits(self, question: str, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """The best passage of each of the best papers, with the paper's score."""
        vector = self.embed(question)
        ranked = self.rank(question, filters, limit, vector)
        return self.windows_for(vector, ranked)

    @counted_to(SEARCH)
    def windows_for(self, vector: Vector, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
        """For each ranked paper its window nearest to the question, in the same order."""
        wanted = frozenset(item.paper.id for item in ranked)
        best: dict[str, Near] = {}
        for near in self.index.nearest(vector, Level.WINDOW, NEAREST_WINDOWS, wanted):
            best.setdefault(near.passage.paper_id, near)
        return tuple(
            Hit(best[item.paper.id].passage, item.paper, item.score) for item in ranked if item.paper.id in best
        )

    @counted_to(SEARCH)
    def neighbours(self, paper_id: str, limit: int) -> tuple[Paper, ...]:
        """The papers nearest to one in meaning, nearest first."""
        own = self.index.vectors(Level.WINDOW, frozenset((paper_id,)))
        nearest = self.index.nearest(own.matrix[0], Level.WINDOW, 2 * limit + 2)
        ids = dict.fromkeys(near.passage.paper_id for near in nearest if near.passage.paper_id != paper_id)
        corpus = self.index.corpus()
        return tuple(corpus.papers[corpus.places[other]] for other in list(ids)[:limit])

    @counted_to(SEARCH)
    def sentences(self, paper_ids: Sequence[str]) -> Vectors:
        """The sentences of these papers with vectors and roles, by paper in the given order and by place in it.

        Those that give orders are none: whatever is quoted as a finding is chosen here.
        """
        found, corpus = self.index.vectors(Level.SENTENCE, frozenset(paper_ids)), self.index.corpus()
        rank = {paper_id: place for place, paper_id in enumerate(paper_ids)}
        order = sorted(
            (i for i, passage in enumerate(found.passages) if not corpus.is_order(passage)),
            key=lambda i: (rank[found.passages[i].paper_id], found.passages[i].start),
        )
        passages = tuple(found.passages[i] for i in order)
        return Vectors(passages, found.matrix[order], self._roles(passages, found.matrix[order]))

    def _roles(self, sentences: Sequence[Passage], vectors: Matrix) -> Matrix:
        """What each sentence does in its abstract, of shape (sentences, roles); a paper's sentences stand together."""
        fingerprint = self.index.embedder.fingerprint
        papers = groupby(range(len(sentences)), key=lambda row: sentences[row].paper_id)
        runs = [list(rows) for _, rows in papers]
        found = [role_probabilities([sentences[i].text for i in run], vectors[run], fingerprint) for run in runs]
        return np.concatenate([np.empty((0, len(ROLES)), dtype=np.float32), *found])

    def admitted(self, filters: Filters) -> frozenset[str] | None:
        """The ids of the papers that fit the filters, or None where there is no condition."""
        if not filters:
            return None
        corpus = self.index.corpus()
        return frozenset(p.id for p in corpus.papers if filters.admit(p, corpus.profiles[p.id].traits))

    def _views(self, question: str, vector: Vector, corpus: Corpus, admitted: frozenset[str] | None) -> _Views:
        windows = self.index.nearest_papers(vector, Level.WINDOW, NEAREST_WINDOWS, admitted)
        sentences = self.index.nearest_papers(vector, Level.SENTENCE, NEAREST_SENTENCES, admitted)
        words, pieces = corpus.bm25.scores(question), corpus.bm25.ngram_scores(question)
        allowed = _places(corpus, admitted)
        by_words = allowed[_best(words[allowed] + pieces[allowed], BEST_BY_WORDS)]
        places = np.union1d(by_words, _places(corpus, windows.keys() | sentences.keys()))
        return _Views(
            places,
            words[places],
            pieces[places],
            corpus.token_similarity.scores(question, places),
            _seen(windows, places, corpus),
            _seen(sentences, places, corpus),
        )


@dataclass(frozen=True, slots=True)
class _Views:
    """The candidates' places on the corpus and their scores in each view, all of shape (candidates,)."""

    places: NDArray[np.int64]
    words: Scores
    pieces: Scores
    token_similarity: Scores
    window: Scores
    sentence: Scores


def _places(corpus: Corpus, paper_ids: Set[str] | None) -> NDArray[np.int64]:
    """Where these papers stand on the corpus, in no set order; all places if None."""
    if paper_ids is None:
        return np.arange(len(corpus.papers))
    return np.fromiter((corpus.places[paper_id] for paper_id in paper_ids), dtype=np.int64, count=len(paper_ids))


def _best(scores: Scores, count: int) -> NDArray[np.int64]:
    """Where the `count` highest scores stand, in no set order."""
    return np.argpartition(-scores, min(count, len(scores)) - 1)[:count]


def _seen(nearest: Mapping[str, float], places: NDArray[np.int64], corpus: Corpus) -> Scores:
    """The similarity of each candidate; that of the least near for those that are not among the nearest."""
    floor = min(nearest.values(), default=0.0)
    return np.array([nearest.get(corpus.papers[place].id, floor) for place in places], dtype=np.float32)


def _fused(views: _Views) -> Scores:
    """The weighted sum of the standardised views, of shape (candidates,)."""
    return np.asarray(
        WEIGHT_WORDS * _standardised(views.words)
        + WEIGHT_NGRAMS * _standardised(views.pieces)
        + WEIGHT_TOKENS * _standardised(views.token_similarity)
        + WEIGHT_WINDOW * _standardised(views.window)
        + WEIGHT_SENTENCE * _standardised(views.sentence),
        dtype=np.float32,
    )


def _standardised(scores: Scores) -> Scores:
    """The scores with 0 for the mean of the best and 1 for their deviation; all 0 where those do not differ."""
    best = scores[_best(scores, STANDARD)]
    spread = float(best.std())
    return (scores - best.mean()) / spread if spread else np.zeros_like(scores)


def _ranked(paper: Paper, score: float, views: _Views, row: int) -> Ranked:
    return Ranked(paper, score, float(views.words[row]), float(views.window[row]), float(views.sentence[row]))
