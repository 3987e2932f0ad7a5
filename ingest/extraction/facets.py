"""Facets: traits of a paper that questions over a whole library ask for, each with the words that support it.

A trait is read from the title and from the sentences in which a paper speaks of itself; what it says of earlier work
is left aside. The phrases are data (`ingest/lexicons/*.toml`): general ones, and those of a field, which are looked
for only in papers of that field. A paper in which nothing is found has no facet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ingest.extraction.names import names_of
from ingest.extraction.profile import Facet, Name
from ingest.lexicon import FacetEntry, facet_entries, lexicon
from ingest.papers import Paper
from ingest.passages import Span, sentence_spans

# Raised when the same word lists show other facets than before, so that an older index is known as such.
FACET_SCHEME = 1

TITLE = -1  # the place of a quote that stands in the title

_WORDS = lexicon("en.facets")
_OWN = _WORDS.pattern("own")
_OTHERS = re.compile(rf"^(?:{_WORDS.pattern('others_first').pattern})|{_WORDS.pattern('others').pattern}", re.I)
# Words that undo a trait stand at most this many characters from those that show it.
_COMPANY = 30
# Words of a field must stand in a paper's title or this often in its abstract for the facets of that field.
_MENTIONS_OF_FIELD = 2


def facets_of(paper: Paper, names: Sequence[Name] | None = None) -> tuple[Facet, ...]:
    """The facets of a paper, each value once, with the first words that show it; `names` are its own, if known."""
    entries = _entries_for(paper)
    found: dict[tuple[str, str], Facet] = {}
    for quote, (start, end), own in _stretches(paper, names_of(paper) if names is None else names):
        lowered = quote.lower()
        for entry in entries:
            key = (entry.name, entry.value)
            if key not in found and (own or entry.anywhere) and _shows(entry, lowered):
                found[key] = Facet(entry.name, entry.value, quote, start, end)
    return tuple(found.values())


def _stretches(paper: Paper, names: Sequence[Name]) -> Iterator[tuple[str, Span, bool]]:
    """The title, then each sentence with its place and whether the paper speaks of itself in it."""
    yield paper.title, (TITLE, TITLE), True
    introduced = [name.text for name in names if name.introduced]
    begun = False
    for start, end in sentence_spans(paper.abstract):
        sentence = paper.abstract[start:end]
        named = any(name in sentence for name in introduced)
        own = named or ((begun or bool(_OWN.search(sentence))) and not _OTHERS.search(sentence))
        begun = begun or own  # once a paper has come to itself it stays there, but for a look aside
        yield sentence, (start, end), own


def _entries_for(paper: Paper) -> list[FacetEntry]:
    """The facets to look for: those of any field, and those of the fields that the paper speaks of."""
    title, abstract = paper.title.lower(), paper.abstract.lower()
    of_field = {gate: _is_of_field(gate, title, abstract) for gate in {entry.papers for entry in facet_entries()}}
    return [entry for entry in facet_entries() if of_field[entry.papers]]


def _is_of_field(words: re.Pattern[str] | None, title: str, abstract: str) -> bool:
    if words is None or words.search(title):
        return True
    return len(list(islice(words.finditer(abstract), _MENTIONS_OF_FIELD))) == _MENTIONS_OF_FIELD


def _shows(entry: FacetEntry, quote: str) -> bool:
    """Whether the words that show the trait stand in the quote, and not only next to words that undo it."""
    for found in entry.shows.finditer(quote) if entry.shows else ():
        around = quote[max(0, found.start() - _COMPANY) : found.end() + _COMPANY]
        if entry.unless is None or not entry.unless.search(around):
            return True
    return False
