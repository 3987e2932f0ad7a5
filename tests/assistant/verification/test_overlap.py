"""How much of a claim some sentences hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.overlap import shared, shared_pieces

CLAIM = "Aspirin lowers the risk of a heart attack."


def test_what_says_the_same_holds_more_than_what_is_about_something_else() -> None:
    evidence = ["In the trial, aspirin reduced heart attacks by a quarter compared with placebo."]
    for held in (shared, shared_pieces):
        assert held(CLAIM, evidence) > held(CLAIM, ["Cats sleep most of the day."])


def test_several_sentences_hold_what_none_holds_alone() -> None:
    one, other = "Aspirin was given.", "Heart attacks became rare."
    assert shared(CLAIM, [one, other]) > max(shared(CLAIM, [one]), shared(CLAIM, [other]))


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    assert shared("Zebrafish swim", ["zebrafish"]) > 0.5


def test_a_claim_without_words_is_held_by_anything() -> None:
    assert shared("?!", ["Cats sleep."]) == 1.0


@given(claim=st.text(max_size=40), sentence=st.text(max_size=40))
def test_a_share_lies_between_nothing_and_all(claim: str, sentence: str) -> None:
    for held in (shared, shared_pieces):
        assert -1e-9 <= held(claim, [sentence]) <= 1 + 1e-9
