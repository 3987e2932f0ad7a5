"""The lexical side: BM25 to the letter, names found however they are spelled, slips forgiven by pieces."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.bm25 import K1, PIECE, B, LexicalIndex, pieces_of, tokens_of

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
def lexical() -> LexicalIndex:
    return LexicalIndex(TEXTS)


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
def test_names_numbers_and_forms_are_found(lexical: LexicalIndex, question: str, place: int) -> None:
    assert lexical.scores(question).argmax() == place


def test_a_name_with_inner_capitals_is_more_than_its_word(lexical: LexicalIndex) -> None:
    assert lexical.scores("MeLoDy")[0] > lexical.scores("melody")[0] > 0
    assert lexical.scores("MeLoDy")[3] == lexical.scores("melody")[3]


def test_pieces_forgive_a_slip(lexical: LexicalIndex) -> None:
    assert not lexical.scores("recomender").any()
    assert lexical.piece_scores("recomender").argmax() == 3


def test_stop_words_and_strangers_match_nothing(lexical: LexicalIndex) -> None:
    assert not lexical.scores("what is the and of zyzzyva").any()
    assert tokens_of("What is it that they would do?") == []


def test_which_texts_hold_a_term(lexical: LexicalIndex) -> None:
    assert lexical.holds("melodi").tolist() == [True, False, False, True]
    assert not lexical.holds("zyzzyva").any()


@pytest.mark.parametrize("texts", [(), ("",), ("the of", "…")])
def test_nothing_to_search_is_no_trouble(texts: tuple[str, ...]) -> None:
    lexical = LexicalIndex(texts)
    for question in ("", "music", "the"):
        assert not lexical.scores(question).any()
        assert lexical.scores(question).shape == lexical.piece_scores(question).shape == (len(texts),)


@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6), WORDS.map(" ".join))
def test_scores_are_bm25(texts: list[str], question: str) -> None:
    corpus = [tokens_of(text) for text in texts]
    expected = [_bm25(dict.fromkeys(tokens_of(question)), terms, corpus) for terms in corpus]
    np.testing.assert_allclose(LexicalIndex(texts).scores(question), expected, rtol=1e-4, atol=1e-6)


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
    lexical = LexicalIndex([text, "something else"])
    assert bool(tokens_of(text)) == bool(lexical.scores(text)[0] > 0)
    assert bool(pieces_of(text)) == bool(lexical.piece_scores(text)[0] > 0)


@given(st.text(max_size=80))
def test_pieces_are_runs_of_letters_of_one_word(text: str) -> None:
    assert all(0 < len(piece) <= PIECE and " " not in piece for piece in pieces_of(text))
