"""The sources panel: a card for each paper that an answer cites, all its quoted words marked in its abstract."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.answers import Citation
from assistant.bylines import byline
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.references import citation_keys
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from ingest.papers import Paper

if TYPE_CHECKING:
    from assistant.answering import Assistant

# A paper further down than this was found by other means than the ranking.
MOST_RANKED = 50


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of an abstract, and the numbers of the citations that quote it: none for what stands between."""

    text: str
    numbers: tuple[int, ...] = ()


def stretches(citations: Sequence[Citation]) -> list[Stretch]:
    """The abstract of the paper that these cite, cut where a quote begins or ends: joined, they are the abstract.

    Quotes of an abstract that has changed since stand alone, one after the other. A citation of the record marks
    nothing.
    """
    quotes = [citation for citation in citations if not citation.is_of_record]
    abstract = citations[0].paper.abstract
    if any(abstract[quote.start : quote.end] != quote.quote for quote in quotes):
        return [Stretch(quote.quote, (quote.number,)) for quote in quotes]
    cuts = sorted({0, len(abstract), *(q.start for q in quotes), *(q.end for q in quotes)})
    return [
        Stretch(abstract[start:end], tuple(q.number for q in quotes if q.start <= start and end <= q.end))
        for start, end in pairwise(cuts)
    ]


def cards(
    citations: Sequence[Citation],
    group: int | str,
    fate_of: Callable[[Paper], str] = lambda _: "",
    score_of: Callable[[Paper], str] = lambda _: "",
) -> list[str]:
    """A card for each paper that these cite, in order of first mention."""
    by_paper: dict[str, list[Citation]] = {}
    for citation in citations:
        by_paper.setdefault(citation.paper.id, []).append(citation)
    papers = [own[0].paper for own in by_paper.values()]
    return [
        card_html(own, group, fate=fate_of(paper), score=score_of(paper), key=key)
        for own, paper, key in zip(by_paper.values(), papers, citation_keys(papers), strict=True)
    ]


def card_html(  # noqa: PLR0913 (each is a part of the card)
    citations: Sequence[Citation],
    group: int | str,
    *,
    fate: str = "",
    score: str = "",
    active: int | None = None,
    key: str = "",
) -> str:
    """The card of one paper; page.js finds its tabs by their group (the turn of an answer, counted from 0) and number.

    `fate` tells what became of the paper since, if anything did, and `score` how it ranks, if that was asked for. With
    `active` the card is open, and that number's words are set off. `key` is what BibTeX calls the paper.
    """
    return rendered(
        "card",
        citations=citations,
        paper=citations[0].paper,
        group=group,
        stretches=stretches(citations),
        byline=byline,
        fate=fate,
        score=score,
        active=active,
        key=key,
    )


def fate_in(assistant: Assistant) -> Callable[[Paper], str]:
    """What became of a cited paper in the library: gone, changed, or nothing to tell."""

    def fate(paper: Paper) -> str:
        try:
            now = assistant.paper(paper.id)
        except AssistantError:
            return str(texts.PAPER_GONE)
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
        turn: cards(entry.answer.citations, turn, fate_of, scores.get(turn, lambda _: ""))
        for turn, entry in enumerate(conversation.turns)
    }
    return rendered("sources", groups=groups, shown=next(iter(scores), len(groups) - 1), scorable=True, hint="")
