"""One paper's own view: its text, what was learned from it, where this conversation cites it, what is near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.bylines import byline
from assistant.export.references import papers_to_bibtex
from assistant.ui.base import texts
from assistant.ui.base.markdown import safe_html
from assistant.ui.base.templates import rendered
from assistant.ui.chat.feedback import Mark
from assistant.ui.chat.thread import Thread
from assistant.ui.library.marks import STATES
from ingest.extraction.profile import Facet
from ingest.extraction.roles import Role
from ingest.papers import Paper
from ingest.text.latex import plain_text
from ingest.text.orders import order_spans

if TYPE_CHECKING:
    from assistant.answering import Assistant


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an abstract, the traits that it is evidence of, and whether it tells its reader what to do."""

    text: str
    labels: tuple[str, ...]
    is_order: bool = False


def paper_html(assistant: Assistant, paper_id: str | None, thread: Thread, mark: Mark | None = None) -> str:
    """The view of a paper, or what stands there while none is open; AssistantError for an unknown id.

    `mark` is what its reader has noted on it; None where the page keeps no notes.
    """
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
        roles=roles_of(assistant, paper_id),
        record=record_of(paper),
        bibtex=papers_to_bibtex([paper]),
        mark=mark,
        note=safe_html(mark.note) if mark else "",
        states=STATES,
    )


def roles_of(assistant: Assistant, paper_id: str) -> list[tuple[str, list[str]]]:
    """The abstract by what its sentences do there, in the order in which an abstract tells it."""
    by_role: dict[Role, list[str]] = {role: [] for role in Role}
    for role, sentence in assistant.roles(paper_id):
        by_role[role].append(sentence)
    return [(texts.ROLES[role], said) for role, said in by_role.items() if said]


def record_of(paper: Paper) -> list[tuple[str, str]]:
    """All that is known of a paper beside its text, by name."""
    others = f" {texts.AND_OTHERS}" if paper.is_digest and paper.authors else ""
    known: dict[str, object] = {name: getattr(paper, name) for name in texts.RECORD}
    known["authors"] = ", ".join(paper.authors) + others
    known |= {"categories": ", ".join(paper.categories), "keywords": ", ".join(paper.keywords)}
    fields = [(words, str(known[name] or "")) for name, words in texts.RECORD.items()]
    fields += [(name.capitalize(), value) for name, value in paper.reference]
    return [(name, plain_text(value)) for name, value in fields if value]


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
