"""Corners of the map with names: points that lie together, called by the words that set their titles apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ui.map.layout import FEWEST, Matrix

FEWEST_CLUSTERS, MOST_CLUSTERS = 3, 24
WORDS_IN_A_NAME = 2
_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of nearly every title, which name nothing.
_EMPTY = frozenset(
    """with from using based towards toward into over through beyond their your model models modeling learning approach
    method methods framework system study novel deep neural network networks large efficient improving analysis paper
    """.split()
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A corner of the map: its name, its middle (x, y), and how many papers it holds."""

    name: str
    x: float
    y: float
    size: int


def clusters_of(points: Matrix, titles: Sequence[str]) -> tuple[NDArray[np.uint8], tuple[Cluster, ...]]:
    """The number of each point's cluster, shape (len(points),), and the clusters in the order of those numbers."""
    if len(points) < FEWEST:
        return np.zeros(len(points), np.uint8), ()
    from sklearn.cluster import KMeans  # slow to import, and needed only when a map is drawn

    count = int(np.clip(np.sqrt(len(points) / 2), FEWEST_CLUSTERS, MOST_CLUSTERS))
    fitted = KMeans(count, random_state=0, n_init=3).fit(points)
    numbers = np.asarray(fitted.labels_, np.uint8)
    names = _names([[titles[int(i)] for i in np.flatnonzero(numbers == n)] for n in range(count)])
    middles = fitted.cluster_centers_
    sizes = np.bincount(numbers, minlength=count)
    return numbers, tuple(
        Cluster(name, float(middles[n][0]), float(middles[n][1]), int(sizes[n])) for n, name in enumerate(names)
    )


def _names(groups: Sequence[Sequence[str]]) -> list[str]:
    """For each group of titles the words that most of its titles, and few of the others, have."""
    counts = [Counter(word for title in group for word in set(_words(title))) for group in groups]
    overall = sum(counts, Counter())
    total = sum(map(len, groups))
    return [_name(count, len(group), overall, total) for count, group in zip(counts, groups, strict=True)]


def _name(count: Counter[str], size: int, overall: Counter[str], total: int) -> str:
    def distinction(word: str) -> float:
        inside, outside = count[word] / size, (overall[word] - count[word]) / max(total - size, 1)
        return inside * float(np.log((inside + 0.01) / (outside + 0.01)))

    best = sorted(count, key=lambda word: (-distinction(word), word))
    return " · ".join(best[:WORDS_IN_A_NAME])


def _words(title: str) -> list[str]:
    return [word for word in _WORD.findall(title.casefold()) if word not in _EMPTY]
