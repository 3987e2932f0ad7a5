"""The query plan: it goes to JSON and back whole, and its conditions are joined flat."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.query.plan import (
    And,
    Author,
    Available,
    Condition,
    Mention,
    Not,
    Operation,
    Or,
    QueryPlan,
    Resource,
    Shown,
    Subject,
    Years,
    all_of,
    any_of,
    is_exact,
    leaves,
    plan_from_json,
    plan_to_json,
    subjects_in,
)

LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Author, st.text(max_size=12)),
    st.builds(Years, st.none() | st.integers(1900, 2100), st.none() | st.integers(1900, 2100)),
    st.builds(Mention, st.text(max_size=12)),
    st.builds(Subject, st.text(max_size=12)),
    st.builds(Available, st.sampled_from(Resource)),
    st.builds(Shown, st.lists(st.text(max_size=5), max_size=3).map(tuple)),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@given(st.builds(QueryPlan, st.sampled_from(Operation), st.none() | CONDITIONS))
def test_a_plan_comes_back_from_json_as_it_was(plan: QueryPlan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan


@given(CONDITIONS)
def test_subjects_are_leaves_of_their_condition(condition: Condition) -> None:
    assert set(subjects_in(condition)) <= {leaf.text for leaf in leaves(condition) if isinstance(leaf, Subject)}


def test_conditions_are_joined_flat_and_without_repetition() -> None:
    one, two = Author("A B"), Years(2020)
    assert all_of(one, None, And((two, one))) == And((one, two))
    assert any_of(one, Or((one, two))) == Or((one, two))
    assert all_of(one) == one
    assert all_of() is None


def test_what_must_be_judged_is_told_from_what_is_checked() -> None:
    assert is_exact(And((Author("A B"), Not(Mention("BERT")))))
    assert not is_exact(Or((Author("A B"), Subject("dance"))))


def test_an_excluded_subject_is_none_that_is_asked_for() -> None:
    assert subjects_in(And((Subject("dance"), Not(Subject("film"))))) == ("dance",)


@pytest.mark.parametrize(
    "text", ['{"operation": "dance"}', '{"operation": "list", "condition": {"type": "moon"}}', "{"]
)
def test_a_plan_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        plan_from_json(text)
