"""A comparison as a table, and the evidence behind its cells as cards."""

from __future__ import annotations

from assistant.answers import Comparison
from assistant.bylines import byline
from assistant.ui.base.templates import rendered
from assistant.ui.chat.source_cards import cards

# What ties the markers of the Compare tab to their cards, where an answer has the number of its turn.
GROUP = "compare"


def table_html(comparison: Comparison | None) -> str:
    """The table, aspects as rows and papers as columns; every stated cell leads to its evidence."""
    return rendered("comparison", comparison=comparison, group=GROUP, byline=byline)


def evidence_html(comparison: Comparison | None) -> str:
    """A card for each paper of the table, with all the words that it quotes."""
    shown = cards(comparison.citations, GROUP) if comparison else []
    return rendered("sources", groups={GROUP: shown} if shown else {}, shown=GROUP, scorable=False, hint="")
