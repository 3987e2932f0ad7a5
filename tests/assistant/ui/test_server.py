"""The port, the policy, and one rule of the style sheet."""

import re
import socket

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.errors import SettingsError
from assistant.ui.base.security import SecurityHeaders
from assistant.ui.base.theme import STYLES
from assistant.ui.server import address_of, listening


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


def test_every_response_forbids_other_hosts() -> None:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    policy = TestClient(app).get("/nowhere").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "script-src-attr 'none'" in policy and "http" not in policy


def test_no_selector_has_a_comma_within_brackets() -> None:
    """Gradio cuts selectors at every comma and puts its own in between, which changes what they mean."""
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|@media[^{]*\{", "\n", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r".*\([^)\n]*,.*", selectors) == []
