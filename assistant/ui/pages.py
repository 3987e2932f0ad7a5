"""One page for each library and language, made when it is first asked for.

Gradio lays a page out once, with its words in it, and answers its events in tasks that begin with it: so each page
lives in a task of its own, in which its language is spoken and its library asked. What names neither is the first
library's page in the server's language, which is there from the start and is where programs ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from anyio import to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.libraries import Libraries, Library
from assistant.ui.access.places import Place, language_of, place_of
from assistant.ui.base.texts import speaking
from ingest.errors import IngestError


@dataclass
class _Kept:
    """A page that is served, and the task in which it lives until it is told to close."""

    app: FastAPI
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Pages:
    """ASGI middleware that answers for all pages but the first, and lets each request speak its language."""

    def __init__(
        self, app: ASGIApp, libraries: Libraries, language: str, make: Callable[[Library, Place], FastAPI]
    ) -> None:
        """`app` has the first page, in `language`; `make` lays out another one."""
        self._app = app
        self._libraries = libraries
        self._language = language
        self._make = make
        self._kept: dict[Place, _Kept] = {}
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to its page."""
        if scope["type"] != "http":
            with speaking(self._language):
                await self._app(scope, receive, send)
            await self.close()
            return
        place, rest = place_of(scope["path"])
        reply = self._way_there(Request(scope), place, rest)
        if reply is not None:
            await reply(scope, receive, send)
            return
        scope["root_path"] = scope.get("root_path", "") + place.prefix
        language = place.language or self._language
        here = Place(place.library, "" if language == self._language else language)
        with speaking(language):
            if here == Place():
                await self._app(scope, receive, send)
                return
            try:
                page = await self._page(here)
            except (AssistantError, IngestError) as error:
                await JSONResponse({"detail": str(error)}, 404)(scope, receive, send)
                return
            await page(scope, receive, send)

    def apps(self) -> list[FastAPI]:
        """The pages beside the first."""
        return [kept.app for kept in self._kept.values()]

    async def close(self, library: str | None = None) -> None:
        """Let go of the pages of a library, or of all."""
        gone = [key for key in self._kept if library is None or key.library == library]
        for kept in [self._kept.pop(key) for key in gone]:
            kept.closing.set()
            if kept.task:
                with suppress(asyncio.CancelledError):
                    await kept.task

    def _way_there(self, request: Request, place: Place, rest: str) -> Response | None:
        """The reply that leads to a page's own address: with a slash at its end, in the language that is wanted."""
        if not rest:
            return RedirectResponse(f"{request.scope.get('root_path', '')}{place.prefix}/", 307)
        asks_page = rest == "/" and request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not asks_page:
            return None
        if place.language:  # a page has one address: the server's own language is not named in it
            return RedirectResponse("../", 307) if place.language == self._language else None
        wanted = language_of(request, self._language)
        return None if wanted == self._language else RedirectResponse(f"{wanted}/", 307)

    async def _page(self, place: Place) -> FastAPI:
        if place in self._kept:
            return self._kept[place].app
        async with self._making:
            if place not in self._kept:
                await to_thread.run_sync(self._libraries.open, place.library)
                kept = _Kept(self._make(self._libraries.get(place.library), place))
                begun = asyncio.get_running_loop().create_future()
                kept.task = asyncio.create_task(_lived(kept, begun))
                await asyncio.wait((kept.task, begun), return_when=asyncio.FIRST_COMPLETED)
                if not begun.done():
                    kept.task.result()  # raises what kept the page from beginning
                self._kept[place] = kept
            return self._kept[place].app


async def _lived(kept: _Kept, begun: asyncio.Future[None]) -> None:
    """The life of a page, in one task: what is opened in it is closed in it."""
    async with kept.app.router.lifespan_context(kept.app):
        begun.set_result(None)
        await kept.closing.wait()
