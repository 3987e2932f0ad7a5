"""BM25 to the letter, names found however they are spelled, slips forgiven by pieces."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.bm25 import Bm25Index, LexicalPart
from ingest.index.postings import K1, B, Postings, merged_postings
from ingest.text.terms import ngrams_of, tokens_of

TEXTS = (
    "Efficient Neural Music Generation\nMeLoDy makes melodies 95.7% faster than MusicLM.",
    "M²UGen\nA framework for understanding and generating music.",
    "DITTO-2: Distilled Diffusion\nControlled generation at 10,000 steps a second.",
    "Adversarial attacks\nWe attack recommenders; a melody is changed so little that nobody hears it.",
)
WORDS = st.lists(
    st.sampled_from("music model models modelling tempo the of Diffusion VAE 3 10,000 β".split()), max_size=12
)


@pytest.fixture(scope="module")
def bm25() -> Bm25Index:
    return Bm25Index(TEXTS)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What is MeLoDy?", 0),
        ("melody attacks", 3),
        ("m2ugen", 1),
        ("M$^{2}$UGen's data", 1),
        ("ditto2", 2),
        ("DITTO 2", 2),
        ("how many steps: 10000?", 2),
        ("recommender attacks", 3),
    ],
)
def test_names_numbers_and_forms_are_found(bm25: Bm25Index, question: str, place: int) -> None:
    assert bm25.scores(question).argmax() == place


def test_a_name_with_inner_capitals_is_more_than_its_word(bm25: Bm25Index) -> None:
    assert bm25.scores("MeLoDy")[0] > bm25.scores("melody")[0] > 0
    assert bm25.scores("MeLoDy")[3] == bm25.scores("melody")[3]


def test_pieces_forgive_a_slip(bm25: Bm25Index) -> None:
    assert not bm25.scores("recomender").any()
    assert bm25.ngram_scores("recomender").argmax() == 3


def test_stop_words_and_strangers_match_nothing(bm25: Bm25Index) -> None:
    assert not bm25.scores("what is the and of zyzzyva").any()


def test_which_texts_hold_a_term(bm25: Bm25Index) -> None:
    assert bm25.holds("melodi").tolist() == [True, False, False, True]
    assert not bm25.holds("zyzzyva").any()


@pytest.mark.parametrize("texts", [(), ("",), ("the of", "…")])
def test_nothing_to_search_is_no_trouble(texts: tuple[str, ...]) -> None:
    bm25 = Bm25Index(texts)
    for question in ("", "music", "the"):
        assert not bm25.scores(question).any()
        assert bm25.scores(question).shape == bm25.ngram_scores(question).shape == (len(texts),)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6), WORDS.map(" ".join))
def test_scores_are_bm25(texts: list[str], question: str) -> None:
    corpus = [tokens_of(text) for text in texts]
    expected = [_bm25(dict.fromkeys(tokens_of(question)), terms, corpus) for terms in corpus]
    np.testing.assert_allclose(Bm25Index(texts).scores(question), expected, rtol=1e-4, atol=1e-6)


def _bm25(question: dict[str, None], terms: list[str], corpus: list[list[str]]) -> float:
    """Robertson's formula as Lucene has it, term by term."""
    mean = sum(map(len, corpus)) / len(corpus)
    counts = Counter(terms)
    score = 0.0
    for term in question:
        holding = sum(term in other for other in corpus)
        rarity = math.log(1 + (len(corpus) - holding + 0.5) / (holding + 0.5))
        score += rarity * counts[term] / (counts[term] + K1 * (1 - B + B * len(terms) / mean)) if counts[term] else 0
    return score


@given(st.text(max_size=80))
def test_any_text_finds_itself(text: str) -> None:
    bm25 = Bm25Index([text, "something else"])
    assert bool(tokens_of(text)) == bool(bm25.scores(text)[0] > 0)
    assert bool(ngrams_of(text)) == bool(bm25.ngram_scores(text)[0] > 0)


@given(st.lists(WORDS.map(" ".join), min_size=2, max_size=8), st.data())
def test_segments_score_like_one_list_of_those_that_are_left(texts: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(texts)))
    gone = data.draw(st.sets(st.integers(0, len(texts) - 1)))
    left = [text for number, text in enumerate(texts) if number not in gone]
    places = np.array([-1 if n in gone else n - sum(g < n for g in gone) for n in range(len(texts))], dtype=np.int64)
    parts = [(LexicalPart.of_texts(texts[:cut]), places[:cut]), (LexicalPart.of_texts(texts[cut:]), places[cut:])]
    for question in ("music model", "tempo diffusion vae"):
        np.testing.assert_allclose(Bm25Index(parts=parts).scores(question), Bm25Index(left).scores(question), rtol=1e-5)
        ngrams = Bm25Index(parts=parts).ngram_scores(question)
        np.testing.assert_allclose(ngrams, Bm25Index(left).ngram_scores(question), rtol=1e-5)


@given(st.lists(WORDS.map(" ".join), max_size=8), st.integers(0, 8))
def test_merged_segments_are_what_one_reading_makes(texts: list[str], cut: int) -> None:
    one = LexicalPart.of_texts(texts)
    halves = LexicalPart.of_texts(texts[:cut]), LexicalPart.of_texts(texts[cut:])
    _same(merged_postings([half.words for half in halves]), one.words)
    _same(merged_postings([half.ngrams for half in halves]), one.ngrams)


def _same(found: Postings, wanted: Postings) -> None:
    for name in ("keys", "starts", "entries", "lengths"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))
