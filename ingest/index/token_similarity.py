"""Token similarity: how much of a question a text says, in the same words or in others of like meaning.

Each telling word piece of the question looks for the piece of the text that is most like it, and what it finds is
averaged, rare pieces counting more. Alike means: by the vectors with which the embedding model begins to read, its
input embeddings, before any context. So "troupe" finds "group" and "footage" finds "video", where BM25 finds nothing
and the vector of a whole abstract has blurred it. This is late interaction (Khattab and Zaharia 2020, "ColBERT")
without context: nothing needs to be stored but which pieces a text has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedder
from ingest.index.arrays import spans_of
from ingest.text.rarity import idf

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SubwordLists:
    """The telling subwords of some texts, each once: those of text i are `subwords[starts[i]:starts[i + 1]]`."""

    starts: NDArray[np.int64]
    subwords: NDArray[np.uint32]

    @classmethod
    def of_texts(cls, texts: Sequence[str], embedder: Embedder) -> SubwordLists:
        """Read the texts with the embedder's tokenizer."""
        own = embedder.subwords_of(texts) if texts else []
        starts = np.concatenate(([0], np.cumsum([len(each) for each in own]))).astype(np.int64)
        return cls(starts, np.concatenate(own).astype(np.uint32) if own else np.empty(0, dtype=np.uint32))


def merged_lists(parts: Sequence[SubwordLists]) -> SubwordLists:
    """The lists of several segments as those of one."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return SubwordLists(starts, np.concatenate([part.subwords for part in parts]))


class TokenSimilarity:
    """The subwords of a fixed list of texts; empty where the model has no vectors of single words."""

    def __init__(
        self, texts: Sequence[str], embedder: Embedder, parts: Sequence[tuple[SubwordLists, Places]] = ()
    ) -> None:
        """Over texts that are read now, or over segments that were read at ingest, each with its texts' places."""
        self._embedder = embedder
        parts = parts or [(SubwordLists.of_texts(texts, embedder), np.arange(len(texts)))]
        every = merged_lists([lists for lists, _ in parts])
        texts_at = np.argsort(_absent_last(np.concatenate([places for _, places in parts])), kind="stable")
        here = texts_at[: sum(int((places >= 0).sum()) for _, places in parts)]
        self._starts, self._lengths = every.starts[here], np.diff(every.starts)[here]
        held = every.subwords if len(here) == len(texts_at) else every.subwords[spans_of(self._starts, self._lengths)]
        self._vocabulary, self._rows, self._holders = _indexed(every.subwords, held, len(embedder.subword_vectors))
        self._vectors = embedder.subword_vectors[self._vocabulary]

    def scores(self, question: str, places: Places) -> NDArray[np.float32]:
        """For the texts at these places the mean of the best cosines (about 0 to 1), of shape (places,)."""
        found = np.zeros(len(places), dtype=np.float32)
        asked = self._embedder.subwords_of([question])[0]
        filled = self._lengths[places] > 0
        if not len(asked) or not filled.any():
            return found
        held = places[filled]
        rows = self._rows[spans_of(self._starts[held], self._lengths[held])]
        alike = self._embedder.subword_vectors[asked] @ self._vectors.T
        starts = np.concatenate(([0], np.cumsum(self._lengths[held])[:-1]))
        best = np.maximum.reduceat(alike[:, rows], starts, axis=1)
        rarity = self._rarity(asked)
        found[filled] = rarity @ best / rarity.sum()
        return found

    def _rarity(self, asked: NDArray[np.int64]) -> NDArray[np.float32]:
        """The inverse document frequency of subwords over the texts."""
        row = np.searchsorted(self._vocabulary, asked).clip(max=len(self._vocabulary) - 1)
        holders = np.where(self._vocabulary[row] == asked, self._holders[row], 0)
        return idf(len(self._lengths), holders).astype(np.float32)


def _absent_last(places: Places) -> Places:
    return np.where(places < 0, np.iinfo(np.int64).max, places)


def _indexed(
    every: NDArray[np.uint32], held: NDArray[np.uint32], subwords: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """The subwords that occur, for each occurrence the row of its subword among those, and how many texts hold each."""
    counts = np.bincount(held, minlength=subwords)
    vocabulary = np.flatnonzero(np.bincount(every, minlength=subwords))
    row_of = np.zeros(subwords, dtype=np.int32)
    row_of[vocabulary] = np.arange(len(vocabulary), dtype=np.int32)
    return vocabulary, row_of[every], counts[vocabulary]
