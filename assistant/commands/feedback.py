"""`feedback`: what readers of the page thought of its answers."""

from __future__ import annotations

import typer

from assistant.commands.session import Index, errors_as_lines, settings_with


def feedback(index: Index = None) -> None:
    """Write readers' verdicts as JSON Lines, oldest first.

    Each has verdict (like, dislike or a reason), question, answer, cited (ids of papers), backend and index_version.
    """
    with errors_as_lines():
        from assistant.ui.chat.feedback import Notes

        for line in Notes(settings_with(index).index).feedback_lines():
            typer.echo(line)
