"""Sentences held against the words that they cite."""

from __future__ import annotations

from assistant.answers import Hit, Support
from assistant.verification import Place, QuoteVerifier
from ingest.papers import Paper
from ingest.passages import Level, Passage

ABSTRACT = "We introduce Alto, a dataset of 300,000 songs. It is free. Models trained on Alto beat MusicGen."


def hit(abstract: str = ABSTRACT, start: int = 0, end: int | None = None, paper_id: str = "alto") -> Hit:
    """Evidence: a stretch of an abstract, the whole of it if no end is given."""
    stop = len(abstract) if end is None else end
    passage = Passage(paper_id, start, stop, abstract[start:stop], Level.SENTENCE)
    return Hit(passage, Paper(paper_id, "Alto: Songs for All", abstract), 1.0)


def test_exact_words_are_supported_where_they_stand() -> None:
    verdict = QuoteVerifier().verdict("“It is free.”", ("It is free.",), (1,), (hit(),))
    assert verdict.support is Support.SUPPORTED
    assert verdict.places == (Place(0, 47, 58),)


def test_a_marker_on_a_remark_cites_the_passage_that_it_means() -> None:
    verdict = QuoteVerifier().verdict("Alto (Le, 2023) — Songs for All", (), (2,), (hit(), hit(start=47, end=58)))
    assert verdict.support is Support.NO_CLAIM
    assert verdict.places == (Place(1, 47, 58),)


def test_a_number_that_means_nothing_is_passed_over() -> None:
    assert QuoteVerifier().verdict("Alto", (), (7, 0), (hit(),)).places == ()
