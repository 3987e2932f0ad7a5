"""Small libraries of invented papers from many fields, and real assistants over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.settings import Settings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers

LIBRARY = Path(__file__).parent / "library.jsonl"

Over = Callable[[Path], Assistant]


@pytest.fixture(scope="session")
def assistant_over(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Iterator[Over]:
    """Makes an assistant that answers by quotes from the papers of a file."""
    with ExitStack() as opened:

        def over(papers: Path) -> Assistant:
            folder = tmp_path_factory.mktemp("cases") / "index"
            ingest_papers(find_papers(str(papers)), folder, embedder)
            index = PaperIndex.open(folder, embedder)
            opened.callback(index.close)
            settings = Settings(_env_file=None, llm="extractive")  # type: ignore[call-arg]
            return Assistant(index, settings, ExtractiveBackend())

        yield over


@pytest.fixture(scope="session")
def over_cases(assistant_over: Over) -> Assistant:
    """An assistant over the invented papers of library.jsonl."""
    return assistant_over(LIBRARY)
