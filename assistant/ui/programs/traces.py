"""Traces by OpenTelemetry, where its own OTEL_EXPORTER_OTLP_ENDPOINT names who collects them: one span a request.

A span has what a line of the log has (`operations`): method, route, status, id of the request. No question, no name.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any, Protocol

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SERVICE = "footnote"
_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.grpc")


class Exporter(Protocol):
    """What spans are given to."""

    def export(self, spans: Any) -> Any:
        """Send them."""
        ...

    def shutdown(self) -> None:
        """Let go."""
        ...


class Traces:
    """One span for each request that is told; `exporter` sends them."""

    def __init__(self, exporter: Exporter) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))  # type: ignore[arg-type]
        self._tracer = self._provider.get_tracer(SERVICE)

    def tell(self, told: dict[str, Any], started: int, ended: int) -> None:
        """A request that is over; times in nanoseconds since 1970."""
        name = f"{told['method']} {told['route']}"
        attributes = {
            "http.request.method": told["method"],
            "http.route": told["route"],
            "http.response.status_code": told["status"],
            "footnote.request": told["request"],
        }
        self._tracer.start_span(name, start_time=started, attributes=attributes).end(ended)

    def flush(self) -> None:
        """Send what waits."""
        self._provider.force_flush()


def traces() -> Traces | None:
    """Where an endpoint is set and the packages are there: what tells requests to it."""
    if not os.environ.get(ENDPOINT) or not all(map(_is_there, _NEEDED)):
        return None
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    return Traces(OTLPSpanExporter())


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
