"""Each protocol through its real client over a socket: streaming, counting, thinking, stopping."""

from __future__ import annotations

import time

import pytest
from loopback import backend_for, text_of
from wire.dialects import DIALECTS, KEY, OPENAI, TOKENS_IN, TOKENS_OUT, Dialect
from wire.server import Reply, serving

from assistant.backends.base import Brief

WORDS = ["MeLoDy ", "saves ", "95.7% ", "[1", ", 2", "]. ", "So ", "they say [9", "]."]

each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.kind)


@each_dialect
def test_words_stream_with_their_markers_and_their_cost(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(WORDS)) as diary:
        pieces = list(backend_for(dialect, diary).write(brief))
    assert text_of(pieces) == "MeLoDy saves 95.7% [1][2]. So they say."
    assert sum(bool(piece.text) for piece in pieces) > 3
    usage = pieces[-1].usage
    assert usage is not None
    assert (usage.tokens_in, usage.tokens_out) == (TOKENS_IN, TOKENS_OUT)
    assert usage.dollars is None  # a server of our own has no price list
    assert pieces[-1].prompts == ("answer v1",)


@each_dialect
def test_the_server_hears_the_passages_and_the_key(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(WORDS)) as diary:
        list(backend_for(dialect, diary).write(brief))
    (heard,) = diary.questions
    assert all(hit.passage.text in heard.text for hit in brief.evidence)
    assert any(KEY in value for value in heard.headers.values())
    assert dialect.model in heard.path + heard.text


@each_dialect
def test_thoughts_come_apart(dialect: Dialect, brief: Brief) -> None:
    answer = dialect.thinking(["Hm, ", "MeLoDy [1]."], ["It saves 95.7% [1]."])
    with serving(lambda _: answer) as diary:
        diary.asides["/api/show"] = Reply(
            [b'{"capabilities": ["thinking"], "model_info": {"q.context_length": 40960}}']
        )
        pieces = list(backend_for(dialect, diary).write(brief))
    assert text_of(pieces) == "It saves 95.7% [1]."
    assert "".join(piece.thought for piece in pieces) == "Hm, MeLoDy [1]."


@each_dialect
def test_thoughts_within_the_text_come_apart_as_well(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(["<thi", "nk>Hm.</th", "ink>\n\nIt saves ", "95.7% [1]."])) as diary:
        pieces = list(backend_for(dialect, diary).write(brief))
    assert text_of(pieces) == "It saves 95.7% [1]."
    assert "".join(piece.thought for piece in pieces) == "Hm."


def test_other_servers_name_the_thoughts_otherwise(brief: Brief) -> None:
    with serving(lambda _: OPENAI.thinking(["Hm."], ["Yes [1]."], field="reasoning")) as diary:
        pieces = list(backend_for(OPENAI, diary).write(brief))
    assert "".join(piece.thought for piece in pieces) == "Hm."


@each_dialect
def test_the_first_word_does_not_wait_for_the_last(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(WORDS, pause=0.15)) as diary:
        began = time.monotonic()
        pieces = backend_for(dialect, diary).write(brief)
        next(piece for piece in pieces if piece.text.strip())
        first = time.monotonic() - began
        list(pieces)
        whole = time.monotonic() - began
    assert whole - first > 0.15 * (len(WORDS) - 4)


@each_dialect
def test_closing_hangs_up_in_the_middle(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(["word "] * 200, pause=0.05)) as diary:
        pieces = backend_for(dialect, diary).write(brief)
        next(piece for piece in pieces if piece.text.strip())
        pieces.close()  # type: ignore[attr-defined]
        assert diary.hung_up.wait(1.0)
    assert diary.sent < 50


@each_dialect
def test_closing_hangs_up_before_the_first_word(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(WORDS, silence=20.0)) as diary:
        pieces = backend_for(dialect, diary).write(brief)
        while not diary.questions:
            next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        assert diary.hung_up.wait(1.0)


@each_dialect
def test_signs_of_life_come_while_nothing_else_does(dialect: Dialect, brief: Brief) -> None:
    with serving(lambda _: dialect.stream(WORDS, silence=1.0)) as diary:
        pieces = list(backend_for(dialect, diary).write(brief))
    assert sum(piece == type(piece)() for piece in pieces) >= 4
