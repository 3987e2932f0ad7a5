"""What other programs can ask of Footnote: five plain functions, the same for Gradio's API and for MCP.

    ask             a question, answered with citations
    search          the passages that fit some words best
    compare         two to five papers side by side
    list_papers     the library, a page at a time
    get_paper       one paper with what was learned from it

Their signatures and docstrings are what callers are shown; results are plain JSON. Many callers show what they get as
Markdown, or hand it to a model: texts of records leave as harmless as those of models do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.answers import Answer
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.escaping import safe_address
from assistant.export.records import answer_record
from assistant.filters import Filters
from assistant.generation.harmless import harmless, links_of
from assistant.ui.table.paper_choices import has_words
from ingest.papers import Paper

if TYPE_CHECKING:
    from assistant.answering import Assistant

Record = dict[str, Any]
Tool = Callable[..., Any]

MOST_HITS = 50
MOST_LISTED = 200


class Tools:
    """The five functions over an assistant. They raise AssistantError with one line that names the mend."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def by_name(self) -> dict[str, Tool]:
        """All five."""
        tools = (self.ask, self.search, self.compare, self.list_papers, self.get_paper)
        return {tool.__name__: tool for tool in tools}

    def ask(self, question: str, paper_ids: list[str] | None = None) -> Record:
        """Answer a question from the papers, every claim cited to the exact words it rests on.

        Args:
            question: What to ask, in plain English.
            paper_ids: Answer from these papers alone; all of them when empty.
        """
        return harmless_record(self._assistant.ask(question, Conversation(), _only(paper_ids)))

    def search(self, question: str, limit: int = 10, paper_ids: list[str] | None = None) -> list[Record]:
        """Find the passages that fit a question best, one for each paper, best first.

        Args:
            question: What to look for: words, a name, or a question.
            limit: How many papers to return, at most 50.
            paper_ids: Search these papers alone; all of them when empty.
        """
        hits = self._assistant.search(question, _only(paper_ids), _within(limit, MOST_HITS, "limit"))
        return [
            {
                **_brief(hit.paper),
                "passage": harmless(hit.passage.text, links_of([hit.paper])),
                "score": round(hit.score, 4),
            }
            for hit in hits
        ]

    def compare(self, paper_ids: list[str], aspects: list[str] | None = None) -> Record:
        """Compare two to five papers: for each aspect the words of their abstracts, or null where one says nothing.

        Args:
            paper_ids: The papers, by the ids that list_papers and search return.
            aspects: What to compare, such as "data" or "results"; the usual aspects when empty.
        """
        comparison = self._assistant.compare(paper_ids, aspects or ()).comparison
        if comparison is None:
            raise AssistantError("these papers could not be compared")
        links = links_of(comparison.papers)
        return {
            "papers": [_brief(paper) for paper in comparison.papers],
            "aspects": [harmless(aspect) for aspect in comparison.aspects],
            "cells": [
                [harmless(cell.text, links) if cell.stated else None for cell in row] for row in comparison.cells
            ],
        }

    def list_papers(self, query: str = "", limit: int = 50, offset: int = 0) -> Record:
        """List the papers of the library, or those whose title, first author or id has all words of a query.

        Args:
            query: Words to look for; empty lists every paper.
            limit: How many to return, at most 200.
            offset: How many to pass over first.
        """
        words = query.casefold().split()
        fitting = [paper for paper in self._assistant.papers() if has_words(paper, words)]
        page = fitting[max(offset, 0) :][: _within(limit, MOST_LISTED, "limit")]
        return {"total": len(fitting), "papers": [_brief(paper) for paper in page]}

    def get_paper(self, paper_id: str) -> Record:
        """One paper: its abstract, links, the names it introduces, its facets, and the papers nearest to it.

        Args:
            paper_id: An id that list_papers or search returned.
        """
        paper = self._assistant.paper(paper_id)
        links = links_of([paper])
        return {
            **_brief(paper),
            "abstract": harmless(paper.abstract, links),
            "is_digest": paper.is_digest,
            "authors": [harmless(author) for author in paper.authors],
            "link": _address(paper.link),
            "code": _address(paper.code_url),
            "names": [harmless(name) for name in self._assistant.names(paper_id)],
            "facets": [
                {"name": facet.name, "value": harmless(facet.value, links), "quote": harmless(facet.quote, links)}
                for facet in self._assistant.facets(paper_id)
            ],
            "nearest": [_brief(near) for near in self._assistant.neighbours(paper_id)],
        }


def _only(paper_ids: list[str] | None) -> Filters:
    return Filters(paper_ids=frozenset(paper_ids or ()))


def _within(value: int, most: int, name: str) -> int:
    if not 1 <= value <= most:
        raise AssistantError(f"{name} must be 1 to {most}, not {value}")
    return value


def harmless_record(answer: Answer) -> Record:
    """An answer as it is written out, with titles and quotes that open nothing; its text is harmless already."""
    record = answer_record(answer)
    links = links_of(citation.paper for citation in answer.citations)
    for citation in record["citations"]:
        citation |= {key: harmless(citation[key], links) for key in ("title", "quote")}
    return record


def _brief(paper: Paper) -> Record:
    author = paper.first_author
    return {
        "id": paper.id,
        "title": harmless(paper.title),
        "first_author": harmless(author) if author else author,
        "year": paper.year,
    }


def _address(address: str | None) -> str | None:
    return safe_address(address) or None if address else address
