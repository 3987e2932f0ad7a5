"""Token similarity: the same words count fully, like ones nearly, others little; the real model's word vectors."""

from __future__ import annotations

import numpy as np
import pytest
from counting_embedder import CountingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.token_similarity import SubwordLists, TokenSimilarity

TEXTS = ("A group of dancers moves to a song.", "Video footage is scored with music.", "Taxes are due in spring.")
WORDS = st.lists(st.sampled_from("dance video tax group spring song a".split()), max_size=8).map(" ".join)


def best_for(question: str, embedder: SentenceTransformerEmbedder) -> int:
    return int(TokenSimilarity(TEXTS, embedder).scores(question, np.arange(3)).argmax())


@pytest.mark.parametrize(("question", "place"), [("a troupe's choreography", 0), ("films", 1), ("money owed", 2)])
def test_other_words_of_like_meaning_find_the_text(
    embedder: SentenceTransformerEmbedder, question: str, place: int
) -> None:
    assert best_for(question, embedder) == place


def test_what_a_text_says_word_for_word_scores_one(embedder: SentenceTransformerEmbedder) -> None:
    assert TokenSimilarity(TEXTS, embedder).scores("taxes due", np.array([2])) == pytest.approx(1, abs=1e-5)


def test_stop_words_and_signs_ask_for_nothing(embedder: SentenceTransformerEmbedder) -> None:
    assert not TokenSimilarity(TEXTS, embedder).scores("what is the … of it?", np.arange(3)).any()


@given(st.lists(WORDS, min_size=1, max_size=6), WORDS, st.data())
def test_a_text_scores_alike_wherever_it_is_asked_for(texts: list[str], question: str, data: st.DataObject) -> None:
    similarity = TokenSimilarity(texts, CountingEmbedder())
    every = similarity.scores(question, np.arange(len(texts)))
    places = np.array(data.draw(st.lists(st.integers(0, len(texts) - 1))), dtype=np.int64)
    assert np.allclose(similarity.scores(question, places), every[places])
    assert every.min() >= 0
    assert every.max() <= 1 + 1e-6


def test_no_texts_have_no_scores() -> None:
    assert TokenSimilarity((), CountingEmbedder()).scores("dance", np.empty(0, dtype=np.int64)).shape == (0,)


def test_segments_score_like_one_list_of_those_that_are_left() -> None:
    texts, embedder = ["a dance of bees", "a tax on bees", "", "the tax due", "bees"], CountingEmbedder()
    parts = [
        (SubwordLists.of_texts(texts[:2], embedder), np.array([0, -1])),
        (SubwordLists.of_texts(texts[2:], embedder), np.array([1, -1, 2])),
    ]
    places = np.array([2, 0, 1])
    found = TokenSimilarity((), embedder, parts).scores("bees dance", places)
    left = TokenSimilarity([texts[0], texts[2], texts[4]], embedder)
    np.testing.assert_allclose(found, left.scores("bees dance", places), rtol=1e-6)
