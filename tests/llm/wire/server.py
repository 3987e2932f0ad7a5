"""A loopback server that speaks what it is told to, and misbehaves when it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request as it came in."""

    path: str
    headers: dict[str, str] = field(repr=False)
    body: dict[str, Any] = field(repr=False)

    @property
    def is_question(self) -> bool:
        """Whether it asks for an answer (and not, say, for a list of models)."""
        return "messages" in self.body or "contents" in self.body

    @property
    def text(self) -> str:
        """Everything that was sent, as one string to search in."""
        return json.dumps(self.body, ensure_ascii=False)


@dataclass(frozen=True)
class Reply:
    """What is sent back: chunks with a pause before each; `breaks` hangs up without an end."""

    chunks: Iterable[bytes]
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    silence: float = 0.0  # seconds before the first byte, headers included
    breaks: bool = False


NOT_FOUND = Reply([b'{"error": "not found"}'], status=404)


@dataclass
class Diary:
    """What happened at the server: requests heard, chunks that went out, whether somebody hung up."""

    heard: list[Heard] = field(default_factory=list)
    sent: int = 0
    hung_up: threading.Event = field(default_factory=threading.Event)
    address: str = ""
    asides: dict[str, Reply] = field(default_factory=dict)  # what is answered at which path, beside the questions

    @property
    def questions(self) -> list[Heard]:
        """The requests that asked for an answer."""
        return [heard for heard in self.heard if heard.is_question]


@contextmanager
def serving(answer: Callable[[Heard], Reply]) -> Iterator[Diary]:
    """A server on a free port of the loopback interface that answers every question by this function."""
    diary = Diary()

    class Handler(_Handler):
        pass

    Handler.answer, Handler.diary = staticmethod(answer), diary
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    diary.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield diary
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Callable[[Heard], Reply]
    diary: Diary

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.diary.heard.append(heard)
        try:
            self._send(self.answer(heard) if heard.is_question else self.diary.asides.get(heard.path, NOT_FOUND))
        except (BrokenPipeError, ConnectionResetError):
            self.diary.hung_up.set()
            self.close_connection = True

    do_GET = do_POST  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self._wait(reply.silence)
        self.send_response(reply.status)
        for name, value in {
            "Content-Type": reply.content_type,
            "Transfer-Encoding": "chunked",
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        for chunk in reply.chunks:
            self._wait(reply.pause)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.wfile.flush()
            self.diary.sent += 1
        if reply.breaks:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _wait(self, seconds: float) -> None:
        """Wait, but notice at once when the other side hangs up, as real servers do."""
        until = time.monotonic() + seconds
        self.connection.settimeout(0.02)
        while time.monotonic() < until:
            try:
                if self.connection.recv(1) == b"":
                    raise BrokenPipeError
            except TimeoutError:
                continue
        self.connection.settimeout(None)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""
