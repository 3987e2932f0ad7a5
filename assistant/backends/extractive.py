"""The extractive backend: answers in the papers' own words, with no model and no network."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.backends.base import Brief, Piece


class ExtractiveBackend:
    """Gives the quotes of the brief as they are: every sentence is exact, every marker is right."""

    name = "extractive"
    model = ""
    prompts: tuple[str, ...] = ()

    def write(self, brief: Brief) -> Iterator[Piece]:
        """One paragraph (or table row) at a time, so that the page fills as it does with a model."""
        for paragraph in brief.quotes.splitlines(keepends=True):
            yield Piece(text=paragraph)
