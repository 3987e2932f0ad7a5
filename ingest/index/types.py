"""What goes into an index and what comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedded, Matrix
from ingest.extraction.profile import Profile
from ingest.papers import Paper
from ingest.passages import Passage, Window


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper on its way into the index: what was learned, its windows, and the vectors of each window."""

    paper: Paper
    profile: Profile
    windows: tuple[Window, ...]
    embedded: tuple[Embedded, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near a vector, with its cosine similarity (-1 to 1)."""

    passage: Passage
    similarity: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passages of one level with their unit vectors, `matrix[i]` that of `passages[i]`.

    `roles`, where it was asked for, has each sentence's probabilities of `ingest.extraction.roles.ROLES`.
    """

    passages: tuple[Passage, ...]
    matrix: Matrix
    roles: Matrix | None = None


# The least distance between a usual and a best similarity, so that a library of a few papers divides by no nothing.
LEAST_SPAN = 0.02
# A library that has grown or shrunk by more than this factor is measured anew: the best of many is better by chance.
OUTGROWN = 1.5


@dataclass(frozen=True, slots=True)
class Noise:
    """The similarity that a subject has to papers that are not about it: the usual one, and the best by chance."""

    usual: float
    best: float

    def scaled(self, similarities: NDArray[np.float32]) -> NDArray[np.float32]:
        """The similarities on the scale of this noise: 0 is usual, 1 as good as chance brings, more is evidence."""
        return ((similarities - self.usual) / max(self.best - self.usual, LEAST_SPAN)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The noise of one library with one embedder, in each way of comparing a subject with a paper."""

    papers: int
    window: Noise
    sentence: Noise
    tokens: Noise

    def fits(self, papers: int) -> bool:
        """Whether it still holds for a library that has this many papers now."""
        return self.papers <= OUTGROWN * papers and papers <= OUTGROWN * self.papers
