"""Terms: what a text is searched by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.text.terms import PIECE, ngrams_of, stems_of, tokens_of, words_of


def test_stop_words_are_no_terms() -> None:
    assert tokens_of("What is it that they would do?") == []


def test_a_name_stands_whole_and_in_parts() -> None:
    assert tokens_of("DITTO-2") == ["ditto", "2", "ditto2", "=ditto2"]
    assert words_of("the CNNs of state-of-the-art") == ["CNN", "state", "art"]
    assert stems_of("generating melodies") == ["generat", "melodi"]


@given(st.text(max_size=80))
def test_pieces_are_runs_of_letters_of_one_word(text: str) -> None:
    assert all(0 < len(piece) <= PIECE and " " not in piece for piece in ngrams_of(text))
