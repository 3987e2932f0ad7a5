"""News of the library: counted exactly, from the moment that a reader kept, in words that name the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.libraries import Libraries
from assistant.settings import Settings
from assistant.ui.access.places import Place
from assistant.ui.base.switch import Switch
from assistant.ui.library.news_view import NewsSteps, day_of, first_moment, moment_of
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.pipeline import ingest_papers
from ingest.sources.found import Found

KITES = [
    Paper("k1", "Kites in the wind", "Kites pull. They fly."),
    Paper("k2", "On strings", "Strings are <b>long</b>. They hold."),
]
BOATS = [Paper("b1", "Sailnet: boats that steer", "We present Sailnet, which steers boats. It is quick.")]
# A Thursday at noon.
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def library(folder: Path, embedder: SentenceTransformerEmbedder, *runs: list[Paper]) -> Assistant:
    for papers in runs:
        ingest_papers([Found(paper, "test", line) for line, paper in enumerate(papers, 1)], folder, embedder)
    settings = Settings(_env_file=None, llm="extractive")  # type: ignore[call-arg]
    return Assistant(PaperIndex.open(folder, embedder), settings, ExtractiveBackend())


@pytest.fixture
def grown(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Assistant]:
    assistant = library(tmp_path / "index", embedder, KITES, BOATS)
    yield assistant
    assistant.index.close()


def test_who_comes_first_is_told_of_the_last_run_alone(grown: Assistant) -> None:
    bar, news, since = NewsSteps(grown, "quotes", Switch(Libraries(grown), Place())).show("")
    assert "1 new paper since today" in news and "1 new" in bar
    assert "Sailnet, which steers boats." in news and "Kites pull" not in news
    assert moment_of(since) == first_moment(grown, NOW)


def test_nothing_is_news_in_a_library_of_one_run(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    assistant = library(tmp_path / "index", embedder, KITES)
    assert first_moment(assistant, NOW) == NOW
    bar, news, _ = NewsSteps(assistant, "quotes", Switch(Libraries(assistant), Place())).show("")
    assert news == "" and "new" not in bar
    assistant.index.close()


def test_news_are_counted_from_the_kept_moment_and_tags_stay_text(grown: Assistant) -> None:
    _, news, since = NewsSteps(grown, "quotes", Switch(Libraries(grown), Place())).show("2026-01-01T00:00:00+00:00")
    assert "3 new papers since" in news and since == "2026-01-01T00:00:00+00:00"
    assert "Strings are &lt;b&gt;long" in news


def test_what_was_seen_is_news_no_more(grown: Assistant) -> None:
    bar, news, since = NewsSteps(grown, "quotes", Switch(Libraries(grown), Place())).seen()
    assert news == "" and "3 papers" in bar
    assert moment_of(since) is not None


@pytest.mark.parametrize("kept", ["", None, "yesterday", 7, "[]"])
def test_what_a_browser_kept_may_be_anything(kept: object) -> None:
    assert moment_of(kept) is None or isinstance(moment_of(kept), datetime)


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "yesterday"), (3, "Monday"), (6, "Friday"), (7, "2026-11-19"), (400, "2025-10-22")],
)
def test_a_day_is_said_as_people_say_it(days: int, said: str) -> None:
    assert day_of(NOW - timedelta(days=days), NOW) == said
