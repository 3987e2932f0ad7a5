"""One paper's own view: its text, what was learned from it, where this conversation cites it, what is near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.bylines import byline
from assistant.ui.base.templates import rendered
from assistant.ui.chat.thread import Thread
from ingest.extraction.profile import Facet
from ingest.text.orders import order_spans

if TYPE_CHECKING:
    from assistant.answering import Assistant


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an abstract, the traits that it is evidence of, and whether it tells its reader what to do."""

    text: str
    labels: tuple[str, ...]
    is_order: bool = False


def paper_html(assistant: Assistant, paper_id: str | None, thread: Thread) -> str:
    """The view of a paper, or what stands there while none is open; AssistantError for an unknown id."""
    if paper_id is None:
        return rendered("paper", paper=None)
    paper = assistant.paper(paper_id)
    facets = assistant.facets(paper_id)
    return rendered(
        "paper",
        paper=paper,
        byline=byline,
        pieces=pieces_of(paper.abstract, facets),
        names=assistant.names(paper_id),
        facets=facets,
        cited=cited_in(thread, paper_id),
        neighbours=assistant.neighbours(paper_id),
    )


def pieces_of(abstract: str, facets: Sequence[Facet]) -> list[Piece]:
    """The abstract cut where evidence begins or ends; the texts of the pieces joined are the abstract."""
    spans = [facet for facet in facets if 0 <= facet.start < facet.end <= len(abstract)]
    orders = order_spans(abstract)
    ends = (place for span in orders for place in span)
    cuts = sorted({0, len(abstract), *(f.start for f in spans), *(f.end for f in spans), *ends})
    return [
        Piece(
            abstract[start:end],
            tuple(f"{f.name}: {f.value}" for f in spans if f.start <= start and end <= f.end),
            any(first <= start and end <= last for first, last in orders),
        )
        for start, end in pairwise(cuts)
    ]


def cited_in(thread: Thread, paper_id: str) -> list[tuple[str, str]]:
    """The questions whose answers cite this paper, each with the words it cites."""
    return [
        (entry.question, citation.quote)
        for entry in thread.entries
        for citation in entry.answer.citations
        if citation.paper.id == paper_id
    ]
