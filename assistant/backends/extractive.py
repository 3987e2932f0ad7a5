"""The extractive backend: answers in the papers' own words, with no model and no network."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.backends.base import Brief, Piece


class ExtractiveBackend:
    """Says the parts of the brief as they are: every sentence is exact, every marker is right."""

    name = "extractive"
    model = ""
    prompts: tuple[str, ...] = ()
    understanding = None

    def write(self, brief: Brief) -> Iterator[Piece]:
        """One part at a time."""
        for part in brief.parts:
            yield Piece(part=part)
