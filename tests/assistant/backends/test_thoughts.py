"""Thoughts: told apart from the answer at any chunking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.backends.thoughts import ThoughtSplitter


def split(pieces: list[str]) -> tuple[str, str]:
    splitter = ThoughtSplitter()
    parts = [*map(splitter.feed, pieces), splitter.finish()]
    return "".join(answer for answer, _ in parts), "".join(thought for _, thought in parts)


@pytest.mark.parametrize(
    ("text", "answer", "thought"),
    [
        ("Plain answer.", "Plain answer.", ""),
        ("<think>Hm.</think>\n\nYes [1].", "Yes [1].", "Hm."),
        ("\n<THINKING>Hm.</THINKING>Yes.", "Yes.", "Hm."),
        ("<reasoning>a < b</reasoning> So.", "So.", "a < b"),
        ("<think>never ends [1]", "", "never ends [1]"),
        ("The tag <think> opens </think> it.", "The tag <think> opens </think> it.", ""),
        ("<thin> air", "<thin> air", ""),
        ("", "", ""),
    ],
)
def test_thoughts_at_the_beginning_are_told_apart(text: str, answer: str, thought: str) -> None:
    assert split([text]) == (answer, thought)
    assert split(list(text)) == (answer, thought)


@given(
    pieces=st.lists(
        st.sampled_from(["<think>", "</think>", "<", "/", "think", ">", " ", "\n", "word", "<reasoning>"]), max_size=12
    )
)
def test_any_chunking_gives_the_same(pieces: list[str]) -> None:
    assert split(pieces) == split(["".join(pieces)])


def test_an_answer_without_thoughts_is_not_held_back() -> None:
    assert ThoughtSplitter().feed("Me") == ("Me", "")
