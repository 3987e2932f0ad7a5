"""The Chat tab: the conversation, the question box, and the sources beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.backends.specs import choices
from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.settings import Settings
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.chat.asking import Runs, asked, while_wanted
from assistant.ui.chat.feedback import Feedback, Notes
from assistant.ui.chat.messages import Message, as_typed, messages_of
from assistant.ui.chat.naming import NamingSteps
from assistant.ui.chat.source_cards import fate_in, panel_html, scores_of
from assistant.ui.chat.thread import ALL_PAPERS, Entry, Thread

if TYPE_CHECKING:
    from assistant.answering import Assistant

# Questions that are answered at the same time; further ones wait in line. A local model would not be faster with more.
QUESTIONS_AT_ONCE = 8

# Gradio tells a thumb up or down as a truth value, and a reason as its words.
_VERDICTS: dict[bool | str, str] = {True: "like", False: "dislike"}

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

# One redraw of the tab: messages, sources, the thread behind them, and the question box.
Redraw = tuple[list[Message], str, Thread, Any]


@dataclass(frozen=True, slots=True)
class ChatTab:
    """The parts of the tab that others may read or fill."""

    chatbot: gr.Chatbot
    sources: gr.HTML
    scope: gr.HTML
    box: gr.Textbox
    thread: gr.State
    filters: gr.State
    llm: gr.Dropdown
    runs: gr.State
    offered: gr.HTML
    finished: list[Any] = field(default_factory=list)  # events after each of which the conversation has changed

    @property
    def redrawn(self) -> list[Any]:
        """What a `Redraw` fills."""
        return [self.chatbot, self.sources, self.thread, self.box]


def chat_tab(assistant: Assistant, clicks: gr.HTML, llm: gr.Dropdown) -> ChatTab:
    """Lay the tab out and wire it; `clicks` is the bridge, `llm` picks who answers."""
    tab, steps = _laid_out(llm), ChatSteps(assistant)
    _wire(tab, steps)
    clicks.offer_names(NamingSteps(assistant).offer, None, tab.offered, trigger_mode="always_last", **_QUIET)
    clicks.show_scores(steps.show_scores, tab.thread, tab.sources, **_QUIET)
    return tab


def _laid_out(llm: gr.Dropdown) -> ChatTab:
    with gr.Tab(texts.CHAT, id="chat", scale=1), gr.Row(elem_id="chat", elem_classes="with-panel"):
        with gr.Column(elem_id="talk", scale=5, min_width=320):
            chatbot = _chatbot()
            offered = gr.HTML("", elem_id="offered", apply_default_css=False)
            scope = gr.HTML(
                rendered("scope", chips=[], filters=ALL_PAPERS, facets=()), elem_id="scope", apply_default_css=False
            )
            box = _question_box()
        with gr.Column(elem_classes="source-panel", scale=3, min_width=300):
            thread, filters, runs = gr.State(Thread()), gr.State(ALL_PAPERS), gr.State(Runs())
            sources = gr.HTML(panel_html(Thread().conversation), elem_id="sources", apply_default_css=False)
    return ChatTab(chatbot, sources, scope, box, thread, filters, llm, runs, offered)


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label=texts.CONVERSATION_LABEL,
        show_label=False,
        container=False,
        elem_id="conversation",
        height="100%",
        scale=1,
        layout="panel",
        autoscroll=False,  # page.js brings the question to the top, so that an answer is read from its beginning
        buttons=[],
        editable="user",
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=("Like", "Dislike", *texts.REASONS),
        placeholder=f"## {texts.TITLE}\n{texts.TAGLINE}",
    )


def backend_picker(settings: Settings) -> gr.Dropdown:
    """The backends that the operator allows, not laid out yet; not shown where there is nothing to pick."""
    offered = choices(settings)
    return gr.Dropdown(
        list(offered),
        value=settings.llm,
        label=texts.BACKEND_LABEL,
        visible=len(offered) > 1,
        elem_id="backend",
        interactive=True,
        render=False,
    )


def _question_box(asking: bool = False) -> gr.Textbox:
    return gr.Textbox(
        label=texts.QUESTION_LABEL,
        show_label=False,
        container=False,
        placeholder=texts.QUESTION_PLACEHOLDER,
        elem_id="question",
        lines=1,
        max_lines=8,
        autofocus=True,
        submit_btn=not asking,
        stop_btn=asking,
    )


def _wire(tab: ChatTab, steps: ChatSteps) -> None:
    inputs = [tab.thread, tab.filters, tab.llm, tab.runs]
    every_time: dict[str, Any] = {"outputs": tab.redrawn, **_QUIET}
    asking: dict[str, Any] = every_time | {"concurrency_limit": QUESTIONS_AT_ONCE, "concurrency_id": "questions"}
    tab.finished.extend(
        (
            tab.box.submit(steps.ask, [tab.box, *inputs], **asking),
            tab.chatbot.example_select(steps.ask_selected, inputs, **asking),
            tab.chatbot.option_select(steps.ask_selected, inputs, **asking),
            tab.chatbot.retry(steps.retry, inputs, **asking),
            tab.chatbot.edit(steps.edit, inputs, **asking),
            tab.chatbot.undo(steps.undo, [tab.thread, tab.runs], **every_time),
        )
    )
    for finished in tab.finished:
        finished.failure(steps.stop, [tab.thread, tab.runs], **every_time)  # what nobody foresaw: Gradio tells of it
        finished.then(
            steps.suggest,
            [tab.thread, tab.runs],
            tab.chatbot,
            trigger_mode="multiple",
            concurrency_limit=QUESTIONS_AT_ONCE,
            **_QUIET,
        )
    tab.box.stop(steps.stop, [tab.thread, tab.runs], **every_time)
    tab.chatbot.like(steps.judge, [tab.thread], None, api_visibility="private")


class ChatSteps:
    """What each button does; all that differs between visitors comes in and goes out as a thread."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.notes = Notes(assistant.index.folder)

    def ask(self, question: str, thread: Thread, filters: Filters, llm: str | None, runs: Runs) -> Iterator[Redraw]:
        """Stream the answer of a question; an empty one changes nothing."""
        thread = thread.settled()
        if not question.strip():
            yield redraw(thread, self.assistant)
            return
        growing = asked(self.assistant, question.strip(), thread, filters, llm)
        for thread in while_wanted(growing, runs):
            yield redraw(thread, self.assistant)

    def open(self) -> Any:
        """Questions to begin with, from the library as it is now."""
        return gr.update(examples=[{"text": text} for text in self.assistant.openings()])

    def suggest(self, thread: Thread, runs: Runs) -> Any:
        """Offer follow-ups under a finished answer; trying them takes a while, and another question may come first."""
        answer, run = thread.last_answer, runs.latest
        if answer is None or not answer.complete:
            return gr.skip()
        suggestions = self.assistant.suggestions(answer)
        return messages_of(thread, suggestions) if suggestions and not runs.replaced(run) else gr.skip()

    def ask_selected(
        self, thread: Thread, filters: Filters, llm: str | None, runs: Runs, selected: gr.SelectData
    ) -> Iterator[Redraw]:
        """Ask the example or the follow-up that was clicked."""
        value = selected.value
        yield from self.ask(value["text"] if isinstance(value, dict) else value, thread, filters, llm, runs)

    def retry(
        self, thread: Thread, filters: Filters, llm: str | None, runs: Runs, retried: gr.RetryData
    ) -> Iterator[Redraw]:
        """Ask the question of a turn again, and forget what came after it."""
        turn = _turn_of(retried)
        yield from self.ask(thread.entries[turn].question, thread.until(turn), filters, llm, runs)

    def edit(
        self, thread: Thread, filters: Filters, llm: str | None, runs: Runs, edited: gr.EditData
    ) -> Iterator[Redraw]:
        """Ask a question in its new wording, and forget what came after it."""
        yield from self.ask(as_typed(edited.value), thread.until(_turn_of(edited)), filters, llm, runs)

    def undo(self, thread: Thread, runs: Runs, undone: gr.UndoData) -> Redraw:
        """Forget a turn and all after it; its question goes back into the box."""
        runs.begin()
        turn = _turn_of(undone)
        messages, sources, kept, _ = redraw(thread.until(turn), self.assistant)
        return messages, sources, kept, gr.update(value=thread.entries[turn].question, submit_btn=True, stop_btn=False)

    def stop(self, thread: Thread, runs: Runs) -> Redraw:
        """Keep what has come of an answer."""
        runs.stop()
        return redraw(thread.settled(), self.assistant)

    def show_scores(self, thread: Thread, clicked: gr.EventData) -> str:
        """The sources of an answer, each with its rank and score for what was searched for."""
        turn = int(clicked.turn)
        entry = thread.entries[turn]
        searched_for = entry.answer.details.searched_for or entry.question
        scores = {turn: scores_of(self.assistant, searched_for)}
        return panel_html(thread.conversation, fate_in(self.assistant), scores)

    def judge(self, thread: Thread, judged: gr.LikeData) -> None:
        """Keep a reader's verdict on an answer."""
        verdict = _VERDICTS.get(judged.liked, str(judged.liked))
        if not verdict:
            return
        try:
            self.notes.add_feedback(feedback_on(thread.entries[_turn_of(judged)], verdict))
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error
        gr.Info(texts.THANKS, duration=2)


def redraw(thread: Thread, assistant: Assistant) -> Redraw:
    """The whole tab as it shows this thread."""
    answer = thread.last_answer
    asking = answer is not None and not answer.complete
    just_asked = asking and answer is not None and not answer.text
    emptied: dict[str, Any] = {"value": ""} if just_asked else {}
    box = gr.update(submit_btn=not asking, stop_btn=asking, **emptied)
    return messages_of(thread), panel_html(thread.conversation, fate_in(assistant)), thread, box


def feedback_on(entry: Entry, verdict: str) -> Feedback:
    """A verdict with all that is needed to understand it later."""
    answer = entry.answer
    cited = tuple(dict.fromkeys(citation.paper.id for citation in answer.citations))
    backend = answer.details.model or answer.details.backend
    return Feedback(verdict, entry.question, answer.text, cited, backend, answer.details.index_version)


def _turn_of(event: gr.RetryData | gr.UndoData | gr.EditData | gr.LikeData) -> int:
    index = event.index if isinstance(event.index, int) else event.index[0]
    return index // 2
