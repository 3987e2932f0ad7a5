"""The map's places: near what is near, the same tomorrow, whatever is added."""

from pathlib import Path

import numpy as np
import pytest

from assistant.ui.map import layout as layout_module
from assistant.ui.map.clusters import clusters_of
from assistant.ui.map.layout import Layout, Matrix, layout_of, read_layout, write_layout

GROUPS, EACH = 4, 12
IDS = tuple(f"{group}-{n}" for group in range(GROUPS) for n in range(EACH))
TITLES = [f"{('Dance', 'Lyrics', 'Piano', 'Speech')[i // EACH]} generation of kind {i}" for i in range(len(IDS))]


def vectors() -> Matrix:
    """Four groups of unit vectors, each round a direction of its own."""
    random = np.random.default_rng(3)
    middles = np.repeat(np.eye(GROUPS, 32), EACH, axis=0)
    found = (middles + 0.15 * random.normal(size=middles.shape)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


VECTORS = vectors()


def neighbours_of_own_group(points: Matrix) -> float:
    """The part of papers whose nearest other paper on the map is of their own group."""
    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + 9 * np.eye(len(points))
    return float(np.mean(np.argmin(distances, axis=1) // EACH == np.arange(len(points)) // EACH))


def test_papers_lie_near_those_of_their_kind_and_within_the_map() -> None:
    layout = layout_of(IDS, VECTORS)
    assert neighbours_of_own_group(layout.points) > 0.9
    assert np.abs(layout.points).max() <= 1


def test_it_is_the_same_every_time() -> None:
    assert np.array_equal(layout_of(IDS, VECTORS).points, layout_of(IDS, VECTORS).points)


def test_papers_that_stay_keep_their_places_and_new_ones_join_their_kind() -> None:
    old = layout_of(IDS[1:], VECTORS[1:])
    new = layout_of(IDS, VECTORS, old)
    assert np.array_equal(new.points[1:], old.points)
    assert neighbours_of_own_group(new.points) > 0.9


def test_papers_that_left_leave_the_others_where_they_are() -> None:
    old = layout_of(IDS, VECTORS)
    kept = layout_of(IDS[: 3 * EACH], VECTORS[: 3 * EACH], old)
    assert np.array_equal(kept.points, old.points[: 3 * EACH])


def test_beyond_the_landmarks_papers_are_placed_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_module, "MOST_LANDMARKS", 20)
    monkeypatch.setattr(layout_module, "ROWS_AT_ONCE", 7)
    assert neighbours_of_own_group(layout_of(IDS, VECTORS).points) > 0.8


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_handful_of_papers_stands_in_a_row(count: int) -> None:
    assert layout_of(IDS[:count], VECTORS[:count]).points.shape == (count, 2)


def test_a_layout_is_kept_and_read_back(tmp_path: Path) -> None:
    layout = Layout(("a", "b"), np.zeros((2, 2), np.float32))
    write_layout(tmp_path, layout)
    kept = read_layout(tmp_path)
    assert kept is not None and kept.ids == layout.ids and np.array_equal(kept.points, layout.points)


def test_a_broken_or_missing_layout_is_none(tmp_path: Path) -> None:
    assert read_layout(tmp_path) is None
    (tmp_path / layout_module.FILE_NAME).write_bytes(b"PK broken")
    assert read_layout(tmp_path) is None


def test_corners_are_named_by_the_words_that_set_them_apart() -> None:
    numbers, clusters = clusters_of(layout_of(IDS, VECTORS).points, TITLES)
    assert sum(cluster.size for cluster in clusters) == len(numbers) == len(IDS)
    assert {name.split(" · ")[0] for name in (cluster.name for cluster in clusters)} == {
        "dance",
        "lyrics",
        "piano",
        "speech",
    }
