"""Views: a segment as one state of the index sees it, and the passages of it that are nearest to a question.

Chroma's graph answers where the whole segment is asked. Where few papers are admitted, or the vectors are not in
Chroma yet, the vectors are compared one by one, which is exact; where many are, Chroma is asked for more than is
wanted, and what is not admitted falls out: a condition within Chroma took ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Matrix, Vector
from ingest.index.arrays import spans_of
from ingest.index.chroma import ChromaReader, Numbers, Similarities
from ingest.index.manifest import SegmentEntry
from ingest.index.segments import Segment
from ingest.index.served import ServedReader
from ingest.passages import Level

VectorReader = ChromaReader | ServedReader

# So many vectors are compared one by one in 30 ms, as fast as a graph search for the 1,000 nearest with what follows.
FEW_ROWS = 20_000
# Of the nearest passages some are not admitted: so much more than their share is asked for.
_MARGIN = 1.3
# Vectors that are read and compared at once.
_ROWS_AT_ONCE = 32_768


@dataclass(frozen=True)
class View:
    """A segment with the place of each of its papers in the library, -1 for one that is gone."""

    segment: Segment
    entry: SegmentEntry
    places: Numbers
    chroma: VectorReader | None

    def nearest(
        self, vector: Vector, level: Level, limit: int, admitted: NDArray[np.bool_] | None = None
    ) -> tuple[Numbers, Similarities]:
        """The rows nearest to a unit vector and their cosine similarities, best first, at most `limit`.

        `admitted` says of each place of the library whether its paper may be found; all may if it is None.
        """
        allowed = self._allowed(admitted)
        wanted = self._rows_here[level] if admitted is None else self._rows_of(self._numbers_in(admitted), level)
        if not wanted.size:
            return wanted, np.empty(0, dtype=np.float32)
        if self.chroma is None or (admitted is not None and len(wanted) <= FEW_ROWS):
            return self._compared(vector, level, limit, wanted)
        count = len(self.segment.passages[level])
        share = len(wanted) / count
        asked = limit if share == 1 else min(count, math.ceil(limit / share * _MARGIN) + limit // 10 + 10)
        if share < 1 and asked > self.chroma.most:  # too few that are admitted would be among what it gives
            return self._compared(vector, level, limit, wanted)
        try:
            rows, similarities = self.chroma.nearest(vector, level, min(asked, count))
        except FileNotFoundError:  # a writer has replaced the segment since: its arrays are still open here
            return self._compared(vector, level, limit, wanted)
        if allowed is None:
            return rows[:limit], similarities[:limit]
        fits = allowed[self.segment.passages[level][rows, 0]]
        return rows[fits][:limit], similarities[fits][:limit]

    def rows_of_papers(self, numbers: Sequence[int], level: Level) -> Numbers:
        """The rows of the passages of these papers of the segment, paper by paper."""
        return self._rows_of(np.array(numbers, dtype=np.int64), level)

    def vectors(self, rows: Numbers, level: Level) -> Matrix:
        """The unit vectors of some rows (rising), of shape (rows, dimensions), in float32."""
        kept = self.segment.vectors[level]
        if not len(rows):
            return kept[0:0].astype(np.float32)
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        runs = zip(rows[np.concatenate(([0], breaks))], rows[np.concatenate((breaks - 1, [-1]))] + 1, strict=True)
        return np.concatenate([kept[int(first) : int(last)] for first, last in runs]).astype(np.float32)

    def _compared(self, vector: Vector, level: Level, limit: int, rows: Numbers) -> tuple[Numbers, Similarities]:
        parts = (rows[first : first + _ROWS_AT_ONCE] for first in range(0, len(rows), _ROWS_AT_ONCE))
        similarities = np.concatenate([self.vectors(part, level) @ vector for part in parts])
        best = np.argpartition(-similarities, min(limit, len(rows)) - 1)[:limit] if limit else np.empty(0, dtype=int)
        order = best[np.argsort(-similarities[best], kind="stable")]
        return rows[order], similarities[order]

    def _allowed(self, admitted: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """Which papers of the segment may be found; None for all of them."""
        if admitted is not None:
            return (self.places >= 0) & admitted[self.places]
        return (self.places >= 0) if self.entry.gone else None

    def _numbers_in(self, admitted: NDArray[np.bool_]) -> Numbers:
        return np.flatnonzero((self.places >= 0) & admitted[self.places])

    @cached_property
    def _rows_here(self) -> dict[Level, Numbers]:
        here = np.flatnonzero(self.places >= 0)
        return {level: self._rows_of(here, level) for level in Level}

    def _rows_of(self, numbers: Numbers, level: Level) -> Numbers:
        starts = self.segment.first_rows[level]
        return spans_of(starts[numbers], starts[numbers + 1] - starts[numbers])


def views_of(segments: Sequence[tuple[Segment, SegmentEntry]], readers: Sequence[VectorReader | None]) -> list[View]:
    """The segments of one state of the index, their papers numbered on from one to the next."""
    views, place = [], 0
    for (segment, entry), reader in zip(segments, readers, strict=True):
        here = np.ones(len(segment.papers), dtype=np.bool_)
        here[list(entry.gone)] = False
        places = np.where(here, place + np.cumsum(here) - 1, -1)
        views.append(View(segment, entry, places, reader))
        place += entry.left
    return views
