"""What an operator sees: an id for each request, a line without anybody's words, counts by route."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.stages import WRITE, Stages, pieces_counted_to, tell
from assistant.ui.programs.operations import Operations, add_metrics, route_of


@pytest.fixture
def caller(capsys: pytest.CaptureFixture[str]) -> TestClient:
    app = FastAPI()
    add_metrics(app)
    app.add_middleware(Operations, log="json")

    @app.get("/answer")
    def answer() -> str:
        stages = Stages()
        list(stages.within(pieces_counted_to(WRITE, iter("ab"))))
        tell(stages, "extractive", abstained=False)
        return "here"

    @app.get("/config")
    def config() -> str:
        return "here"

    return TestClient(app, raise_server_exceptions=False)


def test_a_request_is_one_line_with_the_id_that_its_reply_carries(
    caller: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = caller.get("/config?question=secret")
    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["request"] == reply.headers["x-request-id"] and told["status"] == 200 and told["route"] == "/config"
    assert "secret" not in line


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/gradio_api/call/ask/abc123", "/gradio_api/call"),
        ("/gradio_api/file=/tmp/notes.md", "/gradio_api/file"),
        ("/v1/chat/completions", "/v1/chat"),
        ("/ÜBER", "/"),
    ],
)
def test_a_route_tells_what_is_asked_for_and_not_of_what(path: str, route: str) -> None:
    assert route_of(path) == route


def test_requests_are_counted_for_prometheus(caller: TestClient) -> None:
    caller.get("/config")
    caller.get("/nowhere")
    told = caller.get("/metrics").text
    assert 'footnote_requests_total{method="GET",route="/config",status="200"}' in told
    assert 'footnote_request_seconds_count{route="/nowhere"}' in told


def test_an_answer_is_one_line_with_its_stages_and_the_id_of_its_request(
    caller: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = caller.get("/answer")
    told, _ = map(json.loads, capsys.readouterr().err.splitlines())
    assert (told["event"], told["backend"]) == ("answer", "extractive")
    assert told["request"] == reply.headers["x-request-id"]
    assert set(told["milliseconds"]) == {"read", "write"}
    assert 'footnote_stage_seconds_count{stage="write"}' in caller.get("/metrics").text
