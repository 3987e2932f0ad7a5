"""What a comparison sets side by side, where it describes papers."""

from __future__ import annotations

import pytest

from assistant.query.descriptions import Counted, counted_works, describes_one_work, sides_of


@pytest.mark.parametrize(
    "question",
    [
        "Compare the adapter study with the Greek dataset.",
        "What is the difference between the adapter study and the Greek dataset?",
        "How does the adapter study differ from the Greek dataset?",
        "the adapter study vs. the Greek dataset",
        "Which is larger, the adapter study or the Greek dataset?",
    ],
)
def test_two_sides_are_told_apart(question: str) -> None:
    assert sides_of(question) == ("the adapter study", "the Greek dataset")


@pytest.mark.parametrize("question", ["What is MeLoDy?", "Which papers compare adapters?", ""])
def test_what_sets_nothing_side_by_side_has_no_sides(question: str) -> None:
    assert sides_of(question) is None


def test_works_are_meant_by_their_number_and_kind() -> None:
    assert counted_works("How do the scopes of the two surveys differ?") == Counted(2, "surveys")
    assert counted_works("Compare the three papers on dance") == Counted(3, "papers on dance")


@pytest.mark.parametrize("question", ["Who wrote the two surveys?", "How do the surveys differ?"])
def test_without_a_comparison_or_a_number_no_works_are_meant(question: str) -> None:
    assert counted_works(question) is None


def test_one_work_is_told_from_many_and_from_none() -> None:
    assert describes_one_work("the paper that learns from feedback")
    assert not describes_one_work("earlier models")
    assert not describes_one_work("the loss without mixup")
