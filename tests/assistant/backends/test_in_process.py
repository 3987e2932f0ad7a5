"""What models in this process share: a text that ends where it is told to."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from assistant.backends.in_process import until

LETTERS = st.text("ab", max_size=6)


@example(["ab", "b"], ["abb", "b"])
@example(["ab", "a"], ["abb", "b"])
@given(st.lists(LETTERS, max_size=8), st.lists(LETTERS, max_size=3))
def test_a_text_ends_before_the_first_stop_however_it_is_cut(pieces: list[str], stop: list[str]) -> None:
    text = "".join(pieces)
    end = min((place for each in stop if each and (place := text.find(each)) >= 0), default=len(text))
    said = "".join(until(stop, iter(pieces)))
    assert said == text[:end]


def test_what_cannot_be_a_stop_any_more_is_said_at_once() -> None:
    said = until(["\n\n"], iter(["one\n", "two", "\n", "\nthree"]))
    assert list(said) == ["one", "\ntwo"]


def test_nothing_is_read_behind_the_stop() -> None:
    pieces = iter(["a", "b", "c"])
    assert list(until(["b"], pieces)) == ["a"]
    assert next(pieces) == "c"
