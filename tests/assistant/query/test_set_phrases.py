"""Sets that are asked for without a frame: the subject first, people instead of papers, what a library covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.cues import cues
from assistant.query.plan import Operation, Subject, Years, all_of
from assistant.query.set_phrases import SetPhrases

PHRASES = SetPhrases(cues())


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("Erosion of beaches by storms: which papers?", "Erosion of beaches by storms"),
        ("sheep farms - which studies are about the dogs?", "dogs sheep farms"),
        ("Beaches that storms erode: all papers that tackle these, please.", "Beaches that storms erode"),
        ("Does this library cover sheep dogs?", "sheep dogs"),
        ("Does the collection have anything on sheep dogs?", "sheep dogs"),
        ("Is there a paper that discusses sheep dogs?", "sheep dogs"),
        ("Are there any studies on dogs that herd sheep?", "dogs that herd sheep"),
    ],
)
def test_a_subject_is_read_without_a_frame(asked: str, subject: str) -> None:
    plan = PHRASES.read(asked)
    assert plan is not None
    assert (plan.operation, plan.condition) == (Operation.LIST, Subject(subject))


def test_a_label_with_a_date_has_both() -> None:
    plan = PHRASES.read("Beach erosion work published since March 2024?")
    assert plan is not None
    assert plan.condition == all_of(Subject("Beach erosion"), Years(2024))


def test_a_date_that_is_not_understood_makes_no_list() -> None:
    assert PHRASES.read("Beach erosion work published since the flood?") is None


def test_what_authors_do_is_one_subject() -> None:
    plan = PHRASES.of_people("Which authors fear that storms and floods have eroded the beaches?")
    assert plan is not None
    assert plan.condition == Subject("fear that storms and floods have eroded the beaches")


@pytest.mark.parametrize(
    "asked",
    [
        "Which authors wrote it?",
        "Who wrote the paper on beaches?",
        "Is there a paper that discusses how dogs on remote farms learn to herd old sheep?",
        "How many sheep were there?",
        "What is it: this?",
    ],
)
def test_other_questions_are_left_to_others(asked: str) -> None:
    assert PHRASES.of_people(asked) is None
    assert PHRASES.read(asked) is None


@given(st.text(max_size=80))
def test_any_text_is_read_or_left(text: str) -> None:
    plan = PHRASES.read(text)
    assert plan is None or plan.operation is Operation.LIST
