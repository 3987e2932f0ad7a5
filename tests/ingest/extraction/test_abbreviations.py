"""Abbreviations: what a library spells out, and what it does not."""

from __future__ import annotations

import pytest

from ingest.extraction.abbreviations import abbreviations_in, definitions_in


@pytest.mark.parametrize(
    ("text", "short", "long_form"),
    [
        ("We probe large language models (LLMs) for facts.", "LLM", "large language models"),
        ("a self-supervised learning (SSL) objective", "SSL", "self-supervised learning"),
        ("Chronic obstructive pulmonary disease (COPD) is common.", "COPD", "chronic obstructive pulmonary disease"),
        ("with interleukin-6 receptor (IL-6R) blockers", "IL-6R", "interleukin-6 receptor"),
        ("patients with hepatitis C virus (HCV)", "HCV", "hepatitis c virus"),
    ],
)
def test_the_words_before_a_bracket_spell_an_abbreviation_out(text: str, short: str, long_form: str) -> None:
    assert definitions_in(text) == {short: long_form}


@pytest.mark.parametrize("text", ["as shown (Figure 2)", "in Europe (WHO)", "the model (GPT) wins", "no brackets"])
def test_brackets_that_spell_nothing_out_are_passed_over(text: str) -> None:
    assert definitions_in(text) == {}


def test_the_usual_meaning_counts_for_a_library() -> None:
    texts = ["neural networks (NN)", "a neural network (NN)", "nearest neighbours (NN)", "mean opinion score (MOS)"]
    assert abbreviations_in(texts) == {"NN": "neural network"}


def test_singulars_keep_their_s() -> None:
    assert abbreviations_in(["inner metric analysis (IMA)"] * 2) == {"IMA": "inner metric analysis"}
