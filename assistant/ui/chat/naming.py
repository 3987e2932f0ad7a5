"""What is offered while a question is typed: papers behind an “@”, commands behind a “/” at its beginning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import gradio as gr

from assistant.bylines import byline
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.table.paper_choices import has_words
from ingest.papers import Paper
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened

if TYPE_CHECKING:
    from assistant.answering import Assistant

MOST_OFFERED, LONGEST_HINT = 8, 70


@dataclass(frozen=True, slots=True)
class Item:
    """What may be chosen: the name that is written, or a command; and what it is."""

    name: str
    hint: str
    command: str = ""


class NamingSteps:
    """What the question box offers."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def offer(self, clicked: gr.EventData) -> str:
        """The list for what was typed, with its sign."""
        query = str(clicked.query)
        items = self._commands(query[1:]) if query.startswith("/") else self._papers(query[1:])
        return rendered("offered", items=list(islice(items, MOST_OFFERED)), query=query)

    def _commands(self, begun: str) -> Iterator[Item]:
        for command, hint in texts.COMMANDS.items():
            if command.startswith(begun.casefold()):
                yield Item(f"/{command}", hint, command)

    def _papers(self, typed: str) -> Iterator[Item]:
        words = typed.casefold().split()
        for paper in self.assistant.papers():
            named = next((name for name in self.assistant.names(paper.id) if _begins(name, words)), "")
            if named or has_words(paper, words):
                yield Item(named or f"“{plain_text(paper.title)}”", self._hint(paper))

    @staticmethod
    def _hint(paper: Paper) -> str:
        return " · ".join(filter(None, (shortened(plain_text(paper.title), LONGEST_HINT), byline(paper))))


def _begins(name: str, words: list[str]) -> bool:
    """Whether a name begins with what was typed."""
    return bool(words) and name.casefold().startswith(" ".join(words))
