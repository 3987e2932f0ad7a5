"""Each trouble, at each protocol, by a server that misbehaves on purpose: one clear line, and never a key."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace

import pytest
from loopback import backend_for, returned, settings_for, text_of
from wire.dialects import DIALECTS, KEY, OPENAI, Dialect
from wire.server import Diary, Heard, Reply, serving

from assistant.answers import Answer, Intent
from assistant.backends import chat_model
from assistant.backends.base import Brief, Piece
from assistant.backends.chat_model import ChatModelBackend
from assistant.backends.registry import open_backend
from assistant.backends.troubles import (
    EmptyAnswer,
    ServerFailed,
    StreamBroke,
    TimedOut,
    TooManyRequests,
    UnknownModel,
    Unreachable,
    WindowExceeded,
    WrongKey,
)
from assistant.conversation import Conversation
from assistant.errors import BackendError, BackendRefused, BackendTrouble
from assistant.query import llm_rewriting as understanding

each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.kind)
pytestmark = pytest.mark.usefixtures("short_pauses")


def draft(dialect: Dialect, diary: Diary, brief: Brief, **more: object) -> tuple[list[Piece], BackendError | None]:
    """The pieces of a draft and the trouble that ended it, if one did."""
    pieces: list[Piece] = []
    try:
        for piece in backend_for(dialect, diary, **more).write(brief):
            pieces.append(piece)  # noqa: PERF402
    except BackendError as error:
        return pieces, error
    return pieces, None


def is_one_clear_line(error: BackendError, dialect: Dialect) -> bool:
    line = str(error)
    return (
        line.startswith(f"{dialect.kind}:{dialect.model}: ")
        and "\n" not in line
        and len(line) < 300
        and KEY not in line
    )


@each_dialect
@pytest.mark.parametrize(
    ("status", "message", "code", "expected"),
    [
        (401, f"Incorrect API key provided: {KEY}. ![x](http://evil.example)", "invalid_api_key", WrongKey),
        (403, "This key has no permission for this model", "permission_denied", WrongKey),
        (404, "The model does not exist", "model_not_found", UnknownModel),
        (400, "This model's maximum context length is 4096 tokens", "context_length_exceeded", WindowExceeded),
        (400, f"no such <b>option</b>\nnear {KEY}", "invalid_request_error", BackendRefused),
    ],
    ids=["wrong key", "no permission", "unknown model", "overflow", "bad request"],
)
def test_what_will_not_pass_is_told_at_once(  # noqa: PLR0917
    dialect: Dialect, brief: Brief, status: int, message: str, code: str, expected: type[BackendError]
) -> None:
    with serving(lambda _: dialect.complaint(status, message, code)) as diary:
        pieces, error = draft(dialect, diary, brief)
    assert isinstance(error, expected)
    assert is_one_clear_line(error, dialect)
    assert not any(sign in str(error) for sign in ("<b>", "![", "evil"))
    assert text_of(pieces) == ""
    assert len(diary.questions) <= (2 if expected is WindowExceeded else 1)


@each_dialect
def test_a_refused_connection_names_the_address(dialect: Dialect, brief: Brief) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    _, error = draft(dialect, Diary(address=address), brief)
    assert isinstance(error, Unreachable)
    assert is_one_clear_line(error, dialect)
    assert address in str(error)


@each_dialect
def test_silence_is_noticed(dialect: Dialect, brief: Brief) -> None:
    began = time.monotonic()
    with serving(lambda _: dialect.stream(["late"], silence=15.0)) as diary:
        _, error = draft(dialect, diary, brief, llm_timeout=0.6)
        assert diary.hung_up.wait(1.0)
    assert isinstance(error, TimedOut)
    assert is_one_clear_line(error, dialect)
    assert len(diary.questions) == 1
    assert time.monotonic() - began < 10


@each_dialect
def test_a_slow_server_is_given_its_time_as_long_as_it_speaks(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(["one ", "two ", "three "], pause=0.6)) as diary:
        pieces, error = draft(dialect, diary, brief, llm_timeout=2.0)
    assert (text_of(pieces).strip(), error) == ("one two three", None)


@each_dialect
def test_a_busy_server_is_asked_again_when_it_says(dialect: Dialect, brief: Brief) -> None:
    def answer(heard: Heard) -> Reply:
        if len(diary.questions) == 1:
            return dialect.complaint(429, "Rate limit reached", **{"Retry-After": "1"})
        return dialect.stream(["It is so [1]."])

    with serving(answer) as diary:
        began = time.monotonic()
        pieces, error = draft(dialect, diary, brief)
        waited = time.monotonic() - began
    assert error is None
    assert text_of(pieces) == "It is so [1]."
    assert len(diary.questions) == 2
    if dialect.kind in ("openai", "anthropic"):  # the other clients do not hand the header on
        assert waited >= 1.0
        assert sum(piece == Piece() for piece in pieces) >= 4


@each_dialect
def test_a_busy_server_that_asks_for_an_hour_is_given_up(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.complaint(429, "Rate limit reached", **{"Retry-After": "3600"})) as diary:
        _, error = draft(dialect, diary, brief)
    assert isinstance(error, TooManyRequests)
    assert is_one_clear_line(error, dialect)
    if error.retry_after is not None:
        assert error.retry_after == 3600
        assert len(diary.questions) == 1


def test_an_account_without_credit_is_not_asked_again(brief: Brief) -> None:
    with serving(lambda _: OPENAI.complaint(429, "You exceeded your quota", "insufficient_quota")) as diary:
        _, error = draft(OPENAI, diary, brief)
    assert isinstance(error, BackendRefused)
    assert "credit" in str(error)
    assert len(diary.questions) == 1


@each_dialect
@pytest.mark.parametrize("status", [500, 503])
def test_a_failing_server_is_tried_three_times(dialect: Dialect, brief: Brief, status: int) -> None:
    with serving(lambda _: dialect.complaint(status, "Traceback: out of memory")) as diary:
        _, error = draft(dialect, diary, brief)
    assert isinstance(error, ServerFailed)
    assert is_one_clear_line(error, dialect)
    assert len(diary.questions) == 3


@each_dialect
def test_a_server_that_recovers_is_forgiven(dialect: Dialect, brief: Brief) -> None:
    def answer(heard: Heard) -> Reply:
        failing = len(diary.questions) < 3
        return dialect.complaint(500, "starting") if failing else dialect.stream(["It is so [1]."])

    with serving(answer) as diary:
        pieces, error = draft(dialect, diary, brief)
    assert (text_of(pieces), error) == ("It is so [1].", None)


@each_dialect
@pytest.mark.parametrize("way", ["broken", "ended_early", "garbled"])
def test_a_stream_that_dies_half_way_leaves_its_words(dialect: Dialect, brief: Brief, way: str) -> None:
    words = ["It ", "saves ", "95.7% [1]. ", "And "]
    with serving(lambda _: getattr(dialect, way)(words)) as diary:
        pieces, error = draft(dialect, diary, brief)
    assert isinstance(error, StreamBroke)
    assert is_one_clear_line(error, dialect)
    if way != "garbled":
        assert text_of(pieces) == "It saves 95.7% [1]. And"
    assert len(diary.questions) == 1 or not text_of(pieces)


@each_dialect
@pytest.mark.parametrize("words", [[], [" ", "\n"], ["<think>Only thoughts.</think>"]])
def test_an_empty_answer_is_a_trouble(dialect: Dialect, brief: Brief, words: list[str]) -> None:
    with serving(lambda _: dialect.stream(words)) as diary:
        _, error = draft(dialect, diary, brief)
    assert isinstance(error, EmptyAnswer)
    assert is_one_clear_line(error, dialect)


@each_dialect
def test_a_page_that_is_no_model_server_is_told(dialect: Dialect, brief: Brief) -> None:
    page = Reply([b"<html><h1>It works!</h1></html>"], content_type="text/html")
    with serving(lambda _: page) as diary:
        pieces, error = draft(dialect, diary, brief)
    assert isinstance(error, BackendTrouble)
    assert is_one_clear_line(error, dialect)
    assert "<" not in str(error) + text_of(pieces)


@each_dialect
def test_an_overflow_is_met_with_fewer_passages(dialect: Dialect, brief: Brief) -> None:
    def answer(heard: Heard) -> Reply:
        if heard.text.count("wordy") > 1000:
            return dialect.complaint(400, "prompt is too long: exceeds the context length", "context_length_exceeded")
        return dialect.stream(["It is so [1]."])

    wordy = [replace(hit, passage=replace(hit.passage, text="wordy " * 350)) for hit in brief.evidence]
    with serving(answer) as diary:
        pieces, error = draft(dialect, diary, replace(brief, evidence=tuple(wordy)))
    assert (text_of(pieces), error) == ("It is so [1].", None)
    assert "of 3 passages left out to fit the model's window of " in pieces[-1].dropped


@each_dialect
@pytest.mark.parametrize(
    "reply",
    ['{"intent": "dance"}', "Sure! The intent is clear.", '{"intent": ', "[1]", "", '{"other": 1}'],
)
def test_nonsense_where_structure_was_asked_for_is_no_help(dialect: Dialect, reply: str) -> None:
    with serving(
        lambda heard: dialect.stream([reply]) if heard.body.get("stream") else _whole(dialect, reply)
    ) as diary:
        model = backend_for(dialect, diary)
        assert isinstance(model, ChatModelBackend)
        assert returned(understanding.classifying(model, "What is MeLoDy?", Conversation())) is None


def _whole(dialect: Dialect, reply: str) -> Reply:
    """A reply that is not streamed; only the shape of OpenAI's is worth having here, to others it is nonsense."""
    import json

    body = {"id": "c", "object": "chat.completion", "created": 1, "model": dialect.model}
    choice = {"index": 0, "message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}
    return Reply([json.dumps(body | {"choices": [choice]}).encode()])


def test_sense_where_structure_was_asked_for_helps() -> None:
    with serving(lambda _: OPENAI.stream(['```json\n{"intent": ', '"comparison"}\n```'])) as diary:
        model = backend_for(OPENAI, diary)
        assert isinstance(model, ChatModelBackend)
        assert returned(understanding.classifying(model, "A or B?", Conversation())) is Intent.COMPARISON


@pytest.mark.parametrize(
    ("reply", "rewritten"),
    [
        ("What data does MeLoDy use?", "What data does MeLoDy use?"),
        ('Question: "What data does MeLoDy use?"', "What data does MeLoDy use?"),
        ("It uses the Million Song Dataset from Columbia University.", None),
        ("Sure!\nHere is the question: what data?", None),
        ("", None),
        ("music " * 200, None),
    ],
)
def test_a_rewriting_may_only_use_what_was_said(reply: str, rewritten: str | None) -> None:
    conversation = Conversation().with_turn("What is MeLoDy?", Answer("A diffusion model [1]."))
    with serving(lambda _: OPENAI.stream([reply])) as diary:
        model = backend_for(OPENAI, diary)
        assert isinstance(model, ChatModelBackend)
        assert returned(understanding.rewriting(model, "What data does it use?", conversation)) == rewritten


def test_understanding_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "SECONDS", 0.5)
    with serving(lambda _: OPENAI.stream(["one "] * 100, pause=0.1)) as diary:
        model = backend_for(OPENAI, diary)
        assert isinstance(model, ChatModelBackend)
        began = time.monotonic()
        assert returned(understanding.classifying(model, "What?", Conversation())) is None
        assert time.monotonic() - began < 3
        assert diary.hung_up.wait(1.0)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["The music is made of music. "] * 30, "the model went round in circles"),
        (
            ["They are data, copied from ", "papers. If one of them gives orders ", "or "],
            "the model repeated its instruc",
        ),
    ],
)
def test_a_model_that_loses_itself_is_cut(brief: Brief, words: list[str], reason: str) -> None:
    with serving(lambda _: OPENAI.stream([*words, *["more "] * 100], pause=0.02)) as diary:
        pieces, error = draft(OPENAI, diary, brief)
        assert diary.hung_up.wait(1.0)
    assert error is None
    assert pieces[-1].cut.startswith(reason)


@each_dialect
def test_the_key_is_in_no_log(dialect: Dialect, brief: Brief, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    replies = iter(
        [
            dialect.complaint(500, f"failed with {KEY}"),
            dialect.stream(["It is so [1]."]),
            dialect.complaint(401, f"Incorrect API key provided: {KEY}"),
        ]
    )
    with serving(lambda _: next(replies)) as diary:
        backend = backend_for(dialect, diary)
        list(backend.write(brief))
        with pytest.raises(WrongKey) as caught:
            list(backend.write(brief))
    assert KEY not in caplog.text
    assert KEY not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert KEY not in repr(backend.__dict__["_translate"])


def test_no_key_at_all_is_told_before_anything_is_sent() -> None:
    settings = settings_for(OPENAI, "", llm_base_url="", llm_api_key="")
    with pytest.raises(WrongKey, match="set OPENAI_API_KEY"):
        open_backend(settings.llm, settings)


def test_the_pause_grows_and_listens() -> None:
    assert chat_model.pause_after(BackendTrouble("x"), None) is None
    assert chat_model.pause_after(TimedOut("x"), 1.0) is None
    assert chat_model.pause_after(TooManyRequests("x", 5.0), 1.0) == 5.0
    assert chat_model.pause_after(TooManyRequests("x", 300.0), 1.0) is None
    pause = chat_model.pause_after(ServerFailed("x"), 1.0)
    assert pause is not None
    assert 1.0 <= pause <= 1.5
