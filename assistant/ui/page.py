"""The whole page as a web app: header, tabs, policy and static files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from assistant.backends.registry import choose
from assistant.backends.specs import AUTO, EXTRACTIVE, parse_spec
from assistant.settings import Settings
from assistant.ui.base import texts
from assistant.ui.base.bridge import bridge, downloads
from assistant.ui.base.security import SecurityHeaders
from assistant.ui.base.templates import FOLDER, rendered
from assistant.ui.base.theme import STATIC, STYLES, theme
from assistant.ui.chat.sidebar import HistorySteps, sidebar, wire
from assistant.ui.chat.tab import chat_tab
from assistant.ui.compare.tab import compare_tab
from assistant.ui.library.tab import library_tab
from assistant.ui.map.tab import map_tab
from assistant.ui.navigation import cross, cross_from_map
from assistant.ui.programs.api import add_endpoints, mount_mcp

if TYPE_CHECKING:
    from assistant.answering import Assistant


def web_app(assistant: Assistant, logins: Sequence[tuple[str, str]] = ()) -> FastAPI:
    """The page over an assistant, with its policy and its files.

    With `logins`, pairs of name and password, nothing of the library is seen without one, and each reader's
    conversations are kept on the server. MCP, which knows of no logins, is then not served.
    """
    app = FastAPI(title=texts.TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    app.mount("/footnote", StaticFiles(directory=STATIC))
    if not logins:
        mount_mcp(app, assistant)
    gr.mount_gradio_app(
        app,
        blocks(assistant),
        path="/",
        auth=list(logins) or None,
        auth_message=texts.TAGLINE,
        theme=theme(),
        css_paths=STYLES,
        head_paths=FOLDER / "head.html",
        favicon_path=str(STATIC / "favicon.svg"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=True,
    )
    return app


def backend_line(settings: Settings) -> str:
    """Which backend answers unless a reader picks another, in a few words."""
    spec = parse_spec(settings.llm)
    backend = choose(settings).backend.name if spec.kind == AUTO else spec.kind
    return texts.QUOTING_LINE if backend == EXTRACTIVE else texts.MODEL_LINE.format(spec.model or backend)


def blocks(assistant: Assistant) -> gr.Blocks:
    """The page's widgets, wired."""
    page: gr.Blocks
    with gr.Blocks(title=texts.TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        gr.HTML(
            rendered("header", papers=len(assistant.papers()), backend=backend_line(assistant.settings)),
            apply_default_css=False,
        )
        add_endpoints(assistant)  # first: Gradio numbers the later ones of two events that share a name
        clicks, files = bridge(), downloads()
        side = sidebar()
        with gr.Tabs(elem_id="tabs") as tabs:
            chat = chat_tab(assistant, clicks)
            compare = compare_tab(assistant, files)
            library = library_tab(assistant, clicks, chat.thread)
            chart = map_tab(assistant)
        steps = HistorySteps(assistant)
        page.load(steps.show, side.corpus, side.drawn, api_visibility="private")
        wire(side, chat, steps, clicks, files)
        cross(assistant, clicks, tabs, chat, compare)
        cross_from_map(assistant, chart, tabs, chat, library)
    return page
