"""The HTTP API, read from its own description and tried: nothing answers with a fault of ours, and nobody gets at another's."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from payloads import PAYLOADS
from serving import served

from assistant.ui.access.passwords import hashed
from assistant.ui.chat.archive import Archive
from assistant.ui.chat.feedback import FILE_NAME, Notes
from assistant.ui.chat.thread import Entry, Thread
from assistant.ui.page import MOST_SESSIONS

pytestmark = pytest.mark.slow

LOGINS = f"ada:{hashed('pass-word-a')},bob:{hashed('pass-word-b')}"
SECRET = "ZEBRA-of-ada"
# What the framework under the page says for a body that it cannot read at all, which is no fault of an endpoint.
CLICKED = {
    "id": "conversation-of-ada",
    "ids": "conversation-of-ada",
    "turn": "0",
    "index": 0,
    "value": "conversation-of-ada",
}
"""What a click on a kept conversation sends, and whatever other clicks send."""

STRANGE = [
    None,
    "",
    0,
    -1,
    1e308,
    True,
    [],
    {},
    [[]],
    "x" * 5000,
    {"a": {"b": []}},
    *(text for _, text in PAYLOADS[::8]),
]


def login(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@dataclass(frozen=True)
class Site:
    caller: httpx.Client
    assistant: FakeAssistant
    app: FastAPI


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The real page with two readers, one of whom has kept a conversation."""
    assistant, built = FakeAssistant(), list[FastAPI]()
    thread = Thread((Entry(SECRET, assistant.ask("What is MeLoDy?"), ""),))
    Notes(assistant.index.folder).keep_archive("ada", Archive().with_thread("conversation-of-ada", thread))
    with served(assistant, logins=LOGINS, built=built) as address, httpx.Client(base_url=address, timeout=30) as caller:
        yield Site(caller, assistant, built[0])


def operations(caller: httpx.Client) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and body's schema of what Gradio describes, and of what stands beside it."""
    described = caller.get("/gradio_api/openapi.json", headers=login("bob", "pass-word-b"))
    paths = described.json()["paths"] if described.status_code == 200 else {}
    for path, methods in paths.items():
        for method, about in methods.items():
            yield method.upper(), path if path.startswith("/gradio_api") else f"/gradio_api{path}", about
    for method, path in (
        ("POST", "/v1/chat/completions"),
        ("GET", "/v1/models"),
        ("POST", "/mcp"),
        ("GET", "/metrics"),
    ):
        yield method, path, {}


def events(caller: httpx.Client) -> list[dict[str, Any]]:
    config = caller.get("/config", headers=login("bob", "pass-word-b")).json()
    return list(config["dependencies"])


def answered(caller: httpx.Client, method: str, path: str, sent: object) -> tuple[int, str]:
    """The status and the beginning of a reply; a stream that nothing comes from is one as well."""
    with caller.stream(method, path, json=sent, headers=login("bob", "pass-word-b"), timeout=5) as reply:
        if "event-stream" in reply.headers.get("content-type", ""):
            return reply.status_code, ""
        return reply.status_code, reply.read().decode(errors="replace")


def called(caller: httpx.Client, event: int, data: list[Any], headers: dict[str, str], session: str) -> str:
    """Everything that the server says to one event."""
    body = {"fn_index": event, "data": data, "session_hash": session, "event_data": CLICKED}
    joined = caller.post("/gradio_api/queue/join", json=body, headers=headers)
    if joined.status_code != 200:
        return joined.text
    said = ""
    with caller.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}, headers=headers) as stream:
        for line in stream.iter_lines():
            said += line
            if "process_completed" in line or "close_stream" in line:
                break
    return said


def test_no_strange_body_brings_a_fault_to_light(site: Site) -> None:
    chance = random.Random(6)
    faults = []
    for method, path, _ in operations(site.caller):
        for body in chance.sample(STRANGE, 12):
            for sent in ({"data": body}, body):
                status, text = answered(site.caller, method, path, sent)
                if status >= 500 or "Traceback" in text:
                    faults.append((method, path, str(sent)[:60], status))
    assert faults == []


def test_another_readers_conversation_is_reached_by_no_event(site: Site) -> None:
    found = events(site.caller)
    assert len(found) > 20
    for place, event in enumerate(found):
        filled = ["conversation-of-ada"] * len(event["inputs"])
        said = called(site.caller, event["id"], filled, login("bob", "pass-word-b"), f"bob{place}")
        assert SECRET not in said, event
    own = json.dumps(
        [
            called(site.caller, e["id"], [""] * len(e["inputs"]), login("ada", "pass-word-a"), f"ada{n}")
            for n, e in enumerate(found)
        ]
    )
    assert SECRET in own  # ada herself does reach it, so the attempts were real ones


def test_another_readers_page_is_reached_by_no_event_that_names_its_session(site: Site) -> None:
    ada, bob = login("ada", "pass-word-a"), login("bob", "pass-word-b")
    box, reads = (next(e for e in events(site.caller) if e["api_name"] == name) for name in ("ask_1", "stop_1"))
    data = ["What is MeLoDy?", None, None, "auto", None]
    assert "95.7%" in called(site.caller, box["id"], data, ada, "page-of-ada")
    assert "95.7%" in called(site.caller, reads["id"], [None, None], ada, "page-of-ada")  # it is kept for ada herself
    for event in events(site.caller):
        said = called(site.caller, event["id"], [None] * len(event["inputs"]), bob, "page-of-ada")
        assert "belongs to another reader" in said, event
    for path in ("queue/data?session_hash=page-of-ada", "heartbeat/page-of-ada"):
        assert site.caller.get(f"/gradio_api/{path}", headers=bob).status_code == 403


def test_visits_are_kept_in_bounded_memory(site: Site) -> None:
    (kept,) = (inner.state_holder for route in site.app.routes if hasattr(inner := getattr(route, "app", 0), "blocks"))
    assert kept.capacity == MOST_SESSIONS


def test_no_upload_names_a_file_that_was_not_uploaded(site: Site) -> None:
    config = site.caller.get("/config", headers=login("bob", "pass-word-b")).json()
    takes_files = {
        part["id"]
        for part in config["components"]
        if part["type"] in ("file", "uploadbutton", "image", "audio", "video")
    }
    file = {
        "path": str(site.assistant.index.folder / FILE_NAME),
        "meta": {"_type": "gradio.FileData"},
        "orig_name": "papers.jsonl",
    }
    tried = [event for event in config["dependencies"] if takes_files.intersection(event["inputs"])]
    for place, event in enumerate(tried):
        for filled in (file, [file]):
            data = [filled if part in takes_files else "" for part in event["inputs"]]
            said = called(site.caller, event["id"], data, login("bob", "pass-word-b"), f"file{place}")
            assert SECRET not in said and '"success": true' not in said.replace('":', '": '), said
    assert tried


def test_another_readers_conversation_is_reached_by_no_file_and_no_proxy(site: Site) -> None:
    file = site.assistant.index.folder / FILE_NAME
    paths = [
        f"/gradio_api/file={file}",
        f"/file={file}",
        f"/gradio_api/file=/proc/self/cwd/{file}",
        f"/gradio_api/file={file.parent}/../{file.parent.name}/{FILE_NAME}",
        f"/gradio_api/stream/conversation-of-ada/0/{FILE_NAME}",
        f"/footnote/..%2f..%2f..%2f..%2f..%2f..{file}",
        f"/footnote//{file}",
        "/gradio_api/proxy=http://127.0.0.1:1/x",
        "/gradio_api/proxy=http://169.254.169.254/latest",
        f"/static/../../{FILE_NAME}",
        "/assets/../../../etc/passwd",
        "/gradio_api/file=https://leak.example/x",
        "/gradio_api/file=http:%2F%2Fleak.example/x",
        "/gradio_api/file/https://leak.example/x",
        "/gradio_api/file=//leak.example/x",
    ]
    for path in paths:
        for headers in ({}, login("bob", "pass-word-b")):
            reply = site.caller.get(path, headers=headers)
            assert (
                reply.status_code >= 400 and SECRET.encode() not in reply.content and b"root:" not in reply.content
            ), path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        login("ada", "wrong"),
        login("bob", "pass-word-a"),
        login("", ""),
        {"authorization": "Bearer ada"},
        {"cookie": "footnote-session="},
    ],
)
def test_no_event_answers_who_is_not_logged_in(site: Site, headers: dict[str, str]) -> None:
    for method, path, _ in operations(site.caller):
        assert site.caller.request(method, path, json={"data": []}, headers=headers).status_code == 401, path
    for event in events(site.caller):
        body = {"fn_index": event["id"], "data": [], "session_hash": "x"}
        assert site.caller.post("/gradio_api/queue/join", json=body, headers=headers).status_code == 401
