"""`chat`: the keyboard, with history and completion, or a pipe, for a conversation at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.commands.session import Index, Llm, Strict, errors_as_lines, opened, out, settings_with, tell
from assistant.errors import AssistantError
from assistant.markup import visible
from ingest.errors import IngestError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import History

    from assistant.answering import Assistant
    from assistant.commands.dialogue import Dialogue

HISTORY_NAME = "asked.txt"
"""What was typed is kept in the index's folder: the next chat brings it back with the arrow keys."""

_PROMPT = "› "


def chat(index: Index = None, llm: Llm = None, strict: Strict = False) -> None:
    """Talk with the papers at the terminal; /help lists the commands.

    Ctrl-C stops an answer, Ctrl-D leaves. Questions and commands may as well come through a pipe, a line each; the exit
    status is then 1 if one of them could not be done.
    """
    with errors_as_lines():
        settings = settings_with(index, llm, strict)
        with opened(settings) as assistant:
            from assistant.commands.dialogue import Dialogue

            dialogue = Dialogue(assistant, out)
            if sys.stdin.isatty():
                _greet(assistant)
                _converse(dialogue, _typed(_session(dialogue, assistant, settings.index)))
            elif _converse(dialogue, _piped()):
                raise AssistantError("not all of it could be done")


def _greet(assistant: Assistant) -> None:
    why = f" ({assistant.why})" if assistant.why else ""
    papers = f"{len(assistant.papers()):,} papers"
    out.print(f"Footnote, {papers}{why}. /help lists the commands, Ctrl-D leaves.", markup=False)


def _converse(dialogue: Dialogue, lines: Iterator[str]) -> int:
    """Take line after line; the number of those that could not be done, each of which is told."""
    failed = 0
    for line in lines:
        try:
            dialogue.take(line)
        except (AssistantError, IngestError) as error:
            tell(str(error))
            failed += 1
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise
        if dialogue.over:
            break
    return failed


def _piped() -> Iterator[str]:
    """Lines from a pipe, shown as if they had been typed."""
    try:
        for line in filter(str.strip, sys.stdin):
            out.print(f"{_PROMPT}{visible(line.strip())}", markup=False, soft_wrap=True)
            yield line
            out.print()
    except UnicodeDecodeError as error:
        raise AssistantError("standard input is not UTF-8 text") from error


def _typed(session: PromptSession[str]) -> Iterator[str]:
    """Lines from the keyboard; Ctrl-C takes the line away, Ctrl-D ends."""
    while True:
        try:
            yield session.prompt(_PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _session(dialogue: Dialogue, assistant: Assistant, folder: Path) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.completion import NestedCompleter, PathCompleter, WordCompleter

    names = [name for paper in assistant.papers() for name in assistant.names(paper.id)]
    after = {"/compare": WordCompleter(names, ignore_case=True), "/export": PathCompleter(), "/open": PathCompleter()}
    commands = NestedCompleter.from_nested_dict({name: after.get(name) for name in dialogue.commands})
    return PromptSession(
        history=_history(folder / HISTORY_NAME),
        auto_suggest=AutoSuggestFromHistory(),
        completer=commands,
        complete_while_typing=False,
    )


def _history(path: Path) -> History:
    """The kept history, or one for this time alone where the folder cannot be written to."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(path)
