"""How long the stages of an answer took: reading, searching, judging, writing, verifying.

A stage's time is its own: what it spends in another stage is that one's. `Stages.within` measures an answer that grows;
between two of its pieces, while whoever asked does something else, no clock runs. A finished answer is one record of
the log "footnote.answers", with milliseconds by stage and without a word of question or answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

READ, SEARCH, JUDGE, WRITE, VERIFY = STAGES = ("read", "search", "judge", "write", "verify")
"""What is none of the others, such as understanding the question and composing the reply, is reading."""

LOG = "footnote.answers"
REQUEST: ContextVar[str] = ContextVar("footnote_request", default="")
"""The id of the request that is being answered; empty where none is known, as in the page's queue."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_LOGGER = logging.getLogger(LOG)
_here = threading.local()


class Stages:
    """The seconds of one answer by stage; safe to be asked for from one thread after the other."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    @property
    def milliseconds(self) -> dict[str, float]:
        """By stage, those that the answer went through at all."""
        return {stage: round(1000 * self._seconds[stage], 1) for stage in STAGES if stage in self._seconds}

    def within(self, pieces: Iterator[_T]) -> Generator[_T]:
        """The same pieces, each measured while it is made; closing this closes them."""
        return _each_within(self._reading, pieces)

    def enter(self, name: str) -> None:
        """Let a stage begin; the one that was going on rests."""
        self._settle()
        self._open.append(name)

    def leave(self) -> None:
        """Let the stage that began last end; the one before it goes on."""
        self._settle()
        self._open.pop()

    def _settle(self) -> None:
        now = time.perf_counter()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def _reading(self) -> Iterator[None]:
        before = getattr(_here, "stages", None)
        _here.stages = self
        try:
            with stage(READ):
                yield
        finally:
            _here.stages = before


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count what is done here to a stage of the answer that this thread is making, if it is making one."""
    stages: Stages | None = getattr(_here, "stages", None)
    if stages is None:
        yield
        return
    stages.enter(name)
    try:
        yield
    finally:
        stages.leave()


def counted_to(name: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """A decorator: each call counts to a stage."""

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(function)
        def call(*values: _P.args, **named: _P.kwargs) -> _T:
            with stage(name):
                return function(*values, **named)

        return call

    return decorate


def pieces_counted_to(name: str, pieces: Iterator[_T]) -> Generator[_T]:
    """The same pieces; what each takes to be made counts to a stage. Closing this closes them."""
    return _each_within(lambda: stage(name), pieces)


def _each_within(entered: Callable[[], AbstractContextManager[None]], pieces: Iterator[_T]) -> Generator[_T]:
    """The same pieces, each made within a context of its own; closing this closes them."""
    try:
        while True:
            with entered():
                try:
                    piece = next(pieces)
                except StopIteration:
                    return
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()


def tell(stages: Stages, backend: str, abstained: bool) -> None:
    """Write an answer's record into the log."""
    told = {"request": REQUEST.get(), "backend": backend, "abstained": abstained, "milliseconds": stages.milliseconds}
    _LOGGER.info("answer", extra={"fields": told})
