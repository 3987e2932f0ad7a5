"""Cutting abstracts: sentences that cover every word, windows that fit the model, places that are exact."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.papers import Paper
from ingest.passages import Level, paper_id_in, passage_with_id, sentence_spans, windows_of

WORDS = st.sampled_from(
    [
        "music",
        "the",
        "We",
        "models.",
        "e.g.",
        "Fig. 2",
        "3.5",
        "(1)",
        "β-VAE",
        "M²UGen",
        "数据集。",
        "Is",
        "it?",
        "et al.",
        "😀",
    ]
)
ABSTRACTS = st.lists(WORDS, min_size=1, max_size=60).map(" ".join) | st.text(min_size=1, max_size=200)


def counted(text: str) -> int:
    return len(text.split())


def paper(abstract: str, paper_id: str = "2301.00001") -> Paper:
    return Paper(paper_id, "A title", abstract)


@given(ABSTRACTS)
@example("\r")
def test_sentences_cover_every_word_once_and_in_order(abstract: str) -> None:
    spans = sentence_spans(abstract)
    assert "".join("".join(abstract[start:end].split()) for start, end in spans) == "".join(abstract.split())
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(abstract[start:end].strip() == abstract[start:end] != "" for start, end in spans)


@given(ABSTRACTS, st.integers(1, 12))
def test_a_window_fits_unless_it_is_one_long_sentence(abstract: str, limit: int) -> None:
    for window in windows_of(paper(abstract), counted, limit):
        assert counted(window.passage.text) <= limit or len(window.sentences) == 1


@given(ABSTRACTS, st.integers(1, 12))
def test_windows_are_made_of_all_sentences_in_order(abstract: str, limit: int) -> None:
    windows = windows_of(paper(abstract), counted, limit)
    assert tuple((p.start, p.end) for window in windows for p in window.sentences) == sentence_spans(abstract)
    for window in windows:
        assert (window.passage.start, window.passage.end) == (window.sentences[0].start, window.sentences[-1].end)


@given(ABSTRACTS, st.sampled_from(["2301.00001", "10.1000/a:b", "hep-th/9901001", "urn:x:sentence:3-4", "ein titel"]))
def test_a_passage_is_told_by_its_id(abstract: str, paper_id: str) -> None:
    source = paper(abstract, paper_id)
    for window in windows_of(source, counted, 5):
        for passage in (window.passage, *window.sentences):
            assert passage.text == abstract[passage.start : passage.end]
            assert paper_id_in(passage.id) == paper_id
            assert passage_with_id(passage.id, source) == passage


def test_an_abstract_that_fits_is_one_window() -> None:
    (window,) = windows_of(paper("We make music. It sounds good."), counted, 6)
    assert [passage.text for passage in window.sentences] == ["We make music.", "It sounds good."]
    assert (window.passage.level, window.sentences[0].level) == (Level.WINDOW, Level.SENTENCE)


@pytest.mark.parametrize(
    ("abstract", "first"),
    [
        ("It scores 95.7% vs. 99.6% before. More follows here.", "It scores 95.7% vs. 99.6% before."),
        (
            "We show that (1) it works and (2) it scales. More follows here.",
            "We show that (1) it works and (2) it scales.",
        ),
        ("Code: https://a.example/b.c is free. More follows here.", "Code: https://a.example/b.c is free."),
        (
            "As in Copet et al. (2023), tokens are used. More follows here.",
            "As in Copet et al. (2023), tokens are used.",
        ),
    ],
)
def test_what_only_looks_like_an_end_is_none(abstract: str, first: str) -> None:
    start, end = sentence_spans(abstract)[0]
    assert abstract[start:end] == first
