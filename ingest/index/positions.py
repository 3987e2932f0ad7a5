"""Term positions: where each word stands in titles and sentences, so that a phrase is found without reading texts.

A positional inverted index (Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 2.4).
BM25 knows which papers have the words "music" and "transcription"; only positions tell whether they stand together, in
one sentence, or in the title. Everything is a flat array, so that a question costs array operations over the
occurrences of its own words and no loop over the library.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from ingest.text.rarity import idf
from ingest.text.terms import stem, words_of

# Where one sentence ends and the next begins, as far as counting words together needs it. What is quoted is cut with
# more care in `ingest.passages`.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])")

# A term that begins so is an abbreviation as it is written: `=ART` stands where ART does, and not where art does.
AS_WRITTEN = "="
# A cover of all words, which rounding may leave a little below 1.
ALL = 1 - 1e-4

Positions = NDArray[np.int32]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """How the words of a phrase stand in every paper; each array has the shape (papers,).

    `in_title` and `in_text` count the phrase itself. The three covers are the share of its words, weighted by rarity
    (0 to 1), that the title, the best sentence of the abstract, and title and abstract together have.
    """

    in_title: Scores
    in_text: Scores
    title_cover: Scores
    sentence_cover: Scores
    text_cover: Scores

    def best_of(self, other: Occurrences) -> Occurrences:
        """For each paper the greater of both, field by field: what either of two wordings finds."""
        return Occurrences(*(np.maximum(getattr(self, name), getattr(other, name)) for name in self.__slots__))


class TermPositions:
    """The positions of all terms in a fixed list of (title, abstract) pairs.

    Every title and every sentence is a segment; between two segments one position stays empty, so that no phrase
    reaches from one into the next.
    """

    def __init__(self, texts: Sequence[tuple[str, str]]) -> None:
        vocabulary: dict[str, int] = {}
        terms: list[int] = []
        places: list[int] = []
        segment_starts: list[int] = []
        self._first_segment = np.empty(len(texts), dtype=np.int64)
        place = 0
        for paper, (title, abstract) in enumerate(texts):
            self._first_segment[paper] = len(segment_starts)
            for segment in (title, *_SENTENCE_END.split(abstract)):
                segment_starts.append(place)
                for word in words_of(segment):
                    for term in _terms_of(word):
                        terms.append(vocabulary.setdefault(term, len(vocabulary)))
                        places.append(place)
                    place += 1
                place += 1
        self._vocabulary = vocabulary
        self._segment_starts = np.array(segment_starts, dtype=np.int64)
        numbers = np.array(terms, dtype=np.int32)
        self._postings: Positions = np.array(places, dtype=np.int32)[np.argsort(numbers, kind="stable")]
        self._ends = np.cumsum(np.bincount(numbers, minlength=len(vocabulary)))

    def __len__(self) -> int:
        return len(self._first_segment)

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term over the papers."""
        return float(idf(len(self), len(self.holders((term,)))))

    def holders(self, phrase: Sequence[str]) -> NDArray[np.int64]:
        """The places of the papers that have these terms one after the other, in rising order."""
        return _distinct(self._papers(self._segments(self._phrase(phrase))))

    def occurrences(self, phrase: Sequence[str]) -> Occurrences:
        """How the terms of a phrase stand in every paper; all zero for an empty phrase."""
        covers = self._covers(tuple(dict.fromkeys(phrase)))
        found = self._segments(self._phrase(phrase))
        papers = self._papers(found)
        is_title = found == self._first_segment[papers]
        in_title = np.bincount(papers[is_title], minlength=len(self)).astype(np.float32)
        in_text = np.bincount(papers[~is_title], minlength=len(self)).astype(np.float32)
        return Occurrences(in_title, in_text, *covers)

    def _covers(self, terms: Sequence[str]) -> tuple[Scores, Scores, Scores]:
        """The covers of the title, of the best sentence and of the text, each of shape (papers,)."""
        by_segment = np.zeros(len(self._segment_starts), dtype=np.float32)
        by_paper = np.zeros(len(self), dtype=np.float32)
        if not terms or not len(self):
            return by_paper, by_paper, by_paper
        weights = np.array([self.rarity(term) for term in terms])
        for term, weight in zip(terms, weights / weights.sum(), strict=True):
            segments = _distinct(self._segments(self._of(term)))
            by_segment[segments] += weight
            by_paper[_distinct(self._papers(segments))] += weight
        title = by_segment[self._first_segment]
        by_segment[self._first_segment] = 0.0
        best = np.maximum.reduceat(by_segment, self._first_segment)
        return title, best, by_paper

    def _of(self, term: str) -> Positions:
        """Where a term stands, in rising order; empty for one that no paper has."""
        number = self._vocabulary.get(term)
        if number is None:
            return self._postings[:0]
        return self._postings[self._ends[number - 1] if number else 0 : self._ends[number]]

    def _phrase(self, phrase: Sequence[str]) -> Positions:
        """Where a sequence of terms begins, one right after the other, in rising order."""
        shifted = [self._of(term) - offset for offset, term in enumerate(phrase)]
        if not shifted:
            return self._postings[:0]
        return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), shifted)

    def _segments(self, positions: Positions) -> NDArray[np.int64]:
        return np.searchsorted(self._segment_starts, positions, side="right") - 1

    def _papers(self, segments: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self._first_segment, segments, side="right") - 1


@lru_cache(maxsize=65_536)
def _terms_of(word: str) -> tuple[str, ...]:
    """The stem of a word, and an abbreviation once more as it is written."""
    return (stem(word), AS_WRITTEN + word) if word.isupper() and len(word) > 1 else (stem(word),)


def _distinct(rising: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each value once, of values in rising order: without the sorting of `np.unique`."""
    return rising[np.flatnonzero(np.diff(rising, prepend=-1))]
