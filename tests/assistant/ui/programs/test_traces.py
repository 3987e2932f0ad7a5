"""Traces: none unless an endpoint is set; a span says what a line of the log says, and no more."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant.ui.programs.traces import ENDPOINT, Traces, traces


def test_without_an_endpoint_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert traces() is None


def test_with_an_endpoint_there_is_an_exporter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    assert traces() is not None


def test_a_request_is_one_span_without_anybodys_words() -> None:
    kept = InMemorySpanExporter()
    told = Traces(kept)
    told.tell({"method": "POST", "route": "/v1/chat", "status": 200, "request": "abc"}, 1_000, 3_000)
    told.flush()
    (span,) = kept.get_finished_spans()
    assert (span.name, span.end_time - span.start_time) == ("POST /v1/chat", 2_000)
    assert dict(span.attributes) == {
        "http.request.method": "POST", "http.route": "/v1/chat", "http.response.status_code": 200, "footnote.request": "abc",
    }  # fmt: skip
