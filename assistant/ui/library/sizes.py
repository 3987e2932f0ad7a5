"""How much each dataset holds, as far as the sentence that introduces it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.composition.holdings import holdings_in
from assistant.ui.library.catalogue import Catalogue, Trait
from ingest.papers import Paper
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened

if TYPE_CHECKING:
    from assistant.answering import Assistant

LONGEST_NAME = 40
_DATASETS: frozenset[Trait] = frozenset({("brings", "dataset"), ("brings", "benchmark")})


@dataclass(frozen=True, slots=True)
class Size:
    """How many things a paper's dataset holds: as a number, and in the paper's words."""

    paper_id: str
    name: str
    count: float
    words: str


def sizes_of(catalogue: Catalogue) -> list[Size]:
    """The datasets whose size is told, largest first; one for each paper."""
    found = (_size(catalogue.assistant, item.paper) for item in catalogue.items if item.traits & _DATASETS)
    return sorted((size for size in found if size), key=lambda size: (-size.count, size.name))


def _size(assistant: Assistant, paper: Paper) -> Size | None:
    quotes = [facet.quote for facet in assistant.facets(paper.id) if (facet.name, facet.value) in _DATASETS]
    counts = [(count, words, quote) for quote in quotes for count, words in holdings_in(quote)]
    if not counts:
        return None
    count, words, quote = max(counts)
    named = [name for name in assistant.names(paper.id) if name in quote]
    return Size(paper.id, named[0] if named else shortened(plain_text(paper.title), LONGEST_NAME), count, words)
