"""`ask`: one question, one answer, its sources."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from assistant.commands.session import AsJson, Index, Llm, Strict, errors_as_lines, opened, out, settings_with, tell
from assistant.errors import AssistantError

_EMPTY = 'what is the question? For example: ask "What is MeLoDy?"'


def ask(
    question: Annotated[list[str], typer.Argument(help="The question, with or without quotation marks.")],
    as_json: AsJson = False,
    index: Index = None,
    llm: Llm = None,
    strict: Strict = False,
) -> None:
    """Answer one question, with its sources.

    On a terminal the answer is set as text; into a file or a pipe it goes as Markdown. With --json it is an object
    with text, abstained, citations (number, paper_id, title, quote, start, end) and how it came about.
    """
    with errors_as_lines():
        text = " ".join(question).strip()
        if not text:
            raise AssistantError(_EMPTY)
        with opened(settings_with(index, llm, strict)) as assistant:
            from assistant.commands.display import show_growing
            from assistant.export.records import full_record

            if as_json:
                typer.echo(json.dumps(full_record(text, assistant.ask(text)), ensure_ascii=False, indent=1))
                return
            answer = show_growing(assistant.stream(text), out)
            if answer.details.notice:
                tell(answer.details.notice)
            if not answer.complete:
                raise KeyboardInterrupt
