"""Filters: every condition must be met, and none lets everything through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.filters import Filters, narrowed
from assistant.query.plan import And, Or, Subject, Years
from ingest.papers import Paper

PAPER = Paper("a", "A title", "An abstract.", year=2023, code_url="https://example.org")
YEARS = st.none() | st.integers(1990, 2030)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(paper_ids=frozenset({"b"})),
        Filters(first_year=2024),
        Filters(last_year=2022),
        Filters(facets=frozenset({("family", "diffusion")})),
    ],
)
def test_a_condition_that_is_not_met_keeps_a_paper_out(filters: Filters) -> None:
    assert not filters.admit(PAPER)


def test_a_paper_without_code_is_kept_out_where_code_is_wanted() -> None:
    assert Filters(has_code=True).admit(PAPER)
    assert not Filters(has_code=True).admit(replace(PAPER, code_url=None))


def test_an_unknown_year_meets_no_condition_on_years() -> None:
    assert not Filters(first_year=1900).admit(replace(PAPER, year=None))


@given(st.builds(Paper, st.just("a"), st.just("A title"), st.just("An abstract."), year=YEARS))
def test_no_condition_lets_every_paper_through(paper: Paper) -> None:
    assert Filters().admit(paper)
    assert not Filters()


@given(YEARS, YEARS, st.integers(1990, 2030))
def test_years_admit_what_lies_between_them(first: int | None, last: int | None, year: int) -> None:
    admitted = Filters(first_year=first, last_year=last).admit(replace(PAPER, year=year))
    assert admitted == ((first is None or first <= year) and (last is None or year <= last))


def test_years_that_hold_of_all_papers_narrow_wherever_they_stand() -> None:
    since, dance = Years(first=2017), Subject("dance")
    assert narrowed(Filters(), And((dance, since))) == narrowed(Filters(), since) == Filters(first_year=2017)
    assert narrowed(Filters(first_year=2019), And((dance, since))) == Filters(first_year=2019)
    assert narrowed(Filters(), Or((dance, since))) == Filters()
