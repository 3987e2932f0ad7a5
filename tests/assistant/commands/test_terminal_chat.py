"""The keyboard: what Ctrl-C and Ctrl-D do, and that what was typed is kept."""

from __future__ import annotations

from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from assistant.commands.chat import _history, _typed

CTRL_C, CTRL_D = "\x03", "\x04"


def typed(keys: str, path: Path) -> list[str]:
    with create_pipe_input() as keyboard:
        keyboard.send_text(keys)
        session: PromptSession[str] = PromptSession(input=keyboard, output=DummyOutput(), history=_history(path))
        return list(_typed(session))


def test_ctrl_c_takes_a_line_away_and_ctrl_d_leaves(tmp_path: Path) -> None:
    assert typed(f"What?\nnot this{CTRL_C}/help\n{CTRL_D}", tmp_path / "asked.txt") == ["What?", "/help"]


def test_what_was_typed_is_there_the_next_time(tmp_path: Path) -> None:
    typed(f"What is MeLoDy?\n{CTRL_D}", tmp_path / "asked.txt")
    up = "\x1b[A"
    assert typed(f"{up}\n{CTRL_D}", tmp_path / "asked.txt") == ["What is MeLoDy?"]


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    assert isinstance(_history(tmp_path / "none" / "asked.txt"), InMemoryHistory)
    assert isinstance(_history(tmp_path / "asked.txt"), FileHistory)
