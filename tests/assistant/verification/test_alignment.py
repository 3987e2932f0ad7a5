"""A number or a name that stands where the source has another one."""

from __future__ import annotations

import pytest

from assistant.verification.alignment import misplaced

SOURCE = "The dataset has 7 dance styles and 16 music genres. MeLoDy beats MusicLM in speed."


@pytest.mark.parametrize(
    ("claim", "pairs"),
    [
        ("It has 7 dance styles.", []),
        ("It has 16 dance styles.", [("16", "7")]),
        ("It has 16 music genres and 7 dance styles.", []),
        ("It is about dance.", []),
    ],
)
def test_a_number_belongs_to_what_it_counts(claim: str, pairs: list[tuple[str, str]]) -> None:
    assert list(misplaced(claim, SOURCE)) == pairs


def test_a_name_in_the_place_of_another_is_told() -> None:
    assert ("Mustango", "MeLoDy") in list(misplaced("Mustango beats MusicLM in speed.", SOURCE))
