"""The port, the policy, and one rule of the style sheet."""

import base64
import hashlib
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from serving import served
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from assistant.errors import SettingsError
from assistant.ui.access.hosts import Hosts
from assistant.ui.base.security import SecurityHeaders, policy_for
from assistant.ui.base.theme import STYLES
from assistant.ui.server import address_of, listening, waiting


def test_a_free_port_is_taken_and_named() -> None:
    with listening("127.0.0.1", 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SettingsError, match=r"^port \d+ on 127.0.0.1 is taken: .* --port$"):
            listening("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 99_999), ("203.0.113.1", 0), ("no.such.host.invalid", 0)])
def test_an_address_that_cannot_be_had_is_one_clear_line(host: str, port: int) -> None:
    with pytest.raises(SettingsError, match=r"cannot listen on .*: choose another with --host or --port"):
        listening(host, port)


def test_whoever_asks_before_the_start_is_done_is_told_to_wait_and_the_port_stays_ours() -> None:
    with listening("127.0.0.1", 0) as listener:
        with waiting(listener, Hosts(frozenset({"127.0.0.1"}))):
            foreign = httpx.get(f"{address_of(listener)}/healthz", headers={"Host": "evil.example"})
            replies = [httpx.get(f"{address_of(listener)}/any?<b>x</b>"), httpx.post(address_of(listener), json={})]
        assert (foreign.status_code, foreign.text) == (421, "")
        for reply in replies:
            assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
            assert "is starting" in reply.text and "<b>" not in reply.text
        with socket.create_connection(listener.getsockname()) as caller:
            accepted, _ = listener.accept()
            accepted.sendall(b"from whom the port is")
            accepted.close()
            assert caller.recv(100) == b"from whom the port is"


def test_every_response_forbids_other_hosts() -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    policy = TestClient(app).get("/nowhere").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "script-src-attr 'none'" in policy and "http" not in policy


def test_no_selector_has_a_comma_within_brackets() -> None:
    """Gradio cuts selectors at every comma and puts its own in between, which changes what they mean."""
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|@media[^{]*\{", "\n", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r".*\([^)\n]*,.*", selectors) == []


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_who_is_told_to_stop_finishes_answers_and_lets_open_pages_go() -> None:
    begun = [threading.Event(), threading.Event()]

    def heard(path: str, number: int) -> str:
        lines = []
        with httpx.stream("GET", address + path, timeout=60) as reply:
            for line in reply.iter_lines():
                lines.append(line)
                if "ALIVE" in line or "process_generating" in line:
                    begun[number].set()
        return "\n".join(lines)

    with ThreadPoolExecutor() as pool:
        with served(FakeAssistant(pause=0.05)) as address:
            asked = {"fn_index": event_of(address, "question"), "data": ["What is MeLoDy?", None, None, "auto", None]}
            httpx.post(f"{address}/gradio_api/queue/join", json=asked | {"session_hash": "reader"}).raise_for_status()
            page = pool.submit(heard, "/gradio_api/heartbeat/reader", 0)
            answer = pool.submit(heard, "/gradio_api/queue/data?session_hash=reader", 1)
            assert all(each.wait(60) for each in begun)
        assert "process_completed" in answer.result() and "95.7%" in answer.result()
        assert "ALIVE" in page.result()


def event_of(address: str, box: str) -> int:
    """The event of a text box of the page that is sent off."""
    config = httpx.get(f"{address}/config").json()
    part = next(each["id"] for each in config["components"] if each["props"].get("elem_id") == box)
    return int(next(each["id"] for each in config["dependencies"] if [part, "submit"] in each["targets"]))


def test_a_page_runs_the_inline_scripts_that_it_was_sent_with_and_no_others() -> None:
    page = b"<script>first()</script><SCRIPT type='module'>second()\n</SCRIPT ><script src=x.js></script>"
    digests = [base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"first()", b"second()\n")]
    (scripts,) = (part for part in policy_for(page).split("; ") if part.startswith("script-src "))
    allowed = scripts.split()[1:]
    assert set(allowed) == {"'self'", "'unsafe-eval'", *(f"'sha256-{digest}'" for digest in digests)}


def test_a_page_that_comes_in_pieces_gets_the_policy_of_its_whole() -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.get("/")(lambda: StreamingResponse(iter([b"<script>fir", b"st()</script>"]), media_type="text/html"))
    reply = TestClient(app).get("/")
    assert reply.text == "<script>first()</script>"
    assert reply.headers["Content-Security-Policy"] == policy_for(reply.content) != policy_for(b"")
