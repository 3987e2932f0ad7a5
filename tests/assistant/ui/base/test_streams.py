"""The page's streams: what is told of an event comes on a stream that is open."""

from __future__ import annotations

import asyncio
import json
import time

from starlette.types import Message, Receive, Scope, Send

from assistant.ui.base.streams import PAUSE, StreamHandover

CLOSING = b'data: {"msg":"close_stream","event_id":null}\n\n'
GOING_ON = b'data: {"msg":"process_completed","output":{"data":["\\"msg\\":\\"close_stream\\""]}}\n\n'


async def _server(scope: Scope, receive: Receive, send: Send) -> None:
    """A server whose streams say what is asked for in the query, and that takes every event."""
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": CLOSING if b"closing" in scope["query_string"] else GOING_ON})


async def _request(app: StreamHandover, path: str, query: str = "", body: bytes = b"") -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        assert message["type"].startswith("http.response")

    await app({"type": "http", "path": path, "query_string": query.encode()}, receive, send)


def _seconds_to_join(body: bytes, said: str = "closing") -> float:
    """How long the event of this body takes right after session s1's stream said something."""

    async def both() -> float:
        app = StreamHandover(_server)
        await _request(app, "/gradio_api/queue/data", f"session_hash=s1&{said}")
        started = time.monotonic()
        await _request(app, "/gradio_api/queue/join", body=body)
        return time.monotonic() - started

    return asyncio.run(both())


def test_an_event_right_after_the_end_of_its_stream_is_confirmed_when_the_page_has_read_of_the_end() -> None:
    assert _seconds_to_join(json.dumps({"session_hash": "s1"}).encode()) >= PAUSE * 0.9


def test_the_end_of_another_readers_stream_is_not_waited_for() -> None:
    assert _seconds_to_join(json.dumps({"session_hash": "s2"}).encode()) < PAUSE


def test_an_answer_that_speaks_of_closed_streams_closes_none() -> None:
    assert _seconds_to_join(json.dumps({"session_hash": "s1"}).encode(), "going on") < PAUSE


def test_an_event_that_is_no_json_passes() -> None:
    assert _seconds_to_join(b"\xff{") < PAUSE
