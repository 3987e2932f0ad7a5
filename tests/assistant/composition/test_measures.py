"""Values in numbers that a question asks for."""

from __future__ import annotations

import pytest

from assistant.composition.measures import measured_thing, states_measure, wants_figures


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("What dose was given?", "dose"),
        ("What is the batch size of ToadNet?", "batch size"),
        ("At which temperature do the seeds sprout?", "temperature"),
        ("Which toads were counted?", ""),
        ("Why was the dose raised?", ""),
    ],
)
def test_what_is_asked_in_numbers_is_known(question: str, thing: str) -> None:
    assert measured_thing(question) == thing


@pytest.mark.parametrize(
    ("thing", "sentence", "stated"),
    [
        ("dose", "Each toad got 5 mg of the drug.", True),
        ("dose", "The effect was dose-dependent in 5 toads.", False),
        ("batch size", "Large batch sizes need memory.", False),
        ("batch size", "A batch size of 32 was best.", True),
        ("accuracy", "It is right in 93% of cases.", True),
        ("threshold", "It is right in 93% of cases.", False),
    ],
)
def test_a_value_has_its_unit_or_stands_by_the_word(thing: str, sentence: str, stated: bool) -> None:
    assert states_measure(thing, [sentence], ()) is stated


def test_a_number_in_a_sentence_about_the_matter_is_a_value() -> None:
    sentence = "Toads further than 3 paces away were not counted."
    assert states_measure("distance", [sentence], [sentence])


def test_an_average_cannot_be_told_in_words() -> None:
    assert wants_figures("How old were the toads on average?") and not wants_figures("How old were the toads?")


def test_a_unit_that_no_list_has_is_one_all_the_same() -> None:
    assert states_measure("temperature", ["The final temperature is 1.8 rankine."], ())
    assert states_measure("temperature", ["Rubidium is cooled to 1.8 microkelvin."], ())
    assert not states_measure("temperature", ["Rubidium is cooled for 3 ms."], ())
