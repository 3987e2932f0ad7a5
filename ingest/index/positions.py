"""Term positions: where each word stands in titles and sentences, so that a phrase is found without reading texts.

A positional inverted index (Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 2.4).
BM25 knows which papers have the words "music" and "transcription"; only positions tell whether they stand together, in
one sentence, or in the title. Everything is a flat array, so that a question costs array operations over the
occurrences of its own words and no loop over the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

from ingest.index.arrays import Rows, spans_of
from ingest.index.postings import key_of
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


@dataclass(frozen=True, slots=True)
class PositionPart:
    """Where the terms of some (title, abstract) pairs stand, counted from the first of them.

    Every title and every sentence is a stretch; between two stretches one position stays empty, so that no phrase
    reaches from one into the next. `keys` (uint64, rising) are the terms, `places[starts[i]:starts[i + 1]]` (int32,
    rising) the positions of the term `keys[i]`; `stretches` (int32) says where each stretch begins, and `firsts`
    (int32) which stretch is the title of each pair. The last of `stretches` and of `firsts` is where all ends.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    places: Rows
    stretches: Positions
    firsts: Positions

    @classmethod
    def of_texts(cls, texts: Iterable[tuple[str, str]]) -> PositionPart:
        """Read the texts and note where each term stands."""
        vocabulary: dict[str, int] = {}
        terms: list[int] = []
        places: list[int] = []
        stretches: list[int] = []
        firsts: list[int] = []
        place = 0
        for title, abstract in texts:
            firsts.append(len(stretches))
            for stretch in (title, *_SENTENCE_END.split(abstract)):
                stretches.append(place)
                for word in words_of(stretch):
                    for term in _terms_of(word):
                        terms.append(vocabulary.setdefault(term, len(vocabulary)))
                        places.append(place)
                    place += 1
                place += 1
        keys = np.array(list(map(key_of, vocabulary)), dtype=np.uint64)
        order = np.argsort(keys)
        rank = np.empty(len(keys), dtype=np.int64)
        rank[order] = np.arange(len(keys))
        numbers = rank[np.array(terms, dtype=np.int64)]
        counts = np.bincount(numbers, minlength=len(keys))
        return cls(
            keys[order],
            np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            np.array(places, dtype=np.int32)[np.argsort(numbers, kind="stable")],
            np.array([*stretches, place], dtype=np.int32),
            np.array([*firsts, len(stretches)], dtype=np.int32),
        )

    def of(self, key: int) -> Positions:
        """The positions of a term, rising."""
        row = int(np.searchsorted(self.keys, np.uint64(key)))
        if row == len(self.keys) or int(self.keys[row]) != key:
            return np.empty(0, dtype=np.int32)
        return self.places[int(self.starts[row]) : int(self.starts[row + 1])]


def merged_positions(parts: Sequence[PositionPart]) -> PositionPart:
    """The positions of several lists of texts as those of one; linear in their size."""
    keys = np.unique(np.concatenate([part.keys for part in parts]))
    rows = [np.searchsorted(keys, part.keys) for part in parts]
    counts = np.zeros(len(keys), dtype=np.int64)
    for part, own in zip(parts, rows, strict=True):
        counts[own] += np.diff(part.starts)
    starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    places = np.empty(int(starts[-1]), dtype=np.int32)
    free, ends = starts[:-1].copy(), _ends(parts)
    for part, own, (first, _) in zip(parts, rows, ends, strict=True):
        lengths = np.diff(part.starts)
        places[spans_of(free[own], lengths)] = part.places[0 : len(part.places)] + np.int32(first)
        free[own] += lengths
    return PositionPart(keys, starts, places, *_laid_end_to_end(parts, ends))


def kept_positions(part: PositionPart, mask: NDArray[np.bool_]) -> PositionPart:
    """The positions of those texts alone that the mask admits; what the others had stays empty."""
    if mask.all():
        return part
    places = part.places[0 : len(part.places)]
    texts = np.searchsorted(part.firsts, np.searchsorted(part.stretches, places, side="right") - 1, side="right") - 1
    kept = mask[texts]
    before = np.concatenate(([0], np.cumsum(kept)))
    stretch_kept = np.repeat(mask, np.diff(part.firsts))
    lengths = np.diff(part.stretches)
    # every stretch that goes moves what comes after it to the front
    moved = np.cumsum(np.where(stretch_kept, 0, lengths))
    stretch_of = np.searchsorted(part.stretches, places[kept], side="right") - 1
    stretches = np.concatenate(([0], np.cumsum(lengths[stretch_kept])))
    firsts = np.concatenate(([0], np.cumsum(np.diff(part.firsts)[mask])))
    return PositionPart(
        part.keys,
        before[part.starts].astype(np.int64),
        (places[kept] - moved[stretch_of]).astype(np.int32),
        stretches.astype(np.int32),
        firsts.astype(np.int32),
    )


def _ends(parts: Sequence[PositionPart]) -> list[tuple[int, int]]:
    """For each part how many positions and how many stretches come before it."""
    places = np.cumsum([0, *(int(part.stretches[-1]) for part in parts)])
    stretches = np.cumsum([0, *(int(part.firsts[-1]) for part in parts)])
    return list(zip(places[:-1].tolist(), stretches[:-1].tolist(), strict=True))


def _laid_end_to_end(parts: Sequence[PositionPart], ends: Sequence[tuple[int, int]]) -> tuple[Positions, Positions]:
    """The stretches and the firsts of all parts, numbered on from one to the next."""
    stretches = [part.stretches[:-1] + np.int32(place) for part, (place, _) in zip(parts, ends, strict=True)]
    firsts = [part.firsts[:-1] + np.int32(stretch) for part, (_, stretch) in zip(parts, ends, strict=True)]
    last_place = sum(int(part.stretches[-1]) for part in parts)
    last_stretch = sum(int(part.firsts[-1]) for part in parts)
    return (
        np.concatenate([*stretches, [last_place]]).astype(np.int32),
        np.concatenate([*firsts, [last_stretch]]).astype(np.int32),
    )


class TermPositions:
    """The positions of all terms in a fixed list of (title, abstract) pairs."""

    def __init__(
        self, texts: Sequence[tuple[str, str]] = (), parts: Sequence[tuple[PositionPart, NDArray[np.int64]]] = ()
    ) -> None:
        """Over texts that are read now, or over segments that were read at ingest, each with its texts' places.

        The places of each segment rise, and go on from one to the next; -1 stands for a text that is gone.
        """
        parts = parts or [(PositionPart.of_texts(texts), np.arange(len(texts)))]
        self._parts = [part for part, _ in parts]
        self._ends = _ends(self._parts)
        self._segment_starts, firsts = _laid_end_to_end(self._parts, self._ends)
        self._segment_starts = self._segment_starts[:-1]
        self._first_segment = firsts[:-1].astype(np.int64)
        self._places = np.concatenate([places for _, places in parts])
        self._here = np.flatnonzero(self._places >= 0)

    def __len__(self) -> int:
        return len(self._here)

    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term over the papers."""
        return float(idf(len(self), len(self.holders((term,)))))

    def holders(self, phrase: Sequence[str]) -> NDArray[np.int64]:
        """The places of the papers that have these terms one after the other, in rising order."""
        return _distinct(self._here_alone(self._papers(self._segments(self._phrase(phrase)))))

    def occurrences(self, phrase: Sequence[str]) -> Occurrences:
        """How the terms of a phrase stand in every paper; all zero for an empty phrase."""
        covers = self._covers(tuple(dict.fromkeys(phrase)))
        found = self._segments(self._phrase(phrase))
        papers = self._papers(found)
        is_title = found == self._first_segment[papers]
        in_title = np.bincount(papers[is_title], minlength=len(self._places))[self._here].astype(np.float32)
        in_text = np.bincount(papers[~is_title], minlength=len(self._places))[self._here].astype(np.float32)
        return Occurrences(in_title, in_text, *covers)

    def _covers(self, terms: Sequence[str]) -> tuple[Scores, Scores, Scores]:
        """The covers of the title, of the best sentence and of the text, each of shape (papers,)."""
        by_segment = np.zeros(len(self._segment_starts), dtype=np.float32)
        by_paper = np.zeros(len(self._places), dtype=np.float32)
        if not terms or not len(self):
            none = by_paper[self._here]
            return none, none, none
        weights = np.array([self.rarity(term) for term in terms])
        for term, weight in zip(terms, weights / weights.sum(), strict=True):
            segments = _distinct(self._segments(self._of(term)))
            by_segment[segments] += weight
            by_paper[_distinct(self._papers(segments))] += weight
        title = by_segment[self._first_segment]
        by_segment[self._first_segment] = 0.0
        best = np.maximum.reduceat(by_segment, self._first_segment)
        return title[self._here], best[self._here], by_paper[self._here]

    def _of(self, term: str) -> Positions:
        """Where a term stands, in rising order; empty for one that no paper has."""
        key = key_of(term)
        found = [part.of(key) + np.int32(place) for part, (place, _) in zip(self._parts, self._ends, strict=True)]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _phrase(self, phrase: Sequence[str]) -> Positions:
        """Where a sequence of terms begins, one right after the other, in rising order."""
        shifted = [self._of(term) - offset for offset, term in enumerate(phrase)]
        if not shifted:
            return np.empty(0, dtype=np.int32)
        return reduce(lambda one, other: np.intersect1d(one, other, assume_unique=True), shifted)

    def _segments(self, positions: Positions) -> NDArray[np.int64]:
        return np.searchsorted(self._segment_starts, positions, side="right") - 1

    def _papers(self, segments: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self._first_segment, segments, side="right") - 1

    def _here_alone(self, papers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of those papers that are not gone."""
        places = self._places[papers]
        return places[places >= 0]


@lru_cache(maxsize=65_536)
def _terms_of(word: str) -> tuple[str, ...]:
    """The stem of a word, and an abbreviation once more as it is written."""
    return (stem(word), AS_WRITTEN + word) if word.isupper() and len(word) > 1 else (stem(word),)


def _distinct(rising: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each value once, of values in rising order: without the sorting of `np.unique`."""
    return rising[np.flatnonzero(np.diff(rising, prepend=-1))]
