"""The sources panel: a card for each citation of each answer, with the quoted words marked in their abstract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answers import Citation
from assistant.bylines import byline
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from ingest.papers import Paper

if TYPE_CHECKING:
    from assistant.answering import Assistant

# A paper further down than this was found by other means than the ranking.
MOST_RANKED = 50


@dataclass(frozen=True, slots=True)
class Marked:
    """An abstract cut in three: `before + quote + after` is the whole of it."""

    before: str
    quote: str
    after: str


def marked(citation: Citation) -> Marked:
    """The abstract of a citation's paper around its quote; the quote alone where the abstract has changed since.

    A citation of the record marks nothing in it.
    """
    abstract, start, end = citation.paper.abstract, citation.start, citation.end
    if citation.is_of_record:
        return Marked(abstract, "", "")
    if abstract[start:end] != citation.quote:
        return Marked("", citation.quote, "")
    return Marked(abstract[:start], citation.quote, abstract[end:])


def card_html(citation: Citation, group: int | str, fate: str = "", score: str = "") -> str:
    """One card; page.js finds it by its group (the turn of an answer, counted from 0) and number.

    `fate` tells what became of the paper since, if anything did, and `score` how it ranks, if that was asked for.
    """
    return rendered(
        "card",
        citation=citation,
        paper=citation.paper,
        group=group,
        passage=marked(citation),
        byline=byline,
        fate=fate,
        score=score,
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


def scores_of(assistant: Assistant, question: str) -> Callable[[Paper], str]:
    """How each paper ranks for a question, and with what score, in words."""
    hits = assistant.search(question, limit=MOST_RANKED)
    words = {hit.paper.id: texts.RANK_AND_SCORE.format(rank, hit.score) for rank, hit in enumerate(hits, 1)}
    return lambda paper: words.get(paper.id, texts.NOT_RANKED)


def panel_html(
    conversation: Conversation,
    fate_of: Callable[[Paper], str] = lambda _: "",
    scores: Mapping[int, Callable[[Paper], str]] | None = None,
) -> str:
    """The cards of every answer, grouped by turn; page.js shows one group, at first the last, or the scored one."""
    scores = scores or {}
    groups = {
        turn: [
            card_html(c, turn, fate_of(c.paper), scores[turn](c.paper) if turn in scores else "")
            for c in entry.answer.citations
        ]
        for turn, entry in enumerate(conversation.turns)
    }
    return rendered("sources", groups=groups, shown=next(iter(scores), len(groups) - 1), scorable=True)
