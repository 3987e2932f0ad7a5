"""The Chat tab: the conversation, the question box, and the sources beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.filters import Filters
from assistant.ui import texts
from assistant.ui.asking import Runs, asked, while_wanted
from assistant.ui.messages import Message, as_typed, messages_of
from assistant.ui.source_cards import panel_html
from assistant.ui.thread import ALL_PAPERS, Thread

if TYPE_CHECKING:
    from assistant.answering import Assistant

# Questions that are answered at the same time; further ones wait in line. A local model would not be faster with more.
QUESTIONS_AT_ONCE = 8

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
    llm: gr.State
    runs: gr.State


def chat_tab(assistant: Assistant) -> ChatTab:
    """Lay the tab out and wire it."""
    tab = _laid_out()
    _wire(tab, _Steps(assistant))
    return tab


def _laid_out() -> ChatTab:
    with gr.Tab(texts.CHAT, id="chat", scale=1), gr.Row(elem_id="chat", elem_classes="with-panel"):
        with gr.Column(elem_id="talk", scale=5, min_width=320):
            chatbot = _chatbot()
            scope = gr.HTML("", elem_id="scope", apply_default_css=False)
            box = _question_box()
        with gr.Column(elem_classes="source-panel", scale=3, min_width=300):
            thread, filters, llm, runs = gr.State(Thread()), gr.State(ALL_PAPERS), gr.State(None), gr.State(Runs())
            sources = gr.HTML(panel_html(Thread().conversation), elem_id="sources", apply_default_css=False)
    return ChatTab(chatbot, sources, scope, box, thread, filters, llm, runs)


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label=texts.CONVERSATION_LABEL,
        show_label=False,
        container=False,
        elem_id="conversation",
        height="100%",
        scale=1,
        layout="panel",
        buttons=[],
        editable="user",
        render_markdown=False,
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=("Like", "Dislike"),
        placeholder=f"## {texts.TITLE}\n{texts.TAGLINE}",
        examples=[{"text": example} for example in texts.EXAMPLES],
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


def _wire(tab: ChatTab, steps: _Steps) -> None:
    inputs = [tab.thread, tab.filters, tab.llm, tab.runs]
    outputs = [tab.chatbot, tab.sources, tab.thread, tab.box]
    every_time: dict[str, Any] = {"outputs": outputs, "show_progress": "hidden", "api_visibility": "private"}
    asking: dict[str, Any] = every_time | {"concurrency_limit": QUESTIONS_AT_ONCE, "concurrency_id": "questions"}
    tab.box.submit(steps.ask, [tab.box, *inputs], **asking)
    tab.chatbot.example_select(steps.ask_selected, inputs, **asking)
    tab.chatbot.option_select(steps.ask_selected, inputs, **asking)
    tab.chatbot.retry(steps.retry, inputs, **asking)
    tab.chatbot.edit(steps.edit, inputs, **asking)
    tab.box.stop(steps.stop, [tab.thread, tab.runs], **every_time)
    tab.chatbot.undo(steps.undo, [tab.thread, tab.runs], **every_time)


class _Steps:
    """What each button does; all that differs between visitors comes in and goes out as a thread."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def ask(self, question: str, thread: Thread, filters: Filters, llm: str | None, runs: Runs) -> Iterator[Redraw]:
        """Stream the answer of a question; an empty one changes nothing."""
        thread = thread.settled()
        if not question.strip():
            yield _redraw(thread)
            return
        growing = asked(self.assistant, question.strip(), thread, filters, llm)
        for thread in while_wanted(growing, runs):
            yield _redraw(thread, self._suggestions(thread))

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
        messages, sources, kept, _ = _redraw(thread.until(turn))
        return messages, sources, kept, gr.update(value=thread.entries[turn].question, submit_btn=True, stop_btn=False)

    def stop(self, thread: Thread, runs: Runs) -> Redraw:
        """Keep what has come of an answer."""
        runs.stop()
        return _redraw(thread.settled())

    def _suggestions(self, thread: Thread) -> tuple[str, ...]:
        answer = thread.last_answer
        finished = answer is not None and answer.complete and not answer.abstained
        return self.assistant.suggestions(answer) if answer and finished else ()


def _redraw(thread: Thread, suggestions: tuple[str, ...] = ()) -> Redraw:
    answer = thread.last_answer
    asking = answer is not None and not answer.complete
    just_asked = asking and answer is not None and not answer.text
    emptied: dict[str, Any] = {"value": ""} if just_asked else {}
    box = gr.update(submit_btn=not asking, stop_btn=asking, **emptied)
    return messages_of(thread, suggestions), panel_html(thread.conversation), thread, box


def _turn_of(event: gr.RetryData | gr.UndoData | gr.EditData) -> int:
    index = event.index if isinstance(event.index, int) else event.index[0]
    return index // 2
