"""A conversation grows and shrinks at its end, and never changes what somebody else holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Answer
from assistant.conversation import Conversation


@given(st.lists(st.text()))
def test_turns_stand_in_the_order_they_came(questions: list[str]) -> None:
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(question, Answer(""))
    assert [turn.question for turn in conversation.turns] == questions


def test_undoing_gives_back_what_was_before() -> None:
    before = Conversation().with_turn("one", Answer("1"))
    assert before.with_turn("two", Answer("2")).without_last() == before
    assert Conversation().without_last() == Conversation()
