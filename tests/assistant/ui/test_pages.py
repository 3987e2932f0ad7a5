"""Pages that are made when they are first asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from starlette.types import Message

from assistant.answering import Assistant
from assistant.libraries import Libraries, Library
from assistant.ui.access.places import Place
from assistant.ui.pages import Pages

SECONDS = 10


@asynccontextmanager
async def failing(app: FastAPI) -> AsyncIterator[None]:
    if app:
        raise OSError("no room")
    yield


def broken(library: Library, place: Place) -> FastAPI:
    return FastAPI(lifespan=failing)


async def nothing() -> Message:
    return {"type": "http.request"}


async def unheard(message: Message) -> None:
    pass


def test_a_page_that_cannot_begin_keeps_nobody_waiting(assistant: Assistant) -> None:
    pages = Pages(FastAPI(), Libraries(assistant), "en", broken)
    scope = {"type": "http", "path": "/de/", "method": "GET", "headers": [], "query_string": b"", "root_path": ""}

    async def ask() -> None:
        for _ in range(2):
            with pytest.raises(OSError, match="no room"):
                await asyncio.wait_for(pages(dict(scope), nothing, unheard), SECONDS)

    asyncio.run(ask())
