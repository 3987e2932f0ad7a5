"""What every command begins and ends with: the options, an open assistant, and one line for whatever goes wrong.

The assistant takes seconds to import (the model, Chroma), so that is done where it is opened: help, and the refusal of
a wrong path, come at once. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.errors import AssistantError
from assistant.settings import Settings, load_settings
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.answering import Assistant

INTERRUPTED = 130
"""What shells report for a program that Ctrl-C ended."""

# Cells; no table of ours needs as many. Tables do not stretch to the width they are given.
_WIDEST = 400

out = Console(highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

Index = Annotated[
    Path | None,
    typer.Option("--index", help="Folder of the index.  [default: FOOTNOTE_INDEX, else ./index]", show_default=False),
]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        help="What answers: auto, extractive, openai:MODEL, anthropic:MODEL, ollama:MODEL, llamacpp:FILE, local, … "
        "[default: FOOTNOTE_LLM, else auto]",
        show_default=False,
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Leave out sentences that the cited words do not support.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


def settings_with(index: Path | None, llm: str | None = None, strict: bool = False) -> Settings:
    """The settings of the environment with a command's options on top; SettingsError names a bad one."""
    return load_settings(index=index, llm=llm, strict=strict or None)


@contextmanager
def opened(settings: Settings) -> Iterator[Assistant]:
    """An assistant for the length of a command; AssistantError or IngestError with one line if there can be none."""
    from assistant.answering import open_assistant
    from ingest.index.checking import passed_over

    assistant = open_assistant(settings)
    for trouble in passed_over(settings.index):
        tell(trouble)
    try:
        yield assistant
    finally:
        assistant.index.close()


@contextmanager
def errors_as_lines() -> Iterator[None]:
    """Whatever a user can cause becomes one line on standard error and exit status 1 (130 for Ctrl-C)."""
    try:
        yield
    except (IngestError, AssistantError) as error:
        tell(str(error))
        raise typer.Exit(1) from error
    except KeyboardInterrupt as error:
        tell("interrupted")
        raise typer.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:  # the reader of our output has gone: nothing is left to say
        sys.stderr.close()
        raise typer.Exit(1) from error
    except OSError as error:
        tell(f"{error.filename or 'a file'}: {error.strerror or error}")
        raise typer.Exit(1) from error


def room() -> int | None:
    """The cells that a table on standard output may have: a terminal's width, or as many as it needs in a pipe."""
    return out.width if out.is_terminal else None


def show_table(table: Table) -> None:
    """Print a table whole: Rich takes a pipe to have 80 columns and cuts what does not fit into them."""
    console = out if room() else Console(file=out.file, width=_WIDEST, highlight=False)
    console.print(table)


def tell(message: str) -> None:
    """One line on standard error, under our name."""
    err.print(f"footnote: {escape(' '.join(message.split()))}")
