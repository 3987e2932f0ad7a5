"""Facets that a question asks for, by the words that the lexicons of facets list for it."""

from __future__ import annotations

from assistant.query.plan import Facet
from ingest.lexicon import facet_entries


def facets_asked(text: str) -> list[tuple[str, Facet]]:
    """The facets that a text asks for, each with the words that do; words that one takes are not read again."""
    found: list[tuple[str, Facet]] = []
    rest = text
    for entry in facet_entries():
        if entry.asked is None:
            continue
        found += [(match[0], Facet(entry.name, entry.value, entry.label)) for match in entry.asked.finditer(rest)]
        rest = entry.asked.sub(" ", rest)
    return found
