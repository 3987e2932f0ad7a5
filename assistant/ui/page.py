"""The whole page as a web app: header, tabs, policy and static files."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import gradio as gr
from fastapi import FastAPI
from starlette.requests import Request
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from assistant.backends.registry import choose
from assistant.backends.specs import AUTO, EXTRACTIVE, parse_spec
from assistant.libraries import Libraries, Library
from assistant.settings import Settings
from assistant.ui.access.gate import USER, Access, Gate
from assistant.ui.access.hosts import is_loopback
from assistant.ui.access.limits import MOST_UPLOAD_BYTES
from assistant.ui.access.places import Place
from assistant.ui.access.visits import Visits
from assistant.ui.base import texts
from assistant.ui.base.bridge import bridge, downloads
from assistant.ui.base.security import SecurityHeaders
from assistant.ui.base.streams import StreamHandover
from assistant.ui.base.switch import Switch
from assistant.ui.base.templates import rendered
from assistant.ui.base.theme import STATIC, STYLES, theme
from assistant.ui.chat.sidebar import HistorySteps, sidebar, wire
from assistant.ui.chat.tab import ChatSteps, backend_picker, chat_tab
from assistant.ui.library.news_view import NewsSteps
from assistant.ui.library.tab import library_tab
from assistant.ui.map.tab import map_tab
from assistant.ui.navigation import Crossings, cross, cross_from_map, cross_news, cross_to_table
from assistant.ui.pages import Pages
from assistant.ui.programs.api import add_endpoints, mount_mcp
from assistant.ui.programs.chat_completions import add_chat_completions
from assistant.ui.programs.description import DESCRIPTION, REFUSALS
from assistant.ui.programs.faults import answer_faults
from assistant.ui.programs.health import add_health
from assistant.ui.programs.operations import Operations, add_metrics
from assistant.ui.programs.shelves import add_libraries
from assistant.ui.table.tab import table_tab

if TYPE_CHECKING:
    from assistant.answering import Assistant


# Clicks that wait for their turn; one more is refused, which the page tells.
MOST_WAITING = 256
# Visits whose state is kept, each of 160 KB and its conversation; the one that asked nothing for longest makes room.
# Gradio keeps ten thousand, whose pages may long be closed: 64 users over three minutes leave 260 behind.
MOST_SESSIONS = 256
# Uploads and exports are looked at every hour and deleted when they are a day old, in seconds.
UPLOADS_KEPT = (3600, 86_400)


def web_app(assistant: Assistant, access: Access, log: str = "", libraries: Libraries | None = None) -> FastAPI:
    """The page over an assistant, with its policy and its files, behind the gate that `access` describes.

    With `log` "json", every request is a line on standard error. `libraries` are those that a reader can switch
    between, of which this assistant has the first.

    Where readers log in, each one's conversations are kept on the server.
    """
    shelves = libraries or Libraries(assistant)
    settings = assistant.settings
    may_change = access.is_closed or (is_loopback(settings.host) and not settings.public)
    guard = reader_of if access.is_closed else None

    def another(library: Library, place: Place) -> FastAPI:
        page = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        own = shelves.open(library.key)
        page.mount("/footnote", StaticFiles(directory=STATIC))
        add_chat_completions(page, own)
        mount_mcp(page, own)
        _mount(page, blocks(own, shelves, place, may_change), guard)
        answer_faults(page)
        return page

    app = FastAPI(title=texts.TITLE, docs_url=None, redoc_url=None, openapi_url=DESCRIPTION, responses=REFUSALS)
    pages: list[Pages] = []

    def kept(inner: ASGIApp) -> Pages:
        pages[:] = [Pages(inner, shelves, settings.language, another)]
        return pages[0]

    async def forget(key: str) -> None:
        for page in pages:
            await page.close(key)

    app.state.further = lambda: [further for page in pages for further in page.apps()]
    app.add_middleware(kept)  # innermost; a class is asked for, and called
    app.add_middleware(StreamHandover)
    app.add_middleware(Visits)
    app.add_middleware(Gate, access=access)
    app.add_middleware(SecurityHeaders)  # outermost: the gate's own replies carry the policy, too
    app.add_middleware(Operations, log=log)
    app.mount("/footnote", StaticFiles(directory=STATIC))
    add_health(app, assistant)
    add_metrics(app)
    add_chat_completions(app, assistant)
    mount_mcp(app, assistant)
    add_libraries(app, shelves, may_change, forget)
    with texts.speaking(settings.language):
        _mount(app, blocks(assistant, shelves, Place(), may_change), guard)
    answer_faults(app)
    return app


def _mount(app: FastAPI, page: gr.Blocks, guard: Callable[[Request], str | None] | None) -> None:
    """Serve a page at the root of an app, to whom `guard` names."""
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        auth_dependency=guard,
        max_file_size=MOST_UPLOAD_BYTES,
        theme=theme(),
        css_paths=STYLES,
        head=rendered("head"),
        favicon_path=str(STATIC / "favicon.svg"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,  # our own lines are shown all the same; those of other exceptions tell of the inside
    )


def reader_of(request: Request) -> str | None:
    """Whom the gate let through, as Gradio asks it."""
    return request.scope.get(USER) or None


def backend_line(settings: Settings) -> str:
    """Which backend answers unless a reader picks another, in a few words."""
    spec = parse_spec(settings.llm)
    backend = choose(settings).backend.name if spec.kind == AUTO else spec.kind
    return str(texts.QUOTING_LINE if backend == EXTRACTIVE else texts.MODEL_LINE.format(spec.model or backend))


def blocks(assistant: Assistant, libraries: Libraries, place: Place, may_change: bool = False) -> gr.Blocks:
    """The widgets of the page that is at a place, wired; from it libraries may be changed or only switched."""
    page: gr.Blocks
    switch = Switch(libraries, place, may_change)
    with gr.Blocks(
        title=texts.TITLE, analytics_enabled=False, fill_height=True, fill_width=True, delete_cache=UPLOADS_KEPT
    ) as page:
        told = NewsSteps(assistant, backend_line(assistant.settings), switch)
        header = gr.HTML(told.header(), apply_default_css=False)
        add_endpoints(assistant)  # first: Gradio numbers the later ones of two events that share a name
        clicks, files = bridge(), downloads()
        picker = backend_picker(assistant.settings)
        side = sidebar(picker, switch)
        with gr.Tabs(elem_id="tabs") as tabs:
            chat = chat_tab(assistant, clicks, picker)
            library = library_tab(assistant, clicks, files, chat.thread)
            table = table_tab(assistant, clicks, files, chat.thread, library)
            chart = map_tab(assistant)
        steps = HistorySteps(assistant, library.steps.scope)
        page.load(ChatSteps(assistant).open, None, chat.chatbot, api_visibility="private", show_progress="hidden")
        page.load(library.steps.scope, chat.filters, chat.scope, api_visibility="private", show_progress="hidden")
        page.load(steps.show, side.corpus, side.drawn, api_visibility="private")
        wire(side, chat, steps, clicks, files)
        cross(Crossings(assistant, library.steps), clicks, tabs, chat)
        cross_to_table(clicks, tabs, chat, table)
        cross_news(page, told, header, clicks, tabs, library, place.library)
        cross_from_map(assistant, chart, tabs, chat, library)
    page.queue(max_size=MOST_WAITING)
    page.state_session_capacity = MOST_SESSIONS
    return page
