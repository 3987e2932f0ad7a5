"""Shapes of questions: another wording changes the shape alone, and what is in no known shape stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.cues import cues
from assistant.query.shapes import Shapes

SHAPES = Shapes(cues())


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("What's the earliest study?", "What is the earliest study?"),
        ("List the papers on salmon, please.", "List the papers on salmon."),
        ("Among the papers on salmon, which is the latest?", "which paper on salmon is the latest"),
        ("Of the studies about gulls, how many use drones?", "how many studies about gulls that use drones"),
        ("What have you got about gulls?", "which papers are about gulls"),
        ("I'd like to see what you have on gulls", "which papers are about gulls"),
        ("Suggest some reading on tides.", "which papers are about tides"),
        ("I am writing a thesis on tides. What should I read?", "which papers are about tides"),
        ("Does any paper here look at kelp?", "which papers look at kelp"),
        ("Is anybody working on kelp?", "which papers working on kelp"),
        ("Sea ice papers?", "which papers are about Sea ice"),
        ("What's new on kelp?", "which are the newest papers about kelp"),
        ("What is the most recent thing you have on kelp?", "which is the newest paper about kelp"),
        ("What are the most recent things on kelp?", "which are the newest papers about kelp"),
        ("Overview, please: who eats kelp?", "give me an overview of who eats kelp"),
        ("Where does research on kelp stand?", "what do the papers say about kelp"),
        ("Overall, what do the studies on kelp show?", "what do the papers say about kelp"),
        ("What's the consensus on kelp?", "what do the papers say about kelp"),
        ("Is there agreement among the papers on kelp?", "what do the papers say about kelp"),
        ("Describe the different approaches to counting gulls.", "what do the papers say about counting gulls"),
        ("What has been done so far against erosion?", "what do the papers say about erosion"),
        ("Tell me about sea urchins.", "what do the papers say about sea urchins"),
    ],
)
def test_another_wording_is_brought_into_the_one_that_is_read(asked: str, plain: str) -> None:
    assert SHAPES.plain(asked) == plain


@pytest.mark.parametrize(
    "asked",
    [
        "Tell me about it",
        "Tell me about the study of gulls",
        "How deep do urchins live?",
        "Which tides did the second model get wrong?",
        "Recent papers",
        "In the trials, which dose worked?",
        "Is there work on kelp?",
    ],
)
def test_what_points_to_one_paper_or_asks_for_a_fact_keeps_its_shape(asked: str) -> None:
    assert SHAPES.plain(asked) == asked


@pytest.mark.parametrize(
    ("asked", "rest"),
    [
        ("What can go wrong at sea? Draw on several papers.", "What can go wrong at sea"),
        ("How are gulls counted, according to these studies?", "How are gulls counted"),
        ("How many gulls were counted in these studies?", ""),
        ("How are gulls counted?", ""),
    ],
)
def test_several_papers_are_to_answer_only_where_the_question_says_so(asked: str, rest: str) -> None:
    assert SHAPES.asks_of_several(asked) == rest


@given(st.text(max_size=80))
def test_no_text_becomes_empty_by_its_shape(text: str) -> None:
    assert bool(text.strip()) <= bool(SHAPES.plain(text).strip())
