"""Inverted indexes of counts: which texts have which terms, and how often; BM25 is computed from them when asked.

An index is kept in segments that never change, and a question is scored over all of them with the statistics of the
whole library (Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", sections 4.5 and 6.2). A
library such as bm25s multiplies idf and length into every posting beforehand; then one new paper changes every number
of the index. Here it changes nothing but its own segment: over 10,000 abstracts the first question took 21 s when all
was computed at once, and takes as long as any other now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from ingest.index.arrays import Rows, spans_of
from ingest.text.rarity import idf

# Robertson's usual values; b and k1 measured flat around them on abstracts.
K1 = 1.2
B = 0.75

# An entry holds a text's number above these bits and the count of the term, at most this, in them.
_COUNT_BITS = 8
MOST_COUNTED = (1 << _COUNT_BITS) - 1

Places = NDArray[np.int64]
Scores = NDArray[np.float32]


@lru_cache(maxsize=1 << 18)
def key_of(term: str) -> int:
    """A term as a number of 64 bits. Among a million terms, two have the same with a probability of 3 in 10^8."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted index of some texts.

    `keys` (uint64, rising) are their terms; `entries[starts[i]:starts[i + 1]]` (uint32) the texts with the term
    `keys[i]`, by number, each with its count; `lengths` (uint32) says of how many terms each text consists.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int64]
    entries: Rows
    lengths: NDArray[np.uint32]

    def of(self, key: int) -> tuple[Places, Scores]:
        """The numbers of the texts with a term, rising, and how often each has it."""
        row = int(np.searchsorted(self.keys, np.uint64(key)))
        if row == len(self.keys) or int(self.keys[row]) != key:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        entries = self.entries[int(self.starts[row]) : int(self.starts[row + 1])]
        return (entries >> _COUNT_BITS).astype(np.int64), (entries & MOST_COUNTED).astype(np.float32)


def postings_of(texts: Iterable[Sequence[str]]) -> Postings:
    """The inverted index of texts that are given as lists of terms."""
    numbers: dict[str, int] = {}
    terms: list[int] = []
    entries: list[int] = []
    lengths: list[int] = []
    for text, words in enumerate(texts):
        counts = Counter(words)
        lengths.append(len(words))
        terms.extend([numbers.setdefault(term, len(numbers)) for term in counts])
        entries.extend([text << _COUNT_BITS | min(count, MOST_COUNTED) for count in counts.values()])
    keys = np.array(list(map(key_of, numbers)), dtype=np.uint64)
    order = np.argsort(keys)
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys))
    rows = rank[np.array(terms, dtype=np.int64)]
    by_term = np.argsort(rows, kind="stable")
    return Postings(
        keys[order],
        _starts(np.bincount(rows, minlength=len(keys))),
        np.array(entries, dtype=np.uint32)[by_term],
        np.array(lengths, dtype=np.uint32),
    )


def merged_postings(parts: Sequence[Postings]) -> Postings:
    """One index of the texts of several, numbered on from one to the next; linear in their size."""
    keys = np.unique(np.concatenate([part.keys for part in parts])) if parts else np.empty(0, dtype=np.uint64)
    rows = [np.searchsorted(keys, part.keys) for part in parts]
    counts = np.zeros(len(keys), dtype=np.int64)
    for part, own in zip(parts, rows, strict=True):
        counts[own] += np.diff(part.starts)
    starts = _starts(counts)
    entries = np.empty(int(starts[-1]), dtype=np.uint32)
    free, first_text = starts[:-1].copy(), 0
    for part, own in zip(parts, rows, strict=True):
        lengths = np.diff(part.starts)
        entries[spans_of(free[own], lengths)] = part.entries[0 : len(part.entries)] + (first_text << _COUNT_BITS)
        free[own] += lengths
        first_text += len(part.lengths)
    texts = np.concatenate([part.lengths for part in parts]) if parts else np.empty(0, dtype=np.uint32)
    return Postings(keys, starts, entries, texts)


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Part:
    """The postings of one segment, and for each of its texts the place in the library, -1 for one that is gone."""

    postings: Postings
    places: Places


class Bm25:
    """BM25 (Robertson et al. 1994, in Lucene's form) over the texts of several segments as over one list."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._size = sum(int((part.places >= 0).sum()) for part in parts)
        lengths = np.zeros(self._size, dtype=np.float32)
        for part in parts:
            here = part.places >= 0
            lengths[part.places[here]] = part.postings.lengths[here]
        mean = float(lengths.mean()) if self._size else 0.0
        self._norms = K1 * (1 - B + B * lengths / mean) if mean else lengths

    def scores(self, terms: Iterable[str]) -> Scores:
        """The score of every text, of shape (texts,); each term counts once, however often it is asked."""
        scores = np.zeros(self._size, dtype=np.float32)
        for term in dict.fromkeys(terms):
            places, counts = self._of(term)
            scores[places] += idf(self._size, len(places)) * counts / (counts + self._norms[places])
        return scores

    def holds(self, term: str) -> NDArray[np.bool_]:
        """Which texts have the term, of shape (texts,)."""
        mask = np.zeros(self._size, dtype=np.bool_)
        mask[self._of(term)[0]] = True
        return mask

    def _of(self, term: str) -> tuple[Places, Scores]:
        """The places of the texts with a term, and their counts."""
        found = [(part.places, part.postings.of(key_of(term))) for part in self._parts]
        if not found:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        places = np.concatenate([own[numbers] for own, (numbers, _) in found])
        counts = np.concatenate([counts for _, (_, counts) in found])
        here = places >= 0
        return places[here], counts[here]
