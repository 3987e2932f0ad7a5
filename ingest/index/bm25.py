"""The lexical side: BM25 over whole papers, so that a name that is asked for is always found.

Vectors blur names they never met (MeLoDy is near any melody). Here a word counts as it is written: as one of the
terms of `ingest.text.terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.index.postings import Bm25, Part, Places, Postings, postings_of
from ingest.text.terms import ngrams_of, tokens_of


@dataclass(frozen=True, slots=True)
class LexicalPart:
    """The inverted indexes of one segment's texts, by words and by character n-grams."""

    words: Postings
    ngrams: Postings

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> LexicalPart:
        """Read the texts and count their terms."""
        return cls(postings_of(map(tokens_of, texts)), postings_of(map(ngrams_of, texts)))


class Bm25Index:
    """BM25 (Robertson et al. 1994, in Lucene's form) over a fixed list of texts, by words and by character n-grams."""

    def __init__(self, texts: Sequence[str] = (), parts: Sequence[tuple[LexicalPart, Places]] = ()) -> None:
        """Over texts that are read now, or over segments that were read at ingest, each with its texts' places."""
        parts = parts or [(LexicalPart.of_texts(texts), np.arange(len(texts)))]
        self._words = Bm25([Part(part.words, places) for part, places in parts])
        self._ngrams = Bm25([Part(part.ngrams, places) for part, places in parts])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by words, of shape (texts,), in the order they were given; 0 for nothing shared."""
        return self._words.scores(tokens_of(question))

    def ngram_scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by character n-grams, of shape (texts,)."""
        return self._ngrams.scores(ngrams_of(question))

    def holds(self, term: str) -> NDArray[np.bool_]:
        """Which texts have a term (as `tokens_of` makes them), of shape (texts,)."""
        return self._words.holds(term)
