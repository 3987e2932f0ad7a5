"""The real assistant over the bundled papers, answering by quotes; and the names by which tests call those papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.query.reader import QuestionReader
from assistant.settings import Settings
from ingest.index.corpus import Corpus
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper

Name = Callable[[Iterable[Paper]], list[str]]


@pytest.fixture(scope="session")
def assistant(index: PaperIndex) -> Assistant:
    """Answers from the bundled papers without a language model."""
    return Assistant(index, Settings(_env_file=None, llm="extractive"), ExtractiveBackend())  # type: ignore[call-arg]


@pytest.fixture(scope="session")
def corpus(index: PaperIndex) -> Corpus:
    """The bundled papers and what was learned of them."""
    return index.corpus()


@pytest.fixture(scope="session")
def reader(corpus: Corpus) -> QuestionReader:
    """Understands questions over the bundled papers."""
    return QuestionReader(corpus)


@pytest.fixture(scope="session")
def called(reader: QuestionReader) -> Name:
    """What some papers are called, in order."""
    return lambda papers: [reader.called(paper) for paper in papers]
