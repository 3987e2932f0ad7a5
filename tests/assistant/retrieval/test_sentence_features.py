"""What sentences do, and what a question asks for, decide together which sentence is taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.question_types import QUESTION_TYPES, type_vector, types_of
from assistant.retrieval.sentence_features import FEATURES, Views, features_of, learned_scores, selection_weights
from ingest.extraction.roles import ROLES, Role


def level(count: int) -> Views:
    """Sentences that are all equally near to a question."""
    return Views(*(np.full(count, 0.3, dtype=np.float32) for _ in range(3)))


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("What was the aim of this study?", Role.AIM),
        ("Which method was used?", Role.METHOD),
        ("What did they conclude?", Role.RESULT),
        ("Does it reduce the number of falls?", Role.RESULT),
    ],
)
def test_of_equally_near_sentences_the_one_that_does_what_is_asked_is_best(question: str, role: Role) -> None:
    roles = np.eye(len(ROLES), dtype=np.float32)
    sentences = tuple(f"Sentence number {role} has six words." for role in ROLES)
    best = learned_scores(question, sentences, level(len(ROLES)), roles)[1:-1].argmax() + 1  # the ends have scores too
    assert ROLES[best] is role


def test_a_nearer_sentence_is_better() -> None:
    near = np.array([0.2, 0.6, 0.2], dtype=np.float32)
    scores = learned_scores("What about wool?", ("One.", "Two.", "Three."), Views(near, near, near), None)
    assert scores.argmax() == 1


def test_every_learned_weight_belongs_to_a_feature() -> None:
    weights, _ = selection_weights()
    assert weights.shape == (len(FEATURES),)
    assert np.count_nonzero(weights) > len(FEATURES) / 2


@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.text(max_size=40))
def test_any_sentences_have_features(sentences: list[str], question: str) -> None:
    found = features_of(question, tuple(sentences), level(len(sentences)), None)
    assert found.shape == (len(sentences), len(FEATURES))
    assert np.isfinite(found).all()


def test_a_question_may_be_of_several_types() -> None:
    assert set(types_of("How many patients did they recruit, and why?")) >= {"number", "reason"}
    assert type_vector("Hm.").sum() == 0
    assert len(type_vector("Hm.")) == len(QUESTION_TYPES)
