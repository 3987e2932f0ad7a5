"""The sidebar: conversations kept from one visit to the next, and what they can be taken away as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.export.formats import CONVERSATION_FORMATS
from assistant.filters import Filters
from assistant.ui.base import texts
from assistant.ui.base.bridge import download
from assistant.ui.base.switch import Switch
from assistant.ui.base.templates import rendered
from assistant.ui.chat.archive import Archive, archive_from, archive_to, new_id
from assistant.ui.chat.asking import Runs
from assistant.ui.chat.feedback import Notes
from assistant.ui.chat.narrowing import filters_from_text, filters_to_text
from assistant.ui.chat.tab import ChatTab, redraw
from assistant.ui.chat.thread import ALL_PAPERS, Thread
from ingest.identifiers import slug

if TYPE_CHECKING:
    from assistant.answering import Assistant

# Gradio scrambles what it keeps in a browser with a key that it also sends there: it must only stay the same.
_STORAGE_KEY, _STORAGE_SECRET = "footnote-conversations", "footnote-16-chars"
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class Sidebar:
    """The parts of the sidebar."""

    new: gr.Button
    search: gr.Textbox
    kept: gr.HTML
    name: gr.Textbox
    saves: dict[str, gr.Button]
    stored: gr.BrowserState
    current: gr.State

    @property
    def corpus(self) -> list[Any]:
        """What every step needs to know."""
        return [self.stored, self.search, self.current]

    @property
    def drawn(self) -> list[Any]:
        """What every step draws anew."""
        return [self.kept, self.name]


def sidebar(llm: gr.Dropdown, switch: Switch) -> Sidebar:
    """Lay the sidebar out; `wire` brings it to life once the chat is there. `llm` picks who answers."""
    with gr.Sidebar(open=False, width=300, elem_id="sidebar"):
        gr.HTML(rendered("sidebar-head"), apply_default_css=False)
        new = gr.Button(texts.NEW_CHAT, variant="primary", elem_id="new-chat", size="md")
        search = gr.Textbox(label=texts.FIND_CONVERSATION, elem_id="find-conversation")
        kept = gr.HTML(rendered("conversations", kept=(), current=None, searching=False), apply_default_css=False)
        name = gr.Textbox(
            label=texts.NAME_OF_CONVERSATION, elem_id="conversation-name", interactive=True, visible=False
        )
        with gr.Accordion(texts.TAKE_AWAY, open=False, elem_id="take-away"), gr.Row():
            saves = {suffix: _save_button(suffix) for suffix in CONVERSATION_FORMATS}
        with gr.Accordion(texts.SETTINGS, open=False, elem_id="settings"):
            llm.render()  # type: ignore[no-untyped-call]
            gr.HTML(rendered("settings", switch=switch), apply_default_css=False)
        gr.HTML(rendered("keys"), apply_default_css=False)
        key = f"{_STORAGE_KEY}{'-' if switch.place.library else ''}{switch.place.library}"
        stored = gr.BrowserState([], storage_key=key, secret=_STORAGE_SECRET)
        current = gr.State(None)
    return Sidebar(new, search, kept, name, saves, stored, current)


def _save_button(suffix: str) -> gr.Button:
    return gr.Button(texts.CONVERSATION_FILES[suffix], size="sm", min_width=110, elem_classes="save-conversation")


def wire(side: Sidebar, chat: ChatTab, steps: HistorySteps, clicks: gr.HTML, files: gr.HTML) -> None:
    """Connect the sidebar with the chat it keeps."""
    corpus, drawn = side.corpus, side.drawn
    opened = [*chat.redrawn, chat.filters, chat.scope, side.current, *drawn]
    side.search.change(steps.show, corpus, drawn, trigger_mode="always_last", **_QUIET)
    for finished in chat.finished:
        finished.then(steps.keep, [*corpus, chat.thread, chat.filters], [side.stored, side.current, *drawn], **_QUIET)
    side.new.click(steps.new, [side.stored, side.search, chat.runs], opened, **_QUIET)
    clicks.open_conversation(steps.open, [side.stored, side.search, chat.runs], opened, **_QUIET)
    clicks.pin_answer(steps.pin, [*corpus, chat.thread], [side.stored, *drawn], **_QUIET)
    clicks.delete_conversation(steps.delete, corpus, [side.stored, side.current, *drawn], **_QUIET)
    side.name.submit(steps.rename, [*corpus, side.name], [side.stored, *drawn], **_QUIET)
    for suffix, button in side.saves.items():
        button.click(partial(saved_as, suffix), chat.thread, files, api_visibility="private")


def saved_as(suffix: str, thread: Thread) -> str:
    """The conversation as a file of this kind, for the browser to save."""
    if not thread.entries:
        raise gr.Error(texts.NOTHING_TO_TAKE, print_exception=False)
    name = slug(thread.entries[0].question)[:50]
    return download(f"{name}{suffix}", CONVERSATION_FORMATS[suffix](thread.conversation))


class HistorySteps:
    """What the sidebar does. `stored` is what the browser keeps; with a login the notes keep it instead."""

    def __init__(self, assistant: Assistant, scope: Callable[[Filters], str]) -> None:
        self.assistant = assistant
        self.scope = scope
        self.notes = Notes(assistant.index.folder)

    def show(self, stored: object, query: str, current: str | None, request: gr.Request) -> tuple[Any, ...]:
        """The list, and the name of the conversation that is open."""
        return _drawn(self._read(stored, request), query, current)

    def keep(  # noqa: PLR0913, PLR0917 (Gradio hands over each part by itself)
        self, stored: object, query: str, current: str | None, thread: Thread, filters: Filters, request: gr.Request
    ) -> tuple[Any, ...]:
        """Keep the conversation as it is now, with what it is narrowed to."""
        current = current or new_id()
        archive = self._read(stored, request).with_thread(current, thread, filters_to_text(filters))
        return self._write(archive, request), current, *_drawn(archive, query, current)

    def pin(  # noqa: PLR0913, PLR0917 (Gradio hands over each part by itself)
        self,
        stored: object,
        query: str,
        current: str | None,
        thread: Thread,
        request: gr.Request,
        clicked: gr.EventData,
    ) -> tuple[Any, ...]:
        """Keep an answer among the pinned ones."""
        archive = self._read(stored, request)
        try:
            archive = archive.with_pinned(thread.entries[int(clicked.turn)], texts.PINNED_ANSWERS)
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error
        gr.Info(texts.PINNED, duration=3)
        return self._write(archive, request), *_drawn(archive, query, current)

    def new(self, stored: object, query: str, runs: Runs, request: gr.Request) -> tuple[Any, ...]:
        """Begin an empty conversation."""
        runs.begin()
        begun = (*redraw(Thread(), self.assistant), ALL_PAPERS, self.scope(ALL_PAPERS))
        return *begun, None, *_drawn(self._read(stored, request), query, None)

    def open(
        self, stored: object, query: str, runs: Runs, request: gr.Request, clicked: gr.EventData
    ) -> tuple[Any, ...]:
        """Open a kept conversation as it was."""
        archive = self._read(stored, request)
        kept = archive.get(str(clicked.id))
        if kept is None:
            raise gr.Error(texts.CONVERSATION_GONE, print_exception=False)
        runs.begin()
        try:
            thread = kept.thread
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error
        filters = filters_from_text(kept.filters)
        shown = (*redraw(thread, self.assistant), filters, self.scope(filters))
        return *shown, kept.id, *_drawn(archive, query, kept.id)

    def delete(
        self,
        stored: object,
        query: str,
        current: str | None,
        request: gr.Request,
        clicked: gr.EventData,
    ) -> tuple[Any, ...]:
        """Delete a kept conversation; an open one stays on the page, and is kept anew with its next answer."""
        archive = self._read(stored, request).without(str(clicked.id))
        current = None if current == clicked.id else current
        return self._write(archive, request), current, *_drawn(archive, query, current)

    def rename(
        self, stored: object, query: str, current: str | None, name: str, request: gr.Request
    ) -> tuple[Any, ...]:
        """Give the open conversation another name."""
        archive = self._read(stored, request).renamed(current or "", name)
        return self._write(archive, request), *_drawn(archive, query, current)

    def _read(self, stored: object, request: gr.Request) -> Archive:
        return self.notes.archive(request.username) if request.username else archive_from(stored)

    def _write(self, archive: Archive, request: gr.Request) -> Any:
        if request.username:
            self.notes.keep_archive(request.username, archive)
            return gr.skip()
        return archive_to(archive)


def _drawn(archive: Archive, query: str, current: str | None) -> tuple[str, Any]:
    open_one = archive.get(current)
    html = rendered("conversations", kept=archive.found(query), current=current, searching=bool(query.strip()))
    return html, gr.update(value=open_one.name if open_one else "", visible=open_one is not None)
