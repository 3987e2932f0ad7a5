"""Ways from one tab to another: from papers to the chat, and from papers or answers to a comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.filters import Filters
from assistant.ui import texts
from assistant.ui.answer_view import filters_in_words
from assistant.ui.chat import ChatTab
from assistant.ui.compare import MOST_PAPERS, CompareTab
from assistant.ui.templates import rendered
from assistant.ui.thread import ALL_PAPERS, Thread
from ingest.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def cross(assistant: Assistant, clicks: gr.HTML, tabs: gr.Tabs, chat: ChatTab, compare: CompareTab) -> None:
    """Wire the ways between tabs."""
    steps = Crossings(assistant, compare)
    scope = [chat.filters, chat.scope]
    clicks.chat_only(steps.chat_only, chat.filters, [tabs, *scope], **_QUIET)
    clicks.all_papers(steps.all_papers, None, scope, **_QUIET)
    clicks.ask_about(steps.ask_about, None, [tabs, chat.box], **_QUIET)
    clicks.compare_papers(steps.compare_papers, None, [tabs, *compare.outputs], **_QUIET)
    clicks.open_comparison(steps.open_comparison, chat.thread, [tabs, *compare.outputs], **_QUIET)


class Crossings:
    """What is carried over, and which tab is opened."""

    def __init__(self, assistant: Assistant, compare: CompareTab) -> None:
        self.assistant = assistant
        self.compare = compare

    def chat_only(self, filters: Filters, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat, answering from these papers alone."""
        narrowed = replace(filters, paper_ids=frozenset(str(clicked.ids).split()))
        return gr.Tabs(selected="chat"), narrowed, scope_html(self.assistant, narrowed)

    def all_papers(self) -> tuple[Any, ...]:
        """The chat, answering from every paper again."""
        return ALL_PAPERS, scope_html(self.assistant, ALL_PAPERS)

    def ask_about(self, clicked: gr.EventData) -> tuple[Any, ...]:
        """The chat, with a question about this paper begun."""
        title = plain_text(self.assistant.paper(str(clicked.id)).title)
        return gr.Tabs(selected="chat"), texts.QUESTION_ABOUT.format(title)

    def compare_papers(self, clicked: gr.EventData) -> tuple[Any, ...]:
        """The first five of these papers side by side."""
        ids = str(clicked.ids).split()[:MOST_PAPERS]
        return gr.Tabs(selected="compare"), *self.compare.steps.compare(ids, None)

    def open_comparison(self, thread: Thread, clicked: gr.EventData) -> tuple[Any, ...]:
        """The comparison of an answer of the chat."""
        answer = thread.entries[int(clicked.turn)].answer
        return gr.Tabs(selected="compare"), *self.compare.steps.shown(answer.comparison)


def scope_html(assistant: Assistant, filters: Filters) -> str:
    """The line over the question box that tells which papers are asked; nothing while all are."""
    words = filters_in_words(filters)
    if len(filters.paper_ids) == 1:
        paper = assistant.paper(next(iter(filters.paper_ids)))
        words = words.replace(paper.id, plain_text(paper.title))
    return rendered("scope", words=words)
