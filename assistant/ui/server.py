"""Serving the page: one port, taken before anything slow happens, and one line when it is ready."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from assistant.errors import SettingsError
from assistant.ui.base import texts

# Answers that are under way when the server is told to stop have this long to come to their end.
SECONDS_TO_FINISH = 10


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on this address (port 0: any free one); SettingsError says why it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        text = texts.PORT_TAKEN if taken else texts.PORT_REFUSED
        raise SettingsError(text.format(host=host, port=port, reason=error)) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The web address at which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def serve(app: FastAPI, listener: socket.socket, when_ready: Callable[[], None]) -> None:
    """Serve until interrupted; `when_ready` is called once the first request can be answered."""
    Server(app, when_ready).run(sockets=[listener])


class Server(uvicorn.Server):
    """uvicorn, telling when it is ready."""

    def __init__(self, app: FastAPI, when_ready: Callable[[], None]) -> None:
        super().__init__(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=SECONDS_TO_FINISH))
        self._app = app
        self._when_ready = when_ready

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of open pages, each of which holds a stream by which it knows that we live; wait for answers alone."""
        for mounted in (getattr(route, "app", None) for route in self._app.routes):
            stopped = getattr(mounted, "stop_event", None)  # Gradio's app has one; importing it here would take seconds
            if isinstance(stopped, asyncio.Event):
                stopped.set()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the sockets and tell that the first request can be answered."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()
