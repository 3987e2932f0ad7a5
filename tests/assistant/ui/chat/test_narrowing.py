"""Conditions of a chat: chips that say what is in force, set by a form or kept from a question."""

from dataclasses import replace

import pytest
from fake_assistant import FakeAssistant

from assistant.answers import Answer, Focus
from assistant.filters import Filters
from assistant.query.plan import And, Author, Available, Facet, Operation, QueryPlan, Resource, Subject, Years
from assistant.ui.chat.conditions import conditions_in, kept_from
from assistant.ui.chat.narrowing import (
    chips_of,
    filters_from_text,
    filters_to_text,
    narrowed_by_form,
    scope_html,
    without,
)

ASSISTANT: FakeAssistant = FakeAssistant()
ALL = Filters(
    frozenset({"2305.15719"}), 2021, 2024, True, frozenset({("input", "video"), ("output", "dance")}), "Lam", "ISMIR"
)


def test_every_condition_is_a_chip_and_dropping_each_leaves_none() -> None:
    chips = chips_of(ALL, ASSISTANT)  # type: ignore[arg-type]
    assert len(chips) == 7
    left = ALL
    for chip in chips:
        left = without(left, chip.kind, chip.value)
    assert left == Filters()
    assert without(ALL, "unknown", "") == ALL


def test_conditions_are_kept_as_text_and_what_cannot_be_read_narrows_nothing() -> None:
    assert filters_from_text(filters_to_text(ALL)) == ALL
    assert filters_to_text(Filters()) == ""
    for broken in ("", "{", '{"first_year": "soon"}', "[]"):
        assert filters_from_text(broken) == Filters()


@pytest.mark.parametrize("year", ["", "24", "20x4", "²⁰²⁴", "99999"])
def test_a_year_that_is_none_is_left_out(year: str) -> None:
    assert narrowed_by_form(Filters(), {"first": year}) == Filters()


def test_the_form_sets_what_it_has_and_leaves_chosen_papers() -> None:
    said = {"first": "2023", "author": " Max  Lam ", "facet": "input: video", "code": "1"}
    narrowed = narrowed_by_form(Filters(frozenset({"a"})), said)
    assert narrowed == Filters(frozenset({"a"}), 2023, None, True, frozenset({("input", "video")}), "Max Lam")


def test_what_a_question_asks_of_every_paper_can_be_kept() -> None:
    condition = And(
        (Years(2023, None), Subject("dance"), Facet("input", "video"), Available(Resource.CODE), Author("X"))
    )
    answer = Answer("", focus=Focus(plan=QueryPlan(Operation.LIST, condition)))
    chips = conditions_in(answer)
    assert [chip.value for chip in chips] == ["0", "2", "3", "4"]
    kept = Filters()
    for chip in chips:
        kept = kept_from(kept, answer, int(chip.value))
    assert kept == Filters(frozenset(), 2023, None, True, frozenset({("input", "video")}), "X")
    assert kept_from(kept, answer, 99) == kept == kept_from(kept, Answer(""), 0)


def test_hostile_conditions_stay_text() -> None:
    hostile = '"><img src=http://leak.example onerror=alert(1)>'
    html = scope_html(ASSISTANT, replace(ALL, author=hostile, venue=hostile), (hostile,))  # type: ignore[arg-type]
    assert "<img" not in html
