"""Ways from one tab to another: from papers to the chat, and from papers or answers to a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.filters import Filters
from assistant.query.question import MOST_COMPARED
from assistant.ui.base import texts
from assistant.ui.chat.conditions import kept_from
from assistant.ui.chat.narrowing import NARROW_FIELDS, narrowed_by_form, without
from assistant.ui.chat.tab import ChatTab
from assistant.ui.chat.thread import ALL_PAPERS, Thread
from assistant.ui.library.catalogue import Wish
from assistant.ui.library.news_view import NewsSteps
from assistant.ui.library.tab import LibrarySteps, LibraryTab
from assistant.ui.map.atlas import Atlases
from assistant.ui.map.tab import MapTab
from assistant.ui.table.grid_view import Grid
from assistant.ui.table.tab import CHOSEN, LAST_ANSWER, PICKED, TableTab
from ingest.text.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

# Gradio scrambles what it keeps in a browser with a key that it also sends there: it must only stay the same.
_SINCE_KEY, _SINCE_SECRET = "footnote-news-since", "footnote-16-chars"
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def cross(steps: Crossings, clicks: gr.HTML, tabs: gr.Tabs, chat: ChatTab) -> None:
    """Wire the ways between tabs."""
    scope = [chat.filters, chat.scope]
    clicks.chat_only(steps.chat_only, chat.filters, [tabs, *scope], **_QUIET)
    clicks.all_papers(steps.all_papers, None, scope, **_QUIET)
    clicks.drop_condition(steps.drop_condition, chat.filters, scope, **_QUIET)
    clicks.narrow_chat(steps.narrow, chat.filters, scope, **_QUIET)
    clicks.keep_condition(steps.keep_condition, [chat.filters, chat.thread], scope, **_QUIET)
    clicks.ask_about(steps.ask_about, None, [tabs, chat.box], **_QUIET)


def cross_from_map(assistant: Assistant, chart: MapTab, tabs: gr.Tabs, chat: ChatTab, library: LibraryTab) -> None:
    """Wire the ways from the map to the chat and to the library."""
    steps = MapCrossings(assistant, chart.atlases, LibrarySteps(assistant))
    chart.map.scope_points(steps.scope, chat.filters, [tabs, chat.filters, chat.scope, chart.map], **_QUIET)
    seen = [library.table, library.wish, library.paper, library.opened]
    chart.map.open_point(steps.open, [library.wish, chat.thread], [tabs, *seen, chart.map], **_QUIET)


def cross_to_table(clicks: gr.HTML, tabs: gr.Tabs, chat: ChatTab, table: TableTab) -> None:
    """Wire the ways from papers and answers to a table."""

    def of_papers(grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        return gr.Tabs(selected="table"), PICKED, *table.steps.of_ids(str(clicked.ids).split(), grid)

    def of_answer(thread: Thread, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        papers = thread.entries[int(clicked.turn)].answer.papers
        return gr.Tabs(selected="table"), LAST_ANSWER, *table.steps.of_papers(papers, grid)

    def side_by_side(grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        ids = str(clicked.ids).split()
        drawn = table.steps.compared(ids, grid)
        return gr.Tabs(selected="table"), CHOSEN if len(ids) <= MOST_COMPARED else PICKED, *drawn

    def comparison_of_answer(thread: Thread, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        comparison = thread.entries[int(clicked.turn)].answer.comparison
        return gr.Tabs(selected="table"), CHOSEN, *table.steps.of_comparison(comparison, grid)

    clicks.tabulate_papers(of_papers, table.grid, [tabs, table.rows, *table.outputs], **_QUIET)
    clicks.compare_papers(side_by_side, table.grid, [tabs, table.rows, *table.outputs], **_QUIET)
    clicks.open_comparison(
        comparison_of_answer, [chat.thread, table.grid], [tabs, table.rows, *table.outputs], **_QUIET
    )
    clicks.tabulate_answer(of_answer, [chat.thread, table.grid], [tabs, table.rows, *table.outputs], **_QUIET)


def cross_news(  # noqa: PLR0913, PLR0917 (each is a part of the page)
    page: gr.Blocks, steps: NewsSteps, header: gr.HTML, clicks: gr.HTML, tabs: gr.Tabs, library: LibraryTab, key: str
) -> None:
    """Tell of what came since one was here: when the page is opened, when the library changed, and when asked for.

    `key` is that of the library.
    """
    since = gr.BrowserState("", storage_key=f"{_SINCE_KEY}{'-' if key else ''}{key}", secret=_SINCE_SECRET)
    told = [header, library.news, since]

    def opened(wish: Wish, paper: str | None) -> tuple[Any, ...]:
        return gr.Tabs(selected="library"), *library.steps.open_tab(wish, paper)

    shown = [tabs, library.table, library.wish, library.traits, library.charts]
    page.load(steps.show, since, told, **_QUIET)
    for changed in library.changed:
        changed.then(steps.show, since, told, **_QUIET)
    clicks.news_seen(steps.seen, None, told, **_QUIET)
    clicks.open_news(opened, [library.wish, library.opened], shown, **_QUIET)


class MapCrossings:
    """From points to papers. A map that was drawn before the library changed is drawn anew instead."""

    def __init__(self, assistant: Assistant, atlases: Atlases, library: LibrarySteps) -> None:
        self.assistant = assistant
        self.atlases = atlases
        self.library = library

    def scope(self, filters: Filters, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat, answering from the chosen points alone."""
        ids = self._ids(clicked.places, clicked.version)
        if ids is None:
            return gr.skip(), gr.skip(), gr.skip(), self.assistant.index.version
        narrowed = replace(filters, paper_ids=frozenset(ids))
        return gr.Tabs(selected="chat"), narrowed, self.library.scope(narrowed), gr.skip()

    def open(self, wish: Wish, thread: Thread, request: gr.Request, clicked: gr.EventData) -> tuple[Any, ...]:
        """The library, with the paper of this point open."""
        ids = self._ids([clicked.place], clicked.version)
        if ids is None:
            return *(gr.skip() for _ in range(5)), self.assistant.index.version
        return gr.Tabs(selected="library"), *self.library.opened(wish, thread, ids[0], request), gr.skip()

    def _ids(self, places: Sequence[int], version: str) -> list[str] | None:
        atlas = self.atlases.current()
        if version != self.assistant.index.version:
            gr.Warning(texts.MAP_CHANGED)
            return None
        return [atlas.ids[place] for place in places]


class Crossings:
    """What is carried over, and which tab is opened."""

    def __init__(self, assistant: Assistant, library: LibrarySteps) -> None:
        self.assistant = assistant
        self._scope = library.scope

    def chat_only(self, filters: Filters, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat, answering from these papers alone."""
        narrowed = replace(filters, paper_ids=frozenset(str(clicked.ids).split()))
        return gr.Tabs(selected="chat"), narrowed, self._scope(narrowed)

    def all_papers(self) -> tuple[Any, ...]:
        """The chat, answering from every paper again."""
        return ALL_PAPERS, self._scope(ALL_PAPERS)

    def drop_condition(self, filters: Filters, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat without one of its conditions."""
        left = without(filters, str(clicked.kind), str(clicked.value))
        return left, self._scope(left)

    def narrow(self, filters: Filters, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat with the conditions of the form."""
        said = {name: str(getattr(clicked, name, "") or "") for name in NARROW_FIELDS}
        narrowed = narrowed_by_form(filters, said)
        return narrowed, self._scope(narrowed)

    def keep_condition(self, filters: Filters, thread: Thread, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat with a condition of a question, which holds from now on."""
        narrowed = kept_from(filters, thread.entries[int(clicked.turn)].answer, int(clicked.value))
        return narrowed, self._scope(narrowed)

    def ask_about(self, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat, with a question about this paper begun, or the one that was offered."""
        if offered := str(getattr(clicked, "question", "") or ""):
            return gr.Tabs(selected="chat"), offered
        title = plain_text(self.assistant.paper(str(clicked.id)).title)
        return gr.Tabs(selected="chat"), texts.QUESTION_ABOUT.format(title)
