"""Surveys over the bundled papers: one sentence of each paper, in named groups, within a page."""

from __future__ import annotations

import pytest

from assistant.answers import Heading, ListLine
from assistant.composition.evidence import Evidence
from assistant.composition.surveys import LEAST_TO_GROUP, MOST_PAPERS, MOST_WORDS, UNNAMED, Survey, survey
from assistant.query.reader import QuestionReader
from assistant.retrieval.hybrid import Retriever
from ingest.index.paper_index import PaperIndex


@pytest.fixture(scope="module")
def evidence(index: PaperIndex, reader: QuestionReader) -> Evidence:
    return Evidence(Retriever(index), reader)


@pytest.fixture(scope="module")
def surveyed(evidence: Evidence) -> Survey:
    return survey("text-to-music generation", evidence.corpus.papers, evidence)


def lines_of(found: Survey) -> list[ListLine]:
    return [part for part in found.parts if isinstance(part, ListLine)]


def test_every_paper_is_quoted_once(surveyed: Survey) -> None:
    lines = lines_of(surveyed)
    assert LEAST_TO_GROUP <= len(lines) <= MOST_PAPERS
    assert tuple(line.paper for line in lines) == surveyed.papers == tuple(hit.paper for hit in surveyed.hits)
    assert len({line.paper.id for line in lines}) == len(lines)


def test_each_line_quotes_its_own_paper(surveyed: Survey) -> None:
    for line in lines_of(surveyed):
        assert line.passage is not None
        assert line.passage.text == line.paper.abstract[line.passage.start : line.passage.end]


def test_it_fits_on_a_page(surveyed: Survey) -> None:
    assert sum(len(line.passage.text.split()) for line in lines_of(surveyed) if line.passage) <= MOST_WORDS


def test_groups_have_names_of_their_own(surveyed: Survey) -> None:
    names = [part.text for part in surveyed.parts if isinstance(part, Heading)]
    assert names
    named = [name for name in names if name != UNNAMED]
    assert len(set(named)) == len(named)


def test_few_papers_are_not_grouped(evidence: Evidence) -> None:
    found = survey("music", evidence.corpus.papers[:3], evidence)
    assert not any(isinstance(part, Heading) for part in found.parts)
    assert len(found.papers) == 3


def test_of_nothing_nothing_is_said(evidence: Evidence) -> None:
    assert survey("music", (), evidence) == Survey((), (), ())
