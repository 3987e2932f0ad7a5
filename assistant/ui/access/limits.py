"""Limits: how many requests a client may send, and how large one may be."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Message, Receive

# A reader who asks, opens papers and switches tabs sends a few requests a second; a program that floods sends more.
BURST, PER_SECOND = 60.0, 10.0
MOST_CLIENTS = 10_000
# Questions, filters and conversations are texts; only uploads are files.
MOST_BODY_BYTES = 4 * 1024 * 1024
MOST_UPLOAD_BYTES = 100 * 1024 * 1024


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class Rate:
    """A token bucket for each client; safe for several threads."""

    def __init__(
        self, burst: float = BURST, per_second: float = PER_SECOND, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._now = burst, per_second, now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def wait(self, client: str) -> float:
        """0 if a client may send a request now, which is then counted; else the seconds until it may."""
        now = self._now()
        with self._lock:
            bucket = self._buckets.pop(client, None) or _Bucket(self._burst, now)
            tokens = min(self._burst, bucket.tokens + (now - bucket.filled) * self._per_second)
            allowed = tokens >= 1.0
            self._buckets[client] = _Bucket(tokens - allowed, now)
            while len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - tokens) / self._per_second


class BodyTooLarge(Exception):
    """A request's body went on past what is allowed."""


def limited(receive: Receive, most: int) -> Receive:
    """The body as it comes in; BodyTooLarge as soon as it is longer than `most` bytes."""
    seen = 0

    async def receive_some() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise BodyTooLarge
        return message

    return receive_some
