"""A reader's own notes on papers: written in the paper's view, found by the library's search, taken away as Markdown.

They are kept on disk beside the index, for each reader who logs in, and for the one at this machine; a page that is
open to everybody keeps none, since it would show them to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr

from assistant.bylines import byline
from assistant.errors import AssistantError
from assistant.markup import escaped
from assistant.ui.access.hosts import is_loopback
from assistant.ui.chat.feedback import Mark, Notes
from ingest.papers import Paper
from ingest.text.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

STATES = ("", "to read", "read")
LONGEST_NOTE, LONGEST_TAG, MOST_TAGS = 20_000, 40, 20


class Marks:
    """The notes of readers over one index."""

    def __init__(self, assistant: Assistant) -> None:
        self._notes = Notes(assistant.index.folder)
        self._is_own_machine = is_loopback(assistant.settings.host)

    def reader(self, request: gr.Request | None) -> str | None:
        """Whose notes a page shows; None where it keeps none."""
        named = request.username if request else None
        return named or ("" if self._is_own_machine else None)

    def of(self, reader: str | None) -> dict[str, Mark]:
        """All notes of a reader by paper; none where the page keeps none, or they cannot be read."""
        if reader is None:
            return {}
        try:
            return self._notes.marks(reader)
        except AssistantError:
            return {}

    def keep(self, reader: str | None, paper_id: str, mark: Mark) -> None:
        """Keep a note; AssistantError says why that is impossible."""
        if reader is not None:
            self._notes.mark(reader, paper_id, mark)

    def found(self, reader: str | None, query: str) -> frozenset[str]:
        """The ids of papers in whose note, tags or state every word stands."""
        words = query.casefold().split()
        if not words:
            return frozenset()
        said = {i: f"{m.note} {' '.join(m.tags)} {m.state}".casefold() for i, m in self.of(reader).items()}
        return frozenset(paper_id for paper_id, text in said.items() if all(word in text for word in words))


def mark_of(note: str, tags: str, state: str) -> Mark:
    """A note as it was typed: tags with commas between, each once."""
    told = dict.fromkeys(" ".join(tag.split())[:LONGEST_TAG] for tag in tags.split(","))
    kept = tuple(tag for tag in told if tag)[:MOST_TAGS]
    return Mark(note.strip()[:LONGEST_NOTE], kept, state if state in STATES else "")


def marks_to_markdown(marks: dict[str, Mark], paper_of: Callable[[str], Paper | None]) -> str:
    """All notes as one text, a heading a paper; a note stays the Markdown that its reader wrote."""
    parts = []
    for paper_id, mark in marks.items():
        paper = paper_of(paper_id)
        title = plain_text(paper.title) if paper else paper_id
        origin = f" ({escaped(byline(paper))})" if paper and byline(paper) else ""
        told = " · ".join(filter(None, (mark.state, ", ".join(mark.tags))))
        parts.append("\n\n".join(filter(None, (f"## {escaped(title)}{origin}", escaped(told), mark.note))))
    return "\n\n".join(parts) + "\n"
