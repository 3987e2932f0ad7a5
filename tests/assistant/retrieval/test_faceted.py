"""Lists: every paper is held against every condition of the question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.answers import Intent
from assistant.query.reader import Question, QuestionReader
from assistant.retrieval.faceted import Scan, scan, supporting_facet
from ingest.index.corpus import Corpus


def scanned(corpus: Corpus, reader: QuestionReader, text: str, within: tuple[str, ...] = ()) -> Scan:
    return scan(Question(text, text, Intent.LIST, within=within), corpus, reader.names.mentions(text))


def test_every_paper_is_looked_at(corpus: Corpus, reader: QuestionReader) -> None:
    assert scanned(corpus, reader, "Which papers introduce a dataset?").scanned == len(corpus.papers)


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("Which papers came out in 2023?", lambda year: year == 2023),
        ("Which papers are newer than 2023?", lambda year: year > 2023),
        ("Which papers appeared before 2022?", lambda year: year < 2022),
        ("Which papers appeared between 2022 and 2024?", lambda year: 2022 <= year <= 2024),
        ("Which papers appeared since 2024?", lambda year: year >= 2024),
    ],
)
def test_years_hold_for_all_that_are_found_and_for_no_other(
    corpus: Corpus, reader: QuestionReader, asked: str, fits: Callable[[int], bool]
) -> None:
    found = scanned(corpus, reader, asked).papers
    assert found == tuple(paper for paper in corpus.papers if paper.year and fits(paper.year))


@pytest.mark.parametrize(
    ("asked", "trait"),
    [
        ("Which papers are surveys?", ("brings", "survey")),
        ("List the papers that use diffusion.", ("family", "diffusion")),
        ("Which systems generate dance?", ("output", "dance")),
    ],
)
def test_a_facet_is_what_was_learned_at_ingest(
    corpus: Corpus, reader: QuestionReader, asked: str, trait: tuple[str, str]
) -> None:
    found = scanned(corpus, reader, asked)
    assert found.papers == tuple(paper for paper in corpus.papers if trait in corpus.profiles[paper.id].traits)


def test_a_facet_brings_the_words_that_show_it(corpus: Corpus, reader: QuestionReader) -> None:
    found = scanned(corpus, reader, "Which papers are evaluated by humans?")
    quotes = [(paper, supporting_facet(corpus.profiles[paper.id], found)) for paper in found.papers]
    assert quotes
    assert all(facet is None or facet.quote in paper.abstract for paper, facet in quotes)


def test_a_borrowed_name_is_looked_for_in_every_paper(corpus: Corpus, reader: QuestionReader) -> None:
    found = scanned(corpus, reader, "Which papers mention MusicGen?").papers
    assert found
    assert all("musicgen" in f"{paper.title} {paper.abstract}".lower() for paper in found)


def test_a_list_within_an_answer_stays_there(corpus: Corpus, reader: QuestionReader) -> None:
    within = tuple(paper.id for paper in corpus.papers[:10])
    found = scanned(corpus, reader, "Which of those introduce a dataset?", within)
    assert found.scanned == 10
    assert {paper.id for paper in found.papers} <= set(within)


def test_a_question_without_a_condition_finds_nothing_by_itself(corpus: Corpus, reader: QuestionReader) -> None:
    found = scanned(corpus, reader, "Which papers are there?")
    assert (found.papers, found.conditions) == ((), ())
