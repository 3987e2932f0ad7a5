"""Markers: known ones in one spelling, unknown ones gone, whatever the pieces."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.markers import MarkerFilter, filter_markers, filtered, without_markers

KNOWN = (1, 2, 3)

# Texts made of what matters: brackets, numbers, links, blanks, and a few words between.
FRAGMENTS = st.sampled_from(
    [
        *("[", "]", "[[", "]]", "【", "】", "［", "］", "(", ")", "^", "†source", "passage ", "\n", ":", " ", "\t"),
        *("0", "1", "2", "9", "12", "2023", "02023", ", ", "-", "–", ";", " and ", "http://a.b/c", "word", "."),
        *("[1]", "[9]", "[1, 2]", "[^3]", "【2†source】", "[2023](https://a.b)", "[1](#here)", "[0, 1]"),
    ]
)
# What programs that read our answers take for a marker.
_BRACKETED = re.compile(r"\[(\d+(?:\s*[,;–-]\s*\d+)*)\]")
TEXTS = st.lists(FRAGMENTS, max_size=25).map("".join)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("It sings [1].", "It sings [1]."),
        ("both [1, 2]", "both [1][2]"),
        ("all [1-3]", "all [1][2][3]"),
        ("one and three [1; 3]", "one and three [1][3]"),
        ("[1 and 2] agree", "[1][2] agree"),
        ("a footnote[^2]", "a footnote[2]"),
        ("as said【1†source】", "as said[1]"),
        ("as said ［2］", "as said [2]"),
        ("twice [[1]]", "twice [1]"),
        ("[passage 2] says", "[2] says"),
        ("unknown [7].", "unknown."),
        ("half known [2, 7]", "half known [2]"),
        ("zero [0] is none", "zero is none"),
        ("once [1, 1]", "once [1]"),
        ("a long number [02023] is none", "a long number is none"),
        ("values in [0, 1] from [2019-2023]", "values in \\[0, 1\\] from \\[2019-2023\\]"),
        ("since [2023](https://a.b) or so", "since \\[2023\\](https://a.b) or so"),
        (f"no end [{'1' * 500}]", f"no end [ {'1' * 500}]"),
    ],
)
def test_every_spelling_becomes_one(written: str, shown: str) -> None:
    assert filter_markers(written, KNOWN) == shown


@pytest.mark.parametrize(
    "text",
    [
        "see [the paper](https://arxiv.org/abs/2302.03917)",
        "an [aside] and a list: - [ ] open, - [x] done",
        "![figure](/file.png) and [a][b]",
        "an open bracket [12 that never ends",
    ],
)
def test_what_is_no_marker_is_left_alone(text: str) -> None:
    assert filter_markers(text, KNOWN) == text


def test_an_address_that_a_model_hangs_on_a_known_marker_is_dropped() -> None:
    assert filter_markers("so it is [1](https://made.up/x), truly", KNOWN) == "so it is [1], truly"


def test_a_footnote_does_not_become_the_definition_of_a_link() -> None:
    assert filter_markers("Text [1].\n\n[1]: http://elsewhere", KNOWN) == "Text [1].\n\n[1] http://elsewhere"


@given(text=TEXTS, cuts=st.lists(st.integers(min_value=0, max_value=200), max_size=12))
def test_any_chunking_gives_the_same(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in itertools.pairwise(places)]
    assert "".join(filtered(pieces, KNOWN)) == filter_markers(text, KNOWN)


@given(text=TEXTS)
def test_letter_by_letter_gives_the_same(text: str) -> None:
    assert "".join(filtered(text, KNOWN)) == filter_markers(text, KNOWN)


@given(text=TEXTS)
def test_no_unknown_marker_passes(text: str) -> None:
    shown = filter_markers(text, KNOWN)
    assert {int(n) for group in _BRACKETED.findall(shown) for n in re.findall(r"\d+", group)} <= set(KNOWN)


def test_a_dropped_marker_leaves_no_new_one_behind() -> None:
    assert without_markers("[[9]7] and [ [9]7]") == "[ 7] and [ 7]"


def test_words_are_not_held_back() -> None:
    markers = MarkerFilter(KNOWN)
    assert markers.feed("No bracket here") == "No bracket here"
    assert markers.feed(" [a word") == " [a word"
