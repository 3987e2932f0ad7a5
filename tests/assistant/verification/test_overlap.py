"""How much of a claim some sentences hold."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.verification.overlap import Encode, support_score
from ingest.embedding.base import Vector
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

CLAIM = "Aspirin lowers the risk of a heart attack."


@pytest.fixture(scope="module")
def encode(embedder: SentenceTransformerEmbedder) -> Encode:
    def encoded(texts: Sequence[str]) -> list[Vector]:
        return [embedder.embed_question(text) for text in texts]

    return encoded


def test_evidence_scores_above_what_is_about_something_else(encode: Encode) -> None:
    evidence = ["In the trial, aspirin reduced heart attacks by a quarter compared with placebo."]
    assert support_score(CLAIM, evidence, encode) > support_score(CLAIM, ["Cats sleep most of the day."], encode)


def test_a_finding_scores_above_an_aim(encode: Encode) -> None:
    finding, aim = ["Aspirin lowered the risk of heart attack."], ["We aim to study aspirin and heart attack risk."]
    assert support_score(CLAIM, finding, encode) > support_score(CLAIM, aim, encode)


def test_no_sentence_is_no_evidence(encode: Encode) -> None:
    assert support_score(CLAIM, [], encode) == 0


@settings(max_examples=20)  # each runs the model twice
@given(claim=st.text(max_size=40), sentence=st.text(min_size=1, max_size=40))
def test_a_score_is_a_likelihood(encode: Encode, claim: str, sentence: str) -> None:
    assert 0 <= support_score(claim, [sentence], encode) <= 1
