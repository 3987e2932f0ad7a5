"""The names in a claim, by keys that their spellings share."""

from __future__ import annotations

import pytest

from assistant.verification.entities import initials_in, key_of, name_keys, names_claimed, own_names
from ingest.papers import Paper


@pytest.mark.parametrize(
    ("claim", "names"),
    [
        ("MeLoDy is faster than MusicLM.", {"MeLoDy", "MusicLM"}),
        ("Faster sampling is useful.", set()),
        ("It was tried in Atlantis.", {"Atlantis"}),
        ("See https://MeLoDy.example/page for more.", set()),
    ],
)
def test_names_are_told_from_words_and_addresses(claim: str, names: set[str]) -> None:
    assert set(names_claimed(claim).values()) == names


@pytest.mark.parametrize(
    ("one", "other"), [("LLMs", "LLM"), ("DITTO-2", "ditto2"), ("GAN-based", "GAN"), ("Muse's", "Muse")]
)
def test_spellings_share_a_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_two_words_in_a_row_are_a_name_too() -> None:
    assert key_of("ThemeTransformer") in name_keys("the Theme Transformer of 2021")


def test_initials_are_those_of_words_in_a_row() -> None:
    assert "mir" in initials_in("work on music information retrieval")


def test_what_a_paper_means_by_it() -> None:
    paper = Paper("a", "Muse: Writing Music", "We introduce Muse, which uses GANs.")
    assert key_of("Muse") in own_names(paper)
    assert key_of("GAN") not in own_names(paper)
