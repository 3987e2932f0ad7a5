"""Quantities: what means the same is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.quantities import missing, quantities_in, spelled_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("300,000 songs", "300k songs"),
        ("2.2M clips", "2.2 million clips"),
        ("97\\% of", "97 percent of"),
        ("97% of", "97 per cent of"),
        ("3x faster", "three times faster"),
        ("3× faster", "3-fold faster"),
        ("two hundred thousand", "200K"),
        ("twenty-five", "25"),
        ("1.2B-parameter", "1.2 billion"),
        ("16.70 hours", "16.7 hours"),
        ("about 300,000", "298,713"),
    ],
)
def test_spellings_of_one_quantity(one: str, other: str) -> None:
    (claimed,), (stated,) = quantities_in(one), quantities_in(other)
    assert claimed.means(stated)


@pytest.mark.parametrize(
    ("one", "other"), [("97%", "79%"), ("97%", "97x"), ("300k", "300M"), ("10x", "10%"), ("7", "16")]
)
def test_different_quantities(one: str, other: str) -> None:
    (claimed,), (stated,) = quantities_in(one), quantities_in(other)
    assert not claimed.means(stated)


@pytest.mark.parametrize(
    "text", ["DITTO-2", "word2vec", "3D", "(1) first", "https://a.b/1", "the 1st", "MP3", "one of us"]
)
def test_what_is_no_quantity(text: str) -> None:
    assert quantities_in(text) == ()


def test_a_range_has_two_ends_of_one_unit() -> None:
    assert [(q.value, q.unit) for q in quantities_in("10-20x and 95.7% or 99.6%")] == [
        (10, "x"), (20, "x"), (95.7, "%"), (99.6, "%"),
    ]  # fmt: skip


def test_things_may_be_counted_unless_another_count_is_stated() -> None:
    assert not list(missing(quantities_in("two parts"), quantities_in("dance and genre")))
    assert [q.text for q in missing(quantities_in("two parts"), quantities_in("three parts"))] == ["two"]


@given(st.integers(0, 999_999_999))
def test_any_whole_number_is_read_with_and_without_commas(number: int) -> None:
    assert [q.value for q in quantities_in(f"has {number} songs")] == [number]
    assert [q.value for q in quantities_in(f"has {number:,} songs")] == [number]
    assert spelled_alike(f"has {number:,} songs") == f"has {number} songs"
