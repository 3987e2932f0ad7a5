"""What is new: exact where the dates are kept, and never denied where they are not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.answers import Absence
from assistant.backends.extractive import ExtractiveBackend
from assistant.news import news_since
from assistant.settings import Settings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.beside import ARRIVALS_NAME, COPIES
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.pipeline import ingest_papers
from ingest.sources.found import Found

TEA = [Paper(f"tea{n}", f"On tea, part {n}", f"Tea of the kind {n} is brewed. It is drunk.") for n in range(3)]
MILK = [Paper(f"milk{n}", f"On milk, part {n}", f"Milk of the kind {n} is poured. It is drunk.") for n in range(2)]


def _found(papers: list[Paper]) -> list[Found]:
    return [Found(each, "test", line) for line, each in enumerate(papers, 1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """Three papers in a first run, two in a second."""
    folder = tmp_path_factory.mktemp("news") / "index"
    ingest_papers(_found(TEA), folder, embedder)
    ingest_papers(_found(MILK), folder, embedder)
    return folder


def _assistant(folder: Path, embedder: SentenceTransformerEmbedder) -> Assistant:
    settings = Settings(_env_file=None, llm="extractive")  # type: ignore[call-arg]
    return Assistant(PaperIndex.open(folder, embedder), settings, ExtractiveBackend())


@pytest.fixture(scope="module")
def dated(folder: Path, embedder: SentenceTransformerEmbedder) -> Assistant:
    return _assistant(folder, embedder)


@pytest.fixture
def partly_dated(folder: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path) -> Iterator[Assistant]:
    """The same, as if the first run had been made by a version that kept no dates."""
    copy = tmp_path / "index"
    shutil.copytree(folder, copy)
    lines = (copy / ARRIVALS_NAME).read_text().splitlines(keepends=True)
    (copy / ARRIVALS_NAME).write_text(lines[-1])
    shutil.rmtree(copy / COPIES)
    yield _assistant(copy, embedder)


def test_what_was_added_last_is_the_last_run(dated: Assistant) -> None:
    answer = dated.ask("What was added last?")
    assert {paper.id for paper in answer.papers} == {"milk0", "milk1"}
    assert "2 of 5 papers: added last" in answer.text


def test_what_is_new_since_a_day_is_exact(dated: Assistant) -> None:
    answer = dated.ask("How many papers are new since yesterday?")
    assert answer.text.startswith("5 of 5 papers: added since ")
    assert "(UTC)" in answer.text


def test_what_is_older_is_denied_of_all_papers(dated: Assistant) -> None:
    answer = dated.ask("Which papers were added before 1 January 2020?")
    assert "None of the 5 papers here: added until 31 December 2019 (UTC)" in answer.text


def test_papers_without_a_date_are_said_to_have_none(partly_dated: Assistant) -> None:
    answer = partly_dated.ask("What is new since yesterday?")
    assert "2 of 5 papers" in answer.text
    assert "No date of adding is kept for 3 papers" in answer.text


def test_they_are_neither_denied_nor_taken_for_old(partly_dated: Assistant) -> None:
    denied = partly_dated.ask("Which papers were added before 1 January 2020?").text
    assert "None of the 2 papers here" in denied
    assert "No date of adding is kept for 3 papers" in denied
    assert {p.id for p in partly_dated.ask("Which papers were not added today?").papers} == set()


def test_an_index_without_dates_says_so(partly_dated: Assistant, embedder: SentenceTransformerEmbedder) -> None:
    folder = partly_dated.index.folder
    (folder / ARRIVALS_NAME).unlink()
    answer = _assistant(folder, embedder).ask("What is new since Monday?")
    assert answer.text == "No date of adding is kept for any of the 5 papers here, so which came when cannot be told."
    assert answer.absence is Absence.NOT_STATED


def test_news_since_a_moment_have_titles_and_first_sentences(dated: Assistant) -> None:
    corpus = dated.index.corpus()
    moment = datetime.fromisoformat(corpus.arrivals.added("milk0") or "")
    news = news_since(moment, corpus)
    assert {each.paper.id for each in news.papers} == {"milk0", "milk1"}
    assert {each.sentence for each in news.papers} == {f"Milk of the kind {n} is poured." for n in range(2)}
    assert news.undated == 0
    assert news_since(datetime.now(UTC), corpus).papers == ()
