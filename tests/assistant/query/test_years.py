"""Years in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.plan import Years
from assistant.query.years import bare_year, years_in


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("published in 2022", Years(2022, 2022)),
        ("papers from 2022", Years(2022, 2022)),
        ("came out after 2022", Years(2023)),
        ("before 2016", Years(last=2015)),
        ("since 2021", Years(2021)),
        ("since January 2021", Years(2021)),
        ("after June 2021", Years(2021)),
        ("before June 2021", Years(last=2021)),
        ("from 2021 onwards", Years(2021)),
        ("2021 or later", Years(2021)),
        ("not before 2021", Years(2021)),
        ("up to 2020", Years(last=2020)),
        ("2020 or earlier", Years(last=2020)),
        ("between 2019 and 2021", Years(2019, 2021)),
        ("from 2019 to 2021", Years(2019, 2021)),
        ("2019-2021", Years(2019, 2021)),
        ("2019–2021", Years(2019, 2021)),
        ("in the last two years", Years(2023)),
        ("from the past 10 years", Years(2015)),
        ("this year", Years(2025, 2025)),
        ("from last year", Years(2024, 2024)),
        ("in the 1990s", Years(1990, 1999)),
        ("newer than 2019", Years(2020)),
        ("pre-2019", Years(last=2018)),
    ],
)
def test_years_are_read_in_plain_words(text: str, years: Years) -> None:
    assert [span.years for span in years_in(text, now=2025)] == [years]


@pytest.mark.parametrize(
    "text", ["ImageNet 2012", "for 2012.5 hours", "42", "12,400 citations", "in 20212", "GPT-2019"]
)
def test_a_number_that_is_no_year_of_publication_is_left_alone(text: str) -> None:
    assert not years_in(text)


def test_a_year_alone_is_a_year() -> None:
    assert bare_year(" 2021? ") == Years(2021, 2021)
    assert bare_year("2019-2021") == Years(2019, 2021)
    assert bare_year("42") is None


@given(st.text("in since2019 0-–to", max_size=30))
def test_spans_stand_in_the_text_and_do_not_overlap(text: str) -> None:
    ends = [0]
    for span in years_in(text):
        assert ends[-1] <= span.start < span.end <= len(text)
        ends.append(span.end)
