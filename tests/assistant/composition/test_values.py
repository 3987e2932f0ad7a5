"""The number that a question asks for, as it stands in a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.composition.values import asked_value

TRIAL = "Between 2011 and 2014, 412 frail older patients in 9 clinics were followed for two years."


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("How many patients were followed?", TRIAL, "412 frail older patients"),
        ("How many clinics took part?", TRIAL, "9 clinics"),
        ("How long were they followed?", TRIAL, "two years"),
        ("By how much did the cost fall?", "The cost per patient fell by 640 euros, a decrease of 12%.", "640 euros"),
        ("How much does one lamp cost?", "In our 3 tests a lamp costs $12 to make.", "$12"),
        ("By how much did the cost per patient fall?", "We randomised 412 patients in 9 clinics.", ""),
        ("How old are the seeds?", "Seeds that were 2,000 years old germinated in 3 of 8 pots.", "2,000 years"),
        ("What percentage of seeds germinated?", "Of the seeds, 37.5% germinated.", "37.5%"),
        ("Why did they germinate?", "Seeds that were 2,000 years old germinated.", ""),
        ("How many frogs were there?", "There were many toads.", ""),
    ],
)
def test_the_number_beside_the_asked_words_is_the_value(question: str, sentence: str, value: str) -> None:
    assert asked_value(question, sentence) == value


@given(st.text(max_size=60), st.text(max_size=120))
def test_a_value_stands_in_its_sentence(question: str, sentence: str) -> None:
    assert asked_value(question, sentence) in sentence
