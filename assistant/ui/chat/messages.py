"""A thread as the messages of Gradio's Chatbot.

Gradio would render an answer's Markdown itself, with images and raw HTML, and so let any text reach the network.
An answer therefore goes in as a finished component of our own safe HTML, and a question as text without tags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from assistant.ui.chat.answer_view import answer_html
from assistant.ui.chat.thread import Entry, Thread

Message: TypeAlias = dict[str, object]

# In HTML, "<" opens a tag only before a letter, "/", "!" or "?": an invisible word joiner behind it keeps it text.
_WORD_JOINER = "\u2060"

# What Gradio asks of an HTML component inside a message: the value as it is, and no script.
_HTML_PROPS: Mapping[str, object] = {
    "html_template": "${value}",
    "css_template": "",
    "js_on_load": None,
    "apply_default_css": False,
}


def messages_of(thread: Thread, suggestions: Sequence[str] = ()) -> list[Message]:
    """Two messages for each entry; `suggestions` become buttons under the last answer."""
    messages = [message for turn, entry in enumerate(thread.entries) for message in _pair(entry, turn)]
    if messages and suggestions:
        messages[-1]["options"] = [{"value": suggestion} for suggestion in suggestions]
    return messages


def _pair(entry: Entry, turn: int) -> tuple[Message, Message]:
    html = answer_html(entry.answer, turn, entry.scope)
    component = {"type": "component", "component": "html", "value": html, "constructor_args": {}, "props": _HTML_PROPS}
    return {"role": "user", "content": tagless(entry.question)}, {"role": "assistant", "content": component}


def tagless(text: str) -> str:
    """The text as it looks, with nothing in it that HTML takes for a tag; `as_typed` undoes it."""
    return text.replace("<", "<" + _WORD_JOINER)


def as_typed(text: str) -> str:
    """The text of an edited question as its reader typed it."""
    return text.replace(_WORD_JOINER, "").strip()
