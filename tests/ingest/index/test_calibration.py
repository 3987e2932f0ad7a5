"""Calibration: measured once for a library and its embedder, kept in the manifest, measured anew when outgrown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.calibration import calibrated, calibration_of
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex
from ingest.index.snapshots import writer_lock
from ingest.index.types import Calibration, Noise
from ingest.papers import Paper
from ingest.pipeline import index_exactly

PAPERS = tuple(
    Paper(f"p{n}", f"On {word}", f"Much is said about {word}.") for n, word in enumerate(["tempo", "fungi", "tax"])
)


@pytest.fixture
def small(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> Iterator[PaperIndex]:
    index_exactly(PAPERS, tmp_path, embedder)
    index = PaperIndex.open(tmp_path, embedder)
    yield index
    index.close()


def test_chance_brings_more_than_is_usual(index: PaperIndex) -> None:
    measured = calibration_of(index)
    for noise in (measured.window, measured.sentence, measured.tokens):
        assert -1 <= noise.usual < noise.best <= 1


def test_the_same_library_is_measured_the_same(small: PaperIndex) -> None:
    assert calibration_of(small) == calibration_of(small)


def test_what_was_measured_is_kept_in_the_manifest(small: PaperIndex) -> None:
    measured = calibrated(small)
    assert read_manifest(small.folder).calibration == measured
    assert read_manifest(small.folder).revision == small.manifest.revision


def test_while_another_writes_it_is_kept_in_this_process_only(small: PaperIndex) -> None:
    with writer_lock(small.folder):
        measured = calibrated(small)
    assert read_manifest(small.folder).calibration is None
    assert calibrated(small) is measured


def test_a_library_that_has_grown_by_half_is_measured_anew() -> None:
    kept = Calibration(100, *[Noise(0.1, 0.4)] * 3)
    assert kept.fits(100)
    assert kept.fits(150)
    assert not kept.fits(151)
    assert not kept.fits(60)


def test_usual_similarity_is_nought_and_the_best_by_chance_is_one() -> None:
    scaled = Noise(0.2, 0.6).scaled(np.array([0.2, 0.6, 1.0], dtype=np.float32))
    assert scaled.tolist() == pytest.approx([0, 1, 2])


def test_a_large_library_is_measured_at_ingest(
    tmp_path: Path, embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline.MANY_PAPERS", len(PAPERS))
    index_exactly(PAPERS, tmp_path, embedder)
    assert read_manifest(tmp_path).calibration is not None
