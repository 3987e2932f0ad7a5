"""Two invisible parts: one carries clicks in our own HTML to Gradio's events, the other files to the browser."""

from __future__ import annotations

import itertools
import json
from base64 import b64encode
from typing import Any

import gradio as gr

from assistant.ui.base.theme import STATIC

# Types that make a browser save a file rather than show it, by suffix.
_TYPES = {
    ".json": "application/json",
    ".html": "text/html",
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PLAIN = "text/plain"

# A file asked for twice must differ, or Gradio would not send it again.
_serial = itertools.count()


def bridge() -> gr.HTML:
    """A part on which each action that bridge.js lists is an event: `bridge.open_comparison(step, …)`.

    Steps receive the `data-…` attributes of what was clicked by way of `gr.EventData`.
    """
    return _invisible("bridge", "bridge.js")


def downloads() -> gr.HTML:
    """A part that makes the browser save the `download` it is given as its value."""
    return _invisible("downloads", "downloads.js")


def download(name: str, content: str | bytes) -> str:
    """The value for `downloads()` that saves bytes, or text in UTF-8, under this file name."""
    kind = _TYPES.get(name[name.rfind(".") :], _PLAIN)
    held = {"base64": b64encode(content).decode()} if isinstance(content, bytes) else {"text": content}
    return json.dumps({"name": name, "type": kind, **held, "serial": next(_serial)})


def _invisible(elem_id: str, script: str) -> gr.HTML:
    options: dict[str, Any] = {"elem_id": elem_id, "html_template": "", "visible": "hidden"}
    return gr.HTML("", js_on_load=(STATIC / script).read_text(encoding="utf-8"), **options)
