"""What a comparison sets side by side, where it describes papers."""

from __future__ import annotations

import pytest

from assistant.query.descriptions import Counted, counted_works, describes_one_work, side_by_side, sides_of


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


@pytest.mark.parametrize(
    ("question", "works"),
    [
        ("The kite study and the one on sleds: which was longer?", ("The kite study", "the one on sleds")),
        ("How many took part in the sled trial and how many in the kite cohort?", ("the sled trial", "the kite cohort")),
        ("How do the kite trial, the sled survey and the boat experiment differ?",
         ("the kite trial", "the sled survey", "the boat experiment")),
        ("The study of kites and that of sleds: did either find harm?", ("The study of kites", "that of sleds")),
    ],
)  # fmt: skip
def test_described_works_that_stand_side_by_side_are_told_apart(question: str, works: tuple[str, ...]) -> None:
    assert side_by_side(question) == works


def test_a_name_may_stand_beside_a_description() -> None:
    assert side_by_side("KiteNet and the sled model: what is each for?", ["KiteNet"]) == ("KiteNet", "the sled model")


@pytest.mark.parametrize(
    "question",
    [
        "What is the paper on kites about?",
        "What does the study of kites say about the dataset?",
        "Does the model fly?",
        "",
    ],
)
def test_works_that_are_not_joined_are_not_side_by_side(question: str) -> None:
    assert side_by_side(question) == ()
