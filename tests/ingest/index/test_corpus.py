"""The corpus: what was written at ingest is what reading all papers now would find."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from counting_embedder import CountingEmbedder

from ingest.bundled import BUNDLED_CORPUS
from ingest.extraction.extractor import profile_of
from ingest.index.corpus import Corpus
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers, remove_papers
from ingest.sources import Found, find_papers
from ingest.text.terms import stems_of

PAPERS = [record for record in find_papers(str(BUNDLED_CORPUS)) if isinstance(record, Found)]
# What an index of version 0.4.0 does not have.
NEW = ("positions.*", "callings.jsonl", "words.tsv")


def grown(folder: Path) -> Path:
    """An index that came in three runs and lost a paper of each."""
    embedder = CountingEmbedder()
    for first, last in ((0, 25), (25, 33), (33, 41)):
        ingest_papers(PAPERS[first:last], folder, embedder)
    remove_papers([PAPERS[place].paper.id for place in (3, 27, 38)], folder, embedder)
    return folder


def as_of_an_older_version(folder: Path) -> Path:
    manifest = read_manifest(folder)
    entries = []
    for entry in manifest.segments:
        gone = {path.name for name in NEW for path in (folder / entry.name).glob(name)}
        for name in gone:
            (folder / entry.name / name).unlink()
        files = tuple(file for file in entry.files if file.name not in gone)
        entries.append(type(entry)(**{**{n: getattr(entry, n) for n in entry.__slots__}, "files": files}))
    told = {name: getattr(manifest, name) for name in manifest.__slots__}
    write_manifest(folder, type(manifest)(**{**told, "segments": tuple(entries)}))
    return folder


@pytest.mark.parametrize("made", [grown, lambda folder: as_of_an_older_version(grown(folder))])
def test_what_was_written_at_ingest_is_what_reading_all_papers_finds(tmp_path: Path, made: object) -> None:
    index = PaperIndex.open(made(tmp_path), CountingEmbedder())  # type: ignore[operator]
    kept = index.corpus()
    fresh = Corpus(kept.papers, {paper.id: profile_of(paper) for paper in kept.papers}, CountingEmbedder())
    assert len(kept.papers) == 38
    assert list(kept.callings) == list(fresh.callings)
    assert kept.words == fresh.words
    assert kept.abbreviations == fresh.abbreviations
    for phrase in ("music generation", "transformer", "melody", "no such thing"):
        one, two = (each.positions.occurrences(stems_of(phrase)) for each in (kept, fresh))
        for field in one.__slots__:
            np.testing.assert_array_equal(getattr(one, field), getattr(two, field))
    index.close()
