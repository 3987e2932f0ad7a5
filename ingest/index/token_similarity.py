"""Token similarity: how much of a question a text says, in the same words or in others of like meaning.

Each telling word piece of the question looks for the piece of the text that is most like it, and what it finds is
averaged, rare pieces counting more. Alike means: by the vectors with which the embedding model begins to read, its
input embeddings, before any context. So "troupe" finds "group" and "footage" finds "video", where BM25 finds nothing
and the vector of a whole abstract has blurred it. This is late interaction (Khattab and Zaharia 2020, "ColBERT")
without context: nothing needs to be stored but which pieces a text has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedder

Places = NDArray[np.int64]


class TokenSimilarity:
    """The word pieces of a fixed list of texts; empty where the model has no vectors of single words."""

    def __init__(self, texts: Sequence[str], embedder: Embedder) -> None:
        self._embedder = embedder
        pieces = embedder.subwords_of(texts)
        self._lengths = np.array([len(own) for own in pieces], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._lengths)[:-1])).astype(np.int64)
        known = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int64)
        self._vocabulary, self._rows = np.unique(known, return_inverse=True)
        self._vectors = embedder.subword_vectors[self._vocabulary]
        self._holders = np.bincount(self._rows, minlength=len(self._vocabulary))

    def scores(self, question: str, places: Places) -> NDArray[np.float32]:
        """For the texts at these places the mean of the best cosines (about 0 to 1), of shape (places,)."""
        found = np.zeros(len(places), dtype=np.float32)
        asked = self._embedder.subwords_of([question])[0]
        filled = self._lengths[places] > 0
        if not len(asked) or not filled.any():
            return found
        held = places[filled]
        rows = np.concatenate([self._rows[self._starts[i] : self._starts[i] + self._lengths[i]] for i in held])
        alike = self._embedder.subword_vectors[asked] @ self._vectors.T
        starts = np.concatenate(([0], np.cumsum(self._lengths[held])[:-1]))
        best = np.maximum.reduceat(alike[:, rows], starts, axis=1)
        rarity = self._rarity(asked)
        found[filled] = rarity @ best / rarity.sum()
        return found

    def _rarity(self, asked: NDArray[np.int64]) -> NDArray[np.float32]:
        """ln(1 + (N - n + 0.5) / (n + 0.5)) of pieces that n of N texts hold: Robertson's, kept positive."""
        row = np.searchsorted(self._vocabulary, asked).clip(max=len(self._vocabulary) - 1)
        holders = np.where(self._vocabulary[row] == asked, self._holders[row], 0)
        return np.log1p((len(self._lengths) - holders + 0.5) / (holders + 0.5)).astype(np.float32)
