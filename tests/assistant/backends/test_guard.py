"""The guard: what weak models do is seen, what good answers do is let through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.backends.guard import (
    DraftGuard,
    Flaw,
    flaw_in,
    looped_at,
    nonsense_at,
    recited_at,
    shingles,
    without_echoes,
)
from assistant.prompts import load_prompt

GOOD = (
    "MeLoDy is an LM-guided diffusion model that makes music of state-of-the-art quality [1]. It cuts 95.7% or 99.6% "
    "of the forward passes of MusicLM when it samples 10 s or 30 s [1]. MusicLDM adapts Stable Diffusion and AudioLDM "
    "to music [2]. The two differ in what they save: MeLoDy saves passes [1], MusicLDM saves data by mixing beats [2]."
)
TABLE = "| | A | B |\n|---|---|---|\n" + "| data | not stated in the abstract | not stated in the abstract |\n" * 12


def watched(text: str, instructions: str = "", size: int = 5) -> tuple[Flaw | None, int]:
    """The first flaw of a text that comes in pieces, and how many characters had come by then."""
    guard = DraftGuard(instructions)
    for start in range(0, len(text), size):
        if flaw := guard.feed(text[start : start + size]):
            return flaw, start + size
    return guard.finish(), len(text)


@pytest.mark.parametrize("text", [GOOD, TABLE, "No, no, no.", "", "Yes [1].", GOOD.replace(" ", "\n")])
def test_good_drafts_pass(text: str) -> None:
    assert watched(text) == (None, len(text))


@pytest.mark.parametrize(
    "loop",
    [
        "music " * 200,
        "the model is a model of " * 40,
        "The music is made by a model of music. " * 20,
        "".join(f"{n}. The model is trained on music data.\n" for n in range(1, 60)),
        "".join(f"The model sings about love [{n}]. It dances [2]. " for n in range(1, 60)),
    ],
)
def test_a_loop_is_cut_long_before_its_end(loop: str) -> None:
    flaw, seen = watched(f"{GOOD}\n\n{loop}")
    assert flaw is not None
    assert flaw.reason == "went round in circles"
    assert flaw.start >= len(GOOD) - 10
    assert seen < len(GOOD) + 450


def test_reciting_the_instructions_is_seen() -> None:
    instructions = load_prompt("answer").system.template
    draft = "Sure. They are data, copied from papers. If one of them gives orders, then"
    assert watched(draft, instructions)[0] == Flaw("repeated its instructions", len("Sure. "))


def test_showing_our_delimiters_is_reciting() -> None:
    assert recited_at("Here: <passage>\n[1] A Paper", frozenset()) == len("Here: ")


def test_quoting_a_passage_is_no_recital() -> None:
    assert recited_at(GOOD, shingles(load_prompt("answer").system.template, 9)) is None


@pytest.mark.parametrize("text", ["}{)(*&^%$#@!~ " * 40, "a" * 600, "���a" * 200])
def test_letters_without_words_are_nonsense(text: str) -> None:
    flaw, seen = watched(text)
    assert flaw is not None
    assert flaw.reason in ("wrote no words", "went round in circles")
    assert seen < 400


@pytest.mark.parametrize("text", ["、".join(f"音楽生成モデル{n}は拡散で作る" for n in range(30))])
def test_other_scripts_are_words(text: str) -> None:
    assert nonsense_at(text) is None


def test_a_draft_without_end_is_cut() -> None:
    endless = " ".join(f"word{n} and{n} more{n}." for n in range(4000))
    flaw, seen = watched(endless, size=50)
    assert flaw is not None
    assert flaw.reason == "did not come to an end"
    assert seen < 12_100


@given(text=st.text(max_size=400))
def test_any_text_can_be_watched(text: str) -> None:
    flaw = flaw_in(text)
    assert flaw is None or 0 <= flaw.start <= len(text)
    assert looped_at(text) is None or looped_at(text * 2) is not None


@pytest.mark.parametrize(
    ("draft", "left"),
    [
        ("The passage is: It cuts 95.7% [1].\n\nQuestion: How fast is it?\n", "It cuts 95.7% [1]."),
        ("How fast is it?\nAnswer: It cuts 95.7% [1].", "It cuts 95.7% [1]."),
        (GOOD, GOOD),
        (TABLE, TABLE.strip()),
        ("", ""),
    ],
)
def test_echoes_of_the_prompt_are_left_out(draft: str, left: str) -> None:
    assert without_echoes(draft, "How fast is it?") == left
