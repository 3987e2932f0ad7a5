"""Two hundred answers over a bad line: none lost, none hung, no traceback, no key where it does not belong."""

from __future__ import annotations

import itertools
import logging
import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from loopback import settings_for
from wire.dialects import DIALECTS, KEY, Dialect
from wire.proxy import Fault, proxied
from wire.server import Heard, Reply, serving

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.backends.base import Brief
from assistant.backends.chat_model import ChatModelBackend
from assistant.backends.drafts import Draft, drafts
from assistant.backends.registry import open_backend
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex

RUNS = 200
READERS = 4  # who ask at once; most of the time passes in waiting
QUESTIONS = (
    "What is MeLoDy and how much faster is it than MusicLM?",
    "How many pieces does Lyra hold?",
    "Which papers propose a data set?",
    "Compare MusicLDM and Mustango",
    "Who won the world cup of 1998?",
)
WORDS = ["MeLoDy ", "cuts ", "the passes ", "by 95.7% ", "and 99.6% ", "[1]", ". It ", "is ", "a model ", "[2][9]."]
LONGEST = 20.0
"""Seconds after which a page would look hung: a time-out of 2 s for each request, the pauses, and a loaded machine."""


def moody(dialect: Dialect, chance: random.Random) -> Reply:
    """What a server with troubles of its own replies: mostly an answer."""
    status = chance.choice((0, 0, 0, 0, 0, 0, 429, 500, 503, 401, 404))
    if status:
        return dialect.complaint(status, f"no, and your key is {KEY}", **{"Retry-After": "0.05"})
    return chance.choice((dialect.stream, dialect.stream, dialect.broken, dialect.garbled))(WORDS)


def dangling(answer: Answer) -> set[int]:
    """Markers of an answer that no citation stands behind."""
    return {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)} - {c.number for c in answer.citations}


def assert_clean(caplog: pytest.LogCaptureFixture, printed: str = "") -> None:
    """No key in any log, not even in those for debugging, and no traceback where a user sees it."""
    assert KEY not in caplog.text + printed
    assert "Traceback" not in printed
    assert not [record for record in caplog.records if record.exc_info and record.levelno >= logging.INFO]


@contextmanager
def bad_line(dialect: Dialect) -> Iterator[Settings]:
    """Settings that lead over a bad line to a moody server; the same moods in each run of the tests."""
    chance = random.Random(dialect.kind)
    faults = [Fault() if chance.random() < 0.6 else Fault.drawn(chance) for _ in range(RUNS * 4)]
    coming = itertools.cycle(faults)

    def answer(_: Heard) -> Reply:
        return moody(dialect, chance)

    with serving(answer) as diary, proxied(diary.address, lambda: next(coming)) as line:
        settings = settings_for(dialect, line, llm_timeout=2.0)
        first = open_backend(settings.llm, settings)
        assert isinstance(first, ChatModelBackend)
        first.connect()  # a client library takes seconds to import, which is no fault of the line
        yield settings


def drafted(settings: Settings, brief: Brief) -> Draft:
    """One draft over the bad line, and how it ended; not one step of it may keep a reader waiting."""
    began, last = time.monotonic(), Draft()
    for last in drafts(open_backend(settings.llm, settings), brief):
        assert time.monotonic() - began < LONGEST, last
    assert last.complete
    assert last.said.strip() or last.notice
    return last


def answered(assistant: Assistant, question: str) -> Answer:
    """One answer over the bad line."""
    began, last = time.monotonic(), Answer("")
    for last in assistant.stream(question):
        assert time.monotonic() - began < LONGEST, last
    assert last.complete
    assert last.text.strip()
    assert not dangling(last)
    assert "\n" not in last.details.notice
    return last


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.kind)
def test_a_bad_line_never_breaks_a_draft(dialect: Dialect, brief: Brief, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with bad_line(dialect) as settings, ThreadPoolExecutor(READERS) as readers:
        ends = list(readers.map(lambda _: drafted(settings, brief), range(RUNS // len(DIALECTS))))
    assert len(ends) == RUNS // len(DIALECTS)
    assert KEY not in repr(ends)
    assert len({draft.notice for draft in ends if draft.notice}) > 2  # several troubles were really met
    assert any(not draft.notice for draft in ends)
    assert_clean(caplog)


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.kind)
def test_a_bad_line_never_takes_the_answer_down(
    dialect: Dialect, index: PaperIndex, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = list(itertools.islice(itertools.cycle(QUESTIONS), RUNS // len(DIALECTS)))
    with bad_line(dialect) as settings, ThreadPoolExecutor(READERS) as readers:
        assistant = Assistant(index, settings)
        answers = list(readers.map(lambda question: answered(assistant, question), asked))
    assert len(answers) == len(asked)
    assert KEY not in repr(answers)
    assert any(answer.details.notice for answer in answers)
    assert_clean(caplog, "".join(capfd.readouterr()))
