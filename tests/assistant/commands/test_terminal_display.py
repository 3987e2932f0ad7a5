"""An answer on a terminal: harmless, whole, and with everything that a reader must know."""

from __future__ import annotations

import io
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from assistant.answers import Answer, Citation, Claim, Details, Quotation, Support
from assistant.commands.display import show_answer, show_details, show_growing, show_source
from assistant.markup import visible
from ingest.papers import Paper
from ingest.passages import Passage

PAPER = Paper("1", "On *Speed*", "It is fast. It is \x1b[31mred.", ("Ada Lovelace", "B"), 2024, is_digest=True)
FAST = Citation(1, PAPER, "It is fast.", 0, 11)


def console(terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, highlight=False, color_system=None)


def shown(answer: Answer, terminal: bool = False) -> str:
    screen = console(terminal)
    show_answer(answer, screen)
    return screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_file_gets_markdown_and_a_terminal_gets_text() -> None:
    assert "**It** is" in shown(Answer("**It** is"))
    assert "**" not in shown(Answer("**It** is"), terminal=True)


def test_each_paper_is_named_once_with_all_its_numbers() -> None:
    also = Citation(2, PAPER, "It is", 12, 17)
    words = (Quotation(Passage("1", 0, 11, "It is fast.")), Quotation(Passage("1", 12, 17, "It is")))
    text = shown(Answer("> It is fast. [1] It is [2]", (FAST, also), parts=words))
    assert "[1][2] On *Speed* (Lovelace et al., 2024) digest" in text
    assert text.count("It is fast.") == 1


def test_a_quote_that_the_answer_does_not_have_is_shown() -> None:
    assert "[1] “It is fast.”" in shown(Answer("Quick [1].", (FAST,)))


def test_doubts_are_told() -> None:
    claim = Claim("It is slow.", (1,), Support.UNSUPPORTED, "slow is not there")
    assert "not carried by its quote: It is slow. (slow is not there)" in shown(Answer("It is slow.", claims=(claim,)))


def test_a_record_is_shown_with_nothing_set_off() -> None:
    screen = console(terminal=True)
    show_source(Citation(1, PAPER, PAPER.title, -1, -1), screen)
    assert "It is fast." in screen.file.getvalue()  # type: ignore[attr-defined]


@given(st.text())
def test_no_control_sequence_reaches_the_terminal(text: str) -> None:
    kept = visible(f"{text}\x1b]0;title\x07\x9b31m")
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in kept)
    assert "\x9b" not in kept
    assert "\x7f" not in kept


def test_a_source_is_shown_without_control_sequences() -> None:
    screen = console(terminal=True)
    show_source(FAST, screen)
    text = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "It is fast. It is [31mred." in text
    assert "\x1b[31m" not in text


def test_details_tell_what_was_searched_for_and_what_went_wrong() -> None:
    screen = console()
    details = Details(searched_for="What is X?", backend="ollama", model="small", notice="it was cut", seconds=1.234)
    show_details(Answer("", details=details), "What is it?", screen)
    first, second = screen.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert first == "searched for “What is X?” · ollama small · 1.2 s"
    assert second == "it was cut"


class Growing:
    """An answer that is interrupted when it has so many words, and knows whether it was closed."""

    def __init__(self, words: int) -> None:
        self.words = words
        self.closed = False

    def stream(self) -> Generator[Answer]:
        try:
            for count in range(1, self.words + 1):
                yield Answer("word " * count, complete=False)
            raise KeyboardInterrupt
        finally:
            self.closed = True


def test_an_interrupted_answer_stays_as_far_as_it_came() -> None:
    growing, screen = Growing(3), console()
    answer = show_growing(growing.stream(), screen)
    assert not answer.complete
    assert growing.closed
    assert "word word word" in screen.file.getvalue()  # type: ignore[attr-defined]
    assert "stopped before the end" in screen.file.getvalue()  # type: ignore[attr-defined]


def test_an_answer_that_was_not_begun_is_interrupted_altogether() -> None:
    with pytest.raises(KeyboardInterrupt):
        show_growing(Growing(0).stream(), console())
