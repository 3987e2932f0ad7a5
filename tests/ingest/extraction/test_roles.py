"""What sentences do in an abstract: read from their words, their place, their vectors, or a heading."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.extraction.roles import ROLES, Role, heading_roles, role_probabilities, weights_for

ABSTRACT = (
    "Cold frames are common in small gardens.",
    "However, little is known about how frost reaches the seedlings.",
    "The aim of this study was to find out whether a second pane of glass keeps them warmer.",
    "We measured the soil of 24 frames every ten minutes over two winters.",
    "Our results show that a second pane kept the soil 3.1 degrees warmer on average.",
    "We conclude that double panes are worth their price.",
)
DOES = (Role.BACKGROUND, Role.BACKGROUND, Role.AIM, Role.METHOD, Role.RESULT, Role.RESULT)


def vectors_of(embedder: SentenceTransformerEmbedder, sentences: tuple[str, ...]) -> np.ndarray:
    text, spans = "", []
    for sentence in sentences:
        spans.append((len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    return next(embedder.embed_texts([text], [spans])).parts


def likeliest(probabilities: np.ndarray) -> tuple[Role, ...]:
    return tuple(ROLES[place] for place in probabilities.argmax(axis=1))


def test_the_sentences_of_a_plain_abstract_are_told_apart(embedder: SentenceTransformerEmbedder) -> None:
    found = role_probabilities(ABSTRACT, vectors_of(embedder, ABSTRACT), embedder.fingerprint)
    assert likeliest(found) == DOES


def test_with_any_other_model_words_and_places_tell_them_apart() -> None:
    assert likeliest(role_probabilities(ABSTRACT, np.ones((6, 3), dtype=np.float32), "another model")) == DOES


def test_the_weights_are_those_of_the_bundled_model(embedder: SentenceTransformerEmbedder) -> None:
    assert weights_for(embedder.fingerprint).fingerprint == embedder.fingerprint


@pytest.mark.parametrize(
    ("sentence", "roles"),
    [
        ("METHODS: We asked 40 people.", {Role.METHOD}),
        ("Background and aims: Bees fly.", {Role.BACKGROUND, Role.AIM}),
        ("Design, setting and participants: A trial in two clinics.", {Role.METHOD}),
        ("RESULTS. Nothing grew.", {Role.RESULT}),
        ("We asked 40 people.", set()),
        ("The answer is simple: it grew.", set()),
        ("Results show that it grew.", set()),
        ("Data are scarce. ", set()),
    ],
)
def test_a_heading_names_roles(sentence: str, roles: set[Role]) -> None:
    assert heading_roles(sentence) == roles


def test_a_heading_holds_until_the_next_one() -> None:
    sentences = ("METHODS: It grew in a pot.", "It was watered.", "RESULTS: It was watered.", "It grew.")
    found = likeliest(role_probabilities(sentences, np.zeros((4, 3), dtype=np.float32), ""))
    assert found == (Role.METHOD, Role.METHOD, Role.RESULT, Role.RESULT)


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_sentences_have_probabilities(sentences: list[str]) -> None:
    found = role_probabilities(sentences, np.zeros((len(sentences), 3), dtype=np.float32), "")
    assert found.shape == (len(sentences), len(ROLES))
    assert np.allclose(found.sum(axis=1), 1.0, atol=1e-3) if sentences else found.size == 0
