"""Chroma's side of a segment: what was built is on disk in whole, so that nobody who opens it has to build it again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import IndexStoreError
from ingest.index.chroma import DATABASE, WRITE_BATCH, ChromaReader, build_chroma, extend_chroma, is_settled, translated
from ingest.passages import Level


def vectors(count: int) -> np.ndarray:
    made = np.random.default_rng(1).standard_normal((count, 16)).astype(np.float32)
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float16)


@pytest.mark.parametrize(("before", "after"), [(300, 340), (300, 900), (WRITE_BATCH + 50, WRITE_BATCH + 170)])
def test_what_is_added_to_a_graph_is_in_its_files_and_not_in_the_log(tmp_path: Path, before: int, after: int) -> None:
    rows = vectors(after)
    build_chroma(tmp_path / "base", dict.fromkeys(Level, rows[:before]))
    extend_chroma(tmp_path / "base", tmp_path / "both", dict.fromkeys(Level, rows))
    for folder in (tmp_path / "base", tmp_path / "both"):
        assert is_settled(folder)
    reader = ChromaReader(tmp_path / "both")
    for row in (0, before, after - 1):
        found, similarities = reader.nearest(rows[row].astype(np.float32), Level.SENTENCE, 5)
        assert found[0] == row
        assert similarities[0] == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(reader.vectors(Level.WINDOW, after), rows, atol=1e-3)
    reader.close()


def test_what_is_left_in_the_log_is_known(tmp_path: Path) -> None:
    build_chroma(tmp_path / "base", dict.fromkeys(Level, vectors(40)))
    with closing(sqlite3.connect(tmp_path / "base" / DATABASE)) as database:
        (columns,) = database.execute("SELECT group_concat(name) FROM pragma_table_info('embeddings_queue')").fetchone()
        others = columns.replace("seq_id,", "")
        database.execute(f"INSERT INTO embeddings_queue ({others}) SELECT {others} FROM embeddings_queue")
        database.commit()
    assert not is_settled(tmp_path / "base")


def test_too_few_open_files_are_told_as_that_and_not_as_damage(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (sum(1 for _ in Path("/dev/fd").iterdir()) + 8, before[1]))
    try:
        with pytest.raises(IndexStoreError, match="needs more open files") as caught, translated(tmp_path):
            raise ValueError("Error in compaction: Failed to apply logs")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert "repair" not in str(caught.value)
