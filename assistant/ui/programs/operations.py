"""What an operator sees of the server: one line a request and one an answer, and counts for Prometheus.

No question, no answer and no name is in any of them.

Each request gets an id, which its reply carries as `X-Request-ID` and its line as `request`. With FOOTNOTE_LOG=json
the lines are JSON on standard error; otherwise there are none. Metrics are served at `/metrics`, behind the gate, where
the package prometheus-client is installed (`footnote[metrics]`).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.stages import LOG, REQUEST
from assistant.ui.access.places import place_of
from assistant.ui.programs.description import COUNTS
from assistant.ui.programs.traces import traces

REQUEST_ID = "footnote.request"
METRICS = "/metrics"

_LOGGER = logging.getLogger("footnote.requests")
# Ids, file names and hashes in a path would make a series of their own each, and tell what was asked for.
_ROUTE = re.compile(r"^/(?:(?:gradio_api|v1)/)?[a-z_]*(?:\.[a-z]+)?")
# Answers take milliseconds by quoting and up to minutes by a model on a slow machine; in seconds.
_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


class Operations:
    """ASGI middleware that gives every request an id, and tells when it is done how it went."""

    def __init__(self, app: ASGIApp, log: str = "") -> None:
        self._app = app
        self._meter = _Meter() if find_spec("prometheus_client") else None
        self._traces = traces()
        handlers: list[logging.Handler] = [_counting(self._meter)] if self._meter else []
        if log == "json":
            handlers.append(_json_lines())
            _show(_LOGGER, handlers[-1:])
        _show(logging.getLogger(LOG), handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and measure."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, request_id, status = time.perf_counter(), uuid4().hex[:16], 500
        scope[REQUEST_ID] = request_id
        REQUEST.set(request_id)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._tell(scope, request_id, status, time.perf_counter() - started)

    def _tell(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        route = route_of(scope["path"])
        if self._meter:
            self._meter.count(scope["method"], route, status, seconds)
        told = {"request": request_id, "method": scope["method"], "route": route, "status": status}
        if self._traces:
            now = time.time_ns()
            self._traces.tell(told, now - int(1e9 * seconds), now)
        _LOGGER.info("request", extra={"fields": told | {"milliseconds": round(1000 * seconds, 1)}})


def add_metrics(app: FastAPI) -> None:
    """Serve the counts, where the package that keeps them is installed."""
    if not find_spec("prometheus_client"):
        return
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    @app.get(METRICS, responses=COUNTS, response_class=PlainTextResponse)
    def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def route_of(path: str) -> str:
    """The beginning of a path that says what is asked for and not by whom or of what."""
    found = _ROUTE.match(place_of(path)[1])
    return found[0] if found else "/"


class _Meter:
    """Requests by route and status, and how long they took; one for the process."""

    _made: tuple[Any, Any, Any] | None = None

    def __init__(self) -> None:
        from prometheus_client import Counter, Histogram

        if _Meter._made is None:
            _Meter._made = (
                Counter("footnote_requests", "Requests that were answered.", ("method", "route", "status")),
                Histogram("footnote_request_seconds", "How long a request took.", ("route",), buckets=_BUCKETS),
                Histogram("footnote_stage_seconds", "How long an answer's stage took.", ("stage",), buckets=_BUCKETS),
            )
        made: tuple[Any, Any, Any] = _Meter._made
        self._requests, self._seconds, self._stages = made

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one request."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def count_stages(self, record: logging.LogRecord) -> None:
        """Note the stages of one answer."""
        for stage, milliseconds in record.fields["milliseconds"].items():  # type: ignore[attr-defined]
            self._stages.labels(stage).observe(milliseconds / 1000)


class _JsonLines(logging.Formatter):
    """A record as one JSON object: when, and the fields it was given."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"time": when, "event": record.getMessage(), **getattr(record, "fields", {})})


def _json_lines() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    return handler


def _counting(meter: _Meter) -> logging.Handler:
    """What gives the stages of each answer that is logged to the meter."""
    handler = logging.Handler()
    handler.emit = meter.count_stages  # type: ignore[method-assign]
    return handler


def _show(logger: logging.Logger, handlers: list[logging.Handler]) -> None:
    logger.handlers[:] = handlers
    logger.setLevel(logging.INFO if handlers else logging.CRITICAL)
    logger.propagate = False
