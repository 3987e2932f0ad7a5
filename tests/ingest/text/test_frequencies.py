from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.frequencies import zipf_frequency


@pytest.mark.parametrize(
    ("common", "rare"), [("the", "noise"), ("noise", "mango"), ("mango", "mustango"), ("7", "739")]
)
def test_the_commoner_word_is_higher_on_the_scale(common: str, rare: str) -> None:
    assert zipf_frequency(common) > zipf_frequency(rare)


@pytest.mark.parametrize(
    ("word", "least", "most"), [("the", 7.3, 8), ("noise", 4.3, 5), ("mango", 3.2, 4), ("zqxv", 0, 0)]
)
def test_the_scale_is_that_of_powers_of_ten_in_a_thousand_million(word: str, least: float, most: float) -> None:
    assert least <= zipf_frequency(word) <= most


@pytest.mark.parametrize(("one", "other"), [("favorite", "favourite"), ("Noise", "noise"), ("labor", "labour")])
def test_case_and_spelling_make_no_difference(one: str, other: str) -> None:
    assert zipf_frequency(one) == zipf_frequency(other) > 3


def test_later_words_are_ordinary() -> None:
    assert zipf_frequency("datasets") > 3.3


@given(st.text(max_size=20))
def test_any_text_has_a_frequency(word: str) -> None:
    assert 0 <= zipf_frequency(word) < 8
