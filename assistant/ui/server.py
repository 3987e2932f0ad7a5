"""Serving the page: one port, taken before anything slow happens, and one line when it is ready."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import uvicorn
from fastapi import FastAPI

from assistant.errors import SettingsError
from assistant.ui.access.hosts import Hosts
from assistant.ui.base import texts

# Answers that are under way when the server is told to stop have this long to come to their end.
SECONDS_TO_FINISH = 10
# How long the page that says that we are starting may hold up the end of the start.
SECONDS_BETWEEN_LOOKS = 0.05


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


@contextmanager
def waiting(listener: socket.socket, hosts: Hosts) -> Iterator[None]:
    """Answer every request with a page that says that Footnote is starting and looks again by itself; 421 for others'.

    Importing the model and the widgets takes seconds, and a browser that is opened meanwhile would show an error.
    """
    server = _Waiting(listener, hosts)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": SECONDS_BETWEEN_LOOKS}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


class _Waiting(ThreadingHTTPServer):
    """Serves from a socket that listens already, and leaves it open."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, hosts: Hosts) -> None:
        self.hosts = hosts
        super().__init__(listener.getsockname(), _StartingPage, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


class _StartingPage(BaseHTTPRequestHandler):
    """The same answer to whatever is asked of us, of which nothing is repeated."""

    server: _Waiting
    server_version, sys_version = "Footnote", ""
    timeout = 5

    def do_GET(self) -> None:
        """503, with the page; 421, with nothing, where another host is meant, as the gate has it afterwards."""
        is_ours = self.server.hosts.answer_to(self.headers.get("Host", ""))
        body = texts.STARTING.encode() if is_ours else b""
        self.send_response(503 if is_ours else 421)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
        """Say nothing."""


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
        further = getattr(self._app.state, "further", list)
        routes = (route for app in (self._app, *further()) for route in app.routes)
        for mounted in (getattr(route, "app", None) for route in routes):
            stopped = getattr(mounted, "stop_event", None)  # Gradio's app has one; importing it here would take seconds
            if isinstance(stopped, asyncio.Event):
                stopped.set()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the sockets and tell that the first request can be answered."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()
