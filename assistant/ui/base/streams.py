"""No click is lost between two of the page's event streams.

Gradio's page hears of its events by one stream, which the server closes when none is pending. A click that reaches the
server after it has sent that the stream is closed, and is answered before the page has read it, is waited for on a
stream that is gone: the page shows nothing until some other click opens the next one.
"""

from __future__ import annotations

import asyncio
import json
import time
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What Gradio says last on a stream that nobody opened is why, and then it fails: the reply would end in its middle.
_RESULT = "/call/"
# Gradio's routes, below whatever prefix it is served at, and what it says last on a stream.
_STREAM, _EVENT = "/queue/data", "/queue/join"
_CLOSED = b'"msg":"close_stream"'
# Seconds in which a page has surely read that its stream is closed, and that a click soon afterwards waits for at most.
PAUSE = 0.15


class StreamHandover:
    """ASGI middleware that lets the page read of a stream's end before it hears that its next event was taken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._closed: dict[str, float] = {}  # when, by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what it tells of streams is noticed, or waits."""
        path = scope["path"] if scope["type"] == "http" else ""
        if path.endswith(_STREAM):
            await ended(self._app, scope, receive, self._noticing(_session_of(scope), send))
        elif _RESULT in path and scope["method"] == "GET":
            await ended(self._app, scope, receive, send)
        elif path.endswith(_EVENT):
            body = bytearray()
            await self._app(scope, _copied(receive, body), self._waiting(body, send))
        else:
            await self._app(scope, receive, send)

    def _noticing(self, session: str, send: Send) -> Send:
        async def noticing(message: Message) -> None:
            if _CLOSED in message.get("body", b""):
                self._forget()
                self._closed[session] = time.monotonic()
            await send(message)

        return noticing

    def _waiting(self, body: bytearray, send: Send) -> Send:
        async def waiting(message: Message) -> None:
            if message["type"] == "http.response.start":
                closed = self._closed.get(_asked_by(body), float("-inf"))
                await asyncio.sleep(max(0.0, closed + PAUSE - time.monotonic()))
            await send(message)

        return waiting

    def _forget(self) -> None:
        now = time.monotonic()
        self._closed = {session: closed for session, closed in self._closed.items() if closed + PAUSE > now}


async def ended(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request for a stream on; a stream that Gradio fails in, having told why, comes to its end."""
    begun = False

    async def noticing(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await app(scope, receive, noticing)
    except RuntimeError:  # what starlette makes of a refusal that comes too late for a status
        if not begun:
            raise
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _session_of(scope: Scope) -> str:
    asked: str = scope["query_string"].decode("latin-1")
    return parse_qs(asked).get("session_hash", [""])[0]


def _copied(receive: Receive, body: bytearray) -> Receive:
    async def copied() -> Message:
        message = await receive()
        body.extend(message.get("body", b""))
        return message

    return copied


def _asked_by(body: bytearray) -> str:
    try:
        asked = json.loads(bytes(body))
    except ValueError:
        return ""
    return str(asked.get("session_hash", "")) if isinstance(asked, dict) else ""
