"""Rarity: how much a term tells, by how many of the texts have it (inverse document frequency)."""

from __future__ import annotations

import math
from typing import overload

import numpy as np
from numpy.typing import NDArray


@overload
def idf(texts: int, holders: int) -> float: ...
@overload
def idf(texts: int, holders: NDArray[np.int64]) -> NDArray[np.float64]: ...
def idf(texts: int, holders: int | NDArray[np.int64]) -> float | NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) of terms that n of N texts have: Robertson's, kept positive."""
    rarity: float | NDArray[np.float64] = np.log1p((texts - holders + 0.5) / (holders + 0.5))
    return rarity


def idf_of_few(texts: int, holders: int) -> float:
    """ln(1 + N / (n + 1)): among a few texts a term that all of them have still tells something."""
    return math.log(1 + texts / (holders + 1))
