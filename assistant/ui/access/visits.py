"""Whose visit a page's session is: what Gradio keeps of a page it gives to whoever names its session.

A name of a session is made up by the browser, and long enough not to be guessed; but proxies see it, and keep it. The
reader who names one first is the only one who may name it afterwards.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ui.access.gate import USER
from assistant.ui.access.places import place_of
from assistant.ui.base import texts

# Sessions remembered; the one that was not named for longest makes room.
MOST_VISITS = 10_000
_PREFIX, _HEARTBEAT = "/gradio_api/", "/gradio_api/heartbeat/"
_NAME = "session_hash"


class Visits:
    """ASGI middleware that refuses a reader another reader's session."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._readers: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what names no session, or one of this reader's own."""
        if scope["type"] != "http" or not scope.get(USER) or not place_of(scope["path"])[1].startswith(_PREFIX):
            await self._app(scope, receive, send)
            return
        body = [await receive()] if scope["method"] == "POST" and _is_json(scope) else []
        while body and body[-1].get("more_body"):
            body.append(await receive())
        named = {_in_path(scope), _in_query(scope), _in_body(b"".join(part.get("body", b"") for part in body))} - {""}
        if all(self._is_own(session, scope[USER]) for session in named):
            await self._app(scope, _again(body, receive), send)
            return
        await JSONResponse({"detail": texts.NOT_YOUR_VISIT}, 403)(scope, receive, send)

    def _is_own(self, session: str, reader: str) -> bool:
        first = self._readers.setdefault(session, reader)
        self._readers.move_to_end(session)
        while len(self._readers) > MOST_VISITS:
            self._readers.popitem(last=False)
        return first == reader


def _is_json(scope: Scope) -> bool:
    return any(name == b"content-type" and b"json" in value for name, value in scope["headers"])


def _in_path(scope: Scope) -> str:
    path = place_of(scope["path"])[1]
    return path.removeprefix(_HEARTBEAT).rstrip("/") if path.startswith(_HEARTBEAT) else ""


def _in_query(scope: Scope) -> str:
    asked: str = scope["query_string"].decode("latin-1")
    return parse_qs(asked).get(_NAME, [""])[0]


def _in_body(body: bytes) -> str:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(asked.get(_NAME) or "") if isinstance(asked, dict) else ""


def _again(body: list[Message], receive: Receive) -> Receive:
    """What was received already, and then whatever comes."""
    parts = iter(body)

    async def received() -> Message:
        part = next(parts, None)
        return await receive() if part is None else part

    return received
