"""The sources panel: a card for each citation of each answer, with the quoted words marked in their abstract."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answers import Citation
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.ui import texts
from assistant.ui.templates import rendered
from ingest.papers import Paper

if TYPE_CHECKING:
    from assistant.answering import Assistant


@dataclass(frozen=True, slots=True)
class Marked:
    """An abstract cut in three: `before + quote + after` is the whole of it."""

    before: str
    quote: str
    after: str


def marked(citation: Citation) -> Marked:
    """The abstract of a citation's paper around its quote; the quote alone where the abstract has changed since."""
    abstract, start, end = citation.paper.abstract, citation.start, citation.end
    if abstract[start:end] != citation.quote:
        return Marked("", citation.quote, "")
    return Marked(abstract[:start], citation.quote, abstract[end:])


def byline(paper: Paper) -> str:
    """First author (with “et al.” where there are more) and year, as far as they are known."""
    author = paper.first_author or ""
    if len(paper.authors) > 1:
        author = texts.ET_AL.format(author)
    return ", ".join(filter(None, (author, str(paper.year or ""))))


def card_html(citation: Citation, group: int | str, fate: str = "") -> str:
    """One card; page.js finds it by its group (the turn of an answer, counted from 0) and number.

    `fate` tells what became of the paper since, if anything did.
    """
    return rendered(
        "card", citation=citation, paper=citation.paper, group=group, passage=marked(citation), byline=byline, fate=fate
    )


def fate_in(assistant: Assistant) -> Callable[[Paper], str]:
    """What became of a cited paper in the library: gone, changed, or nothing to tell."""

    def fate(paper: Paper) -> str:
        try:
            now = assistant.paper(paper.id)
        except AssistantError:
            return texts.PAPER_GONE
        return "" if now.abstract == paper.abstract else texts.PAPER_CHANGED

    return fate


def panel_html(conversation: Conversation, fate_of: Callable[[Paper], str] = lambda _: "") -> str:
    """The cards of every answer, grouped by turn; page.js shows one group, at first the last."""
    groups = {
        turn: [card_html(citation, turn, fate_of(citation.paper)) for citation in entry.answer.citations]
        for turn, entry in enumerate(conversation.turns)
    }
    return rendered("sources", groups=groups, shown=len(groups) - 1)
