"""What a reader removed stays out until it is taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder

from ingest.errors import IndexStoreError
from ingest.index.archive import export_index, import_index
from ingest.index.arrivals import read_arrivals
from ingest.index.beside import REMOVALS_NAME
from ingest.index.paper_index import papers_held
from ingest.index.records import paper_to_json
from ingest.origins import Ledger, delivered, read_origins, records_of
from ingest.papers import Paper
from ingest.pipeline import ingest_papers, remove_papers
from ingest.removals import read_removals
from ingest.report import IngestReport
from ingest.sources.found import Found

BEES = Paper("10.1000/bees", "On bees", "Bees dance at noon.", ("Jan Roe",), 2020, doi="10.1000/bees")
ANTS = Paper("ants", "On ants", "Ants walk at night.", ("Kim Lee",), 2021)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "library.jsonl"
    path.write_text("".join(paper_to_json(paper) + "\n" for paper in (BEES, ANTS)))
    return path


@pytest.fixture
def folder(source: Path, tmp_path: Path) -> Path:
    """An index of the source."""
    run(tmp_path / "index", source, removes=False)
    return tmp_path / "index"


def run(folder: Path, source: Path, removes: bool = True) -> IngestReport:
    deliveries = [delivered(str(source), None, read_origins(folder))]
    ledger = Ledger(folder, deliveries, removes=removes)
    records = list(records_of(deliveries))
    return ingest_papers(records, folder, CountingEmbedder(), ledger=ledger, keeps_removed=removes)


def held(folder: Path) -> list[str]:
    return sorted(paper.id for paper in papers_held(folder))


def test_a_sync_does_not_bring_back_what_was_removed(folder: Path, source: Path) -> None:
    remove_papers(["ants"], folder, CountingEmbedder())
    report = run(folder, source)
    assert (held(folder), report.kept_out, report.added) == (["10.1000/bees"], ("ants",), ())


def test_it_stays_out_under_another_name_and_from_another_source(folder: Path, tmp_path: Path) -> None:
    remove_papers(["10.1000/bees"], folder, CountingEmbedder())
    other = tmp_path / "other.jsonl"
    other.write_text(paper_to_json(replace(BEES, id="roe2020", title="On Bees.", abstract="Other words.")) + "\n")
    assert run(folder, other).kept_out == ("10.1000/bees",)
    assert held(folder) == ["ants"]


def test_who_adds_it_by_name_has_it_back_as_old_as_it_was(folder: Path, source: Path) -> None:
    before = read_arrivals(folder)
    remove_papers(["ants"], folder, CountingEmbedder())
    run(folder, source, removes=False)
    assert held(folder) == ["10.1000/bees", "ants"]
    assert read_arrivals(folder) == before
    assert read_removals(folder).all == ()
    assert run(folder, source).kept_out == ()


def test_another_paper_of_that_title_comes_in(folder: Path) -> None:
    remove_papers(["ants"], folder, CountingEmbedder())
    other = replace(ANTS, id="other", authors=("Ann Poe",), abstract="Quite another matter.")
    report = ingest_papers([Found(other, "test", 1)], folder, CountingEmbedder(), keeps_removed=True)
    assert report.added == ("other",)


def test_removals_dates_and_sources_go_where_the_index_goes(folder: Path, source: Path, tmp_path: Path) -> None:
    remove_papers(["ants"], folder, CountingEmbedder())
    export_index(folder, tmp_path / "backup.zip")
    there = tmp_path / "there"
    import_index(tmp_path / "backup.zip", there)
    assert read_origins(there) == read_origins(folder)
    assert read_arrivals(there) == read_arrivals(folder)
    assert run(there, source).kept_out == ("ants",)


def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / REMOVALS_NAME).write_text("{")
    with pytest.raises(IndexStoreError, match="cannot be read"):
        read_removals(folder)
