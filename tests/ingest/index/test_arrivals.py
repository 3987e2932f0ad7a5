"""When papers came: kept from the first commit on, through updates, renamings and rebuilds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder

from ingest.index import arrivals
from ingest.index.arrivals import Arrivals, read_arrivals
from ingest.index.beside import ARRIVALS_NAME, COPIES
from ingest.index.paper_index import papers_held
from ingest.papers import Paper
from ingest.pipeline import ingest_papers, rebuild_index, remove_papers
from ingest.sources.found import Found

ONE = Paper("one", "On the first thing", "It is about one. It has two sentences.")
TWO = Paper("two", "On another matter", "It is about two. It has two sentences.")


def ingest(folder: Path, *papers: Paper) -> Arrivals:
    ingest_papers([Found(each, "test", line) for line, each in enumerate(papers, 1)], folder, CountingEmbedder())
    return read_arrivals(folder)


def test_a_paper_is_dated_when_it_is_first_written(tmp_path: Path) -> None:
    first = ingest(tmp_path, ONE)
    both = ingest(tmp_path, ONE, TWO)
    assert both.by_paper["one"] == first.by_paper["one"]
    assert both.by_paper["two"].added > both.by_paper["one"].added


def test_what_is_said_anew_keeps_its_date(tmp_path: Path) -> None:
    before = ingest(tmp_path, ONE)
    assert ingest(tmp_path, replace(ONE, abstract="Other words.")) == before


def test_a_paper_that_gets_another_id_keeps_its_date(tmp_path: Path) -> None:
    before = ingest(tmp_path, replace(ONE, authors=("Ming Li",), year=2020))
    after = ingest(tmp_path, replace(ONE, id="other", authors=("Ming Li",), year=2020, doi="10.1234/one"))
    assert [paper.id for paper in papers_held(tmp_path)] == ["10.1234/one"]
    assert after.by_paper["10.1234/one"] == before.by_paper["one"]


def test_a_rebuild_keeps_the_dates(tmp_path: Path) -> None:
    before = ingest(tmp_path, ONE)
    rebuild_index([Found(TWO, "test", 1)], tmp_path, CountingEmbedder("another"))
    after = read_arrivals(tmp_path)
    assert after.by_paper["one"] == before.by_paper["one"]
    assert "two" in after.by_paper


def test_what_was_removed_and_comes_back_is_as_old_as_it_was(tmp_path: Path) -> None:
    before = ingest(tmp_path, ONE)
    remove_papers(["one"], tmp_path, CountingEmbedder())
    assert ingest(tmp_path, ONE) == before


def test_papers_of_an_older_index_have_no_date(tmp_path: Path) -> None:
    ingest(tmp_path, ONE)
    (tmp_path / ARRIVALS_NAME).unlink()
    shutil.rmtree(tmp_path / COPIES)
    after = ingest(tmp_path, replace(ONE, abstract="Other words."), TWO)
    assert after.added("one") is None
    assert after.undated(["one", "two"]) == 1


def test_the_last_run_is_the_last_that_brought_any_of_these(tmp_path: Path) -> None:
    ingest(tmp_path, ONE)
    found = ingest(tmp_path, ONE, TWO)
    assert found.last_of(["one", "two"]) == {"two"}
    assert found.last_of(["one"]) == {"one"}


def test_half_a_line_dates_nothing_and_harms_no_other(tmp_path: Path) -> None:
    ingest(tmp_path, ONE)
    with (tmp_path / ARRIVALS_NAME).open("a") as stream:
        stream.write('{"added": "2026-')
    found = ingest(tmp_path, ONE, TWO)
    assert found.undated(["one", "two"]) == 0


def test_the_last_run_is_the_last_though_the_clock_was_set_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(tmp_path, ONE)
    monkeypatch.setattr(arrivals, "_now", lambda: "2001-01-01T00:00:00.000000+00:00")
    found = ingest(tmp_path, ONE, TWO)
    assert found.last_of(["one", "two"]) == {"two"}
    assert found.added("two") == "2001-01-01T00:00:00.000000+00:00"
