"""Where each paper lies on the map: near the papers that are near it in meaning, and in the same place tomorrow.

t-SNE lays out some papers, the landmarks; every other paper is put among the landmarks nearest to it. A paper that
is added later is placed the same way, among those already there, so the map grows without moving. It is drawn anew
only when most of it would be new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

# t-SNE takes some five seconds for this many on two cores, and its time grows faster than their number.
MOST_LANDMARKS = 1_500
# Half of t-SNE's usual steps: from a start by principal components, later ones hardly move a point.
STEPS = 500
# With fewer papers than this there is nothing to lay out.
FEWEST = 5
NEAREST = 8
# Similarities are cosines; this makes the nearest landmark count about twenty times the one that is .15 farther.
SHARPNESS = 20.0
# Papers among the same landmarks would lie on one another: each is moved aside by up to this part of the map's width.
ASIDE = 0.012
# Below this part of known papers, the map is drawn anew.
ENOUGH_KNOWN = 0.5
ROWS_AT_ONCE = 4_096
FILE_NAME = "map.npz"


@dataclass(frozen=True, slots=True)
class Layout:
    """Papers and their places: `points[i]` is that of `ids[i]`, shape (len(ids), 2), within -1 to 1."""

    ids: tuple[str, ...]
    points: Matrix


def layout_of(ids: Sequence[str], vectors: Matrix, known: Layout | None = None) -> Layout:
    """A place for every paper; `vectors[i]` is the unit vector of `ids[i]`. Papers of `known` keep their places."""
    if len(ids) < FEWEST:
        return Layout(tuple(ids), _in_a_row(len(ids)))
    places = {paper_id: place for place, paper_id in enumerate(known.ids)} if known else {}
    is_known = np.array([paper_id in places for paper_id in ids])
    points = np.zeros((len(ids), 2), np.float32)
    if known is not None and is_known.mean() >= ENOUGH_KNOWN:
        points[is_known] = known.points[[places[paper_id] for paper_id in ids if paper_id in places]]
    else:
        is_known = _landmarks(len(ids))
        points[is_known] = _tsne(vectors[is_known])
    if not is_known.all():
        points[~is_known] = _placed(vectors[~is_known], vectors[is_known], points[is_known])
    return Layout(tuple(ids), points)


def read_layout(folder: Path) -> Layout | None:
    """The layout kept in a folder, or None where there is none that can be read."""
    try:
        with np.load(folder / FILE_NAME, allow_pickle=False) as kept:
            return Layout(tuple(map(str, kept["ids"])), kept["points"].astype(np.float32))
    except (OSError, KeyError, ValueError, BadZipFile):
        return None


def write_layout(folder: Path, layout: Layout) -> None:
    """Keep a layout in a folder; one that cannot be kept is made again next time, at the same places or others."""
    try:
        np.savez_compressed(folder / FILE_NAME, ids=np.array(layout.ids), points=layout.points)
    except OSError:
        return


def _landmarks(count: int) -> NDArray[np.bool_]:
    chosen = np.zeros(count, bool)
    chosen[np.random.default_rng(0).permutation(count)[:MOST_LANDMARKS]] = True
    return chosen


def _tsne(vectors: Matrix) -> Matrix:
    from sklearn.manifold import TSNE  # slow to import, and needed only when a map is drawn

    perplexity = min(30.0, (len(vectors) - 1) / 3)
    tsne = TSNE(init="pca", perplexity=perplexity, metric="cosine", random_state=0, max_iter=STEPS)
    drawn = tsne.fit_transform(vectors)
    centred = drawn - (drawn.max(axis=0) + drawn.min(axis=0)) / 2
    return np.asarray(centred / np.abs(centred).max() * 0.95, np.float32)


def _placed(vectors: Matrix, landmarks: Matrix, points: Matrix) -> Matrix:
    """Places among the nearest landmarks, nearer ones counting more, each a little aside in a direction of its own."""
    count = min(NEAREST, len(landmarks))
    placed = np.empty((len(vectors), 2), np.float32)
    for first in range(0, len(vectors), ROWS_AT_ONCE):
        similarities = vectors[first : first + ROWS_AT_ONCE] @ landmarks.T
        nearest = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
        close = np.take_along_axis(similarities, nearest, axis=1)
        weights = np.exp(SHARPNESS * (close - close.max(axis=1, keepdims=True)))
        weights /= weights.sum(axis=1, keepdims=True)
        placed[first : first + ROWS_AT_ONCE] = np.einsum("pn,pnd->pd", weights, points[nearest])
    return placed + _aside(vectors)


def _aside(vectors: Matrix) -> Matrix:
    """A step in a direction that depends on the paper alone, so that it is the same every time."""
    angle = (np.abs(vectors[:, :8]).sum(axis=1) * 1e4) % (2 * np.pi)
    length = ASIDE * np.sqrt((np.abs(vectors[:, 8:16]).sum(axis=1) * 1e4) % 1.0)
    return np.stack([np.cos(angle) * length, np.sin(angle) * length], axis=1).astype(np.float32)


def _in_a_row(count: int) -> Matrix:
    row = np.zeros((count, 2), np.float32)
    row[:, 0] = np.linspace(-0.5, 0.5, count) if count > 1 else 0.0
    return row
