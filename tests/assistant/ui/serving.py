"""The real page, served from a thread of the tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from assistant.libraries import Libraries
from assistant.settings import Settings
from assistant.ui.access.gate import access_of
from assistant.ui.page import web_app
from assistant.ui.server import Server, address_of, listening

SECONDS_TO_START = 60


@contextmanager
def served(
    assistant: object,
    port: int = 0,
    logins: str = "",
    built: list[FastAPI] | None = None,
    libraries: Libraries | None = None,
) -> Iterator[str]:
    """The address of the page over an assistant, for as long as the block runs; `logins` as in FOOTNOTE_LOGINS, and the app put into `built`."""
    access = access_of(Settings(_env_file=None, logins=logins))  # type: ignore[call-arg]
    ready = threading.Event()
    servers: list[Server] = []

    async def serve() -> None:
        # Built within the running loop: Gradio makes one for itself where it finds none, and never closes it.
        app = web_app(assistant, access, libraries=libraries)
        if built is not None:
            built.append(app)
        server = Server(app, ready.set)
        servers.append(server)
        await server.serve(sockets=[listener])

    with listening("127.0.0.1", port) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(SECONDS_TO_START)
        yield address_of(listener)
        servers[0].should_exit = True
        thread.join(10)
