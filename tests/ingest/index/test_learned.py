"""What a reader learned anew is kept for the next one, and let go of when an ingest wrote it into the index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder

from ingest.bundled import BUNDLED_CORPUS
from ingest.index import corpus
from ingest.index.learned import LEARNED_NAME
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import Found, find_papers

PAPERS = [record for record in find_papers(str(BUNDLED_CORPUS)) if isinstance(record, Found)][:6]


def test_profiles_are_learned_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest_papers(PAPERS, tmp_path, CountingEmbedder())
    written = PaperIndex.open(tmp_path, CountingEmbedder()).corpus()
    callings = list(written.callings)
    write_manifest(tmp_path, replace(read_manifest(tmp_path), extraction="another"))
    assert list(PaperIndex.open(tmp_path, CountingEmbedder()).corpus().callings) == callings
    assert (tmp_path / LEARNED_NAME).exists()
    monkeypatch.delattr(corpus, "profile_of")  # whoever learns again fails
    later = PaperIndex.open(tmp_path, CountingEmbedder()).corpus()
    assert list(later.callings) == callings
    assert dict(later.profiles) == dict(written.profiles)
    ingest_papers(PAPERS, tmp_path, CountingEmbedder())
    assert not (tmp_path / LEARNED_NAME).exists()
    assert list(PaperIndex.open(tmp_path, CountingEmbedder()).corpus().callings) == callings


@pytest.mark.parametrize("damage", [b"", b"\xff", b"another\n[]", None])
def test_what_is_damaged_or_of_other_rules_is_learned_anew(tmp_path: Path, damage: bytes | None) -> None:
    ingest_papers(PAPERS, tmp_path, CountingEmbedder())
    callings = list(PaperIndex.open(tmp_path, CountingEmbedder()).corpus().callings)
    write_manifest(tmp_path, replace(read_manifest(tmp_path), extraction="another"))
    list(PaperIndex.open(tmp_path, CountingEmbedder()).corpus().callings)
    file = tmp_path / LEARNED_NAME
    file.write_bytes(file.read_bytes()[:-9] if damage is None else damage)
    assert list(PaperIndex.open(tmp_path, CountingEmbedder()).corpus().callings) == callings
