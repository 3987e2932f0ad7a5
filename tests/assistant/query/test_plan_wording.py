"""Conditions in plain words."""

from __future__ import annotations

import pytest

from assistant.query.plan import Author, Available, Condition, Mention, Not, Or, Resource, Shown, Subject, Years, all_of
from assistant.query.plan_wording import described


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (all_of(Author("Max Lam"), Years(2023)), "by Max Lam, since 2023"),
        (Or((Mention("BERT"), Not(Mention("CLIP", "use")))), "that mention “BERT” or that do not use “CLIP”"),
        (Years(last=2015), "before 2016"),
        (Years(2019, 2021), "from 2019 to 2021"),
        (Not(Or((Subject("dance"), Subject("film")))), "not (about dance or about film)"),
        (Not(Available(Resource.CODE)), "without code that they give"),
        (Shown(("a", "b"), "about dance"), "of the 2 shown (about dance)"),
    ],
)
def test_a_condition_says_itself_in_plain_words(condition: Condition, words: str) -> None:
    assert described(condition) == words
