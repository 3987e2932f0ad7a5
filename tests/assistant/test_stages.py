"""The stages of an answer: each has its own time, and none runs while nobody makes the answer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from assistant.answering import Assistant
from assistant.stages import SEARCH, STAGES, VERIFY, WRITE, Stages, counted_to, pieces_counted_to, stage

PAUSE = 0.03


def sleeps() -> None:
    time.sleep(PAUSE)


def answer() -> Iterator[int]:
    counted_to(SEARCH)(sleeps)()
    for piece in pieces_counted_to(WRITE, iter((1, 2))):
        with stage(VERIFY):
            sleeps()
            counted_to(SEARCH)(sleeps)()
        yield piece


def test_a_stage_is_without_what_it_spends_in_another_and_without_who_reads() -> None:
    stages = Stages()
    for _ in stages.within(answer()):
        time.sleep(4 * PAUSE)  # whoever reads takes his time
    took = stages.milliseconds
    assert list(took) == [name for name in STAGES if name != "judge"]
    assert took["search"] == pytest.approx(3000 * PAUSE, rel=0.6)
    assert took["verify"] == pytest.approx(2000 * PAUSE, rel=0.6)
    assert took["write"] < 1000 * PAUSE and took["read"] < 1000 * PAUSE


def test_who_is_not_asked_for_an_answer_is_not_measured() -> None:
    stages = Stages()
    counted_to(SEARCH)(sleeps)()
    assert stages.milliseconds == {}


def test_an_answer_that_is_let_go_of_is_closed_to_its_innermost() -> None:
    closed = []

    def pieces() -> Iterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    growing = Stages().within(pieces_counted_to(WRITE, pieces()))
    next(growing)
    growing.close()
    assert closed == [True]


def test_every_answer_is_told_with_its_stages(assistant: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "footnote.answers"):
        assistant.ask("Which papers are about music generation?")
    (record,) = (each for each in caplog.records if each.name == "footnote.answers")
    took = record.fields["milliseconds"]  # type: ignore[attr-defined]
    assert {"read", "judge"} <= set(took) <= set(STAGES)
    assert "music" not in str(record.fields)  # type: ignore[attr-defined]
