from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.text.tidy import tidy


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_tidy_text_is_one_line_without_surrogates(text: str) -> None:
    assert len(tidy(text).splitlines()) <= 1
    tidy(text).encode("utf-8")
