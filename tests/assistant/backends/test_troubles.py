"""Words of trouble: translated, plain, and without secrets."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from assistant.backends.troubles import (
    ServerFailed,
    StreamBroke,
    TimedOut,
    Translator,
    Unreachable,
    WindowExceeded,
    plain_address,
    plain_words,
    redacted,
    seconds_until,
)
from assistant.errors import BackendError, BackendMissing, BackendTrouble

TRANSLATE = Translator("ollama:qwen3", "http://user:pass@gpu:11434/?key=abc", "FOOTNOTE_LLM_API_KEY", ("hunter2",), 30)


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (httpx.ConnectError("All connection attempts failed"), Unreachable),
        (httpx.ConnectTimeout(""), Unreachable),
        (httpx.ReadTimeout(""), TimedOut),
        (TimeoutError(), TimedOut),
        (httpx.RemoteProtocolError("peer closed connection"), StreamBroke),
        (json.JSONDecodeError("Expecting value", "", 0), StreamBroke),
        (ValueError("Requested tokens (5000) exceed context window of 4096"), WindowExceeded),
        (ImportError("No module named 'x'"), BackendMissing),
        (RuntimeError("something else, with hunter2"), BackendTrouble),
    ],
)
def test_foreign_errors_become_ours(error: Exception, ours: type[BackendError]) -> None:
    translated = TRANSLATE(error)
    assert type(translated) is ours
    assert "hunter2" not in str(translated)
    assert "pass@" not in str(translated)


def test_our_own_errors_pass() -> None:
    error = ServerFailed("as it is")
    assert TRANSLATE(error) is error


def test_what_led_to_an_error_counts() -> None:
    try:
        try:
            raise httpx.ConnectError("refused")
        except httpx.ConnectError as cause:
            raise RuntimeError("Connection error.") from cause
    except RuntimeError as error:
        assert isinstance(TRANSLATE(error), Unreachable)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key hunter2 is wrong", "key … is wrong"),
        ("Incorrect API key: sk-proj-abcdef123456.", "Incorrect API key: …"),
        ("Authorization: Bearer abc.def", "Authorization: …"),
        ("GET /v1?key=AIzaSyA1234567890abc&alt=sse", "GET /v1?…&alt=sse"),
        ("nothing to hide here", "nothing to hide here"),
    ],
)
def test_secrets_are_replaced(text: str, shown: str) -> None:
    assert redacted(text, ("hunter2", "")) == shown


def test_a_servers_words_render_as_nothing() -> None:
    said = plain_words("<img src=http://evil/x> **bold** ![a](http://evil) `code`\nnext " + "long " * 100)
    assert not any(sign in said for sign in "<>*`![]\n")
    assert "evil" not in said
    assert len(said) <= 140


def test_addresses_are_shown_without_what_may_be_secret() -> None:
    assert plain_address("https://me:pw@host/v1?key=1#x") == "https://host/v1"


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert seconds_until("7") == 7
    assert seconds_until("Thu, 01 Jan 2026 12:00:30 GMT", now) == 30
    assert seconds_until("Thu, 01 Jan 2026 11:00:00 GMT", now) == 0
    assert seconds_until("soon") is None
