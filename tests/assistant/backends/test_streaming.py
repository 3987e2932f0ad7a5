"""Draining an asynchronous source: items, signs of life, silence, trouble, and a real stop."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Generator

import pytest

from assistant.backends import streaming
from assistant.backends.streaming import drain, resting, worked_off


@pytest.fixture(autouse=True)
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life ten times as often."""
    monkeypatch.setattr(streaming, "HEARTBEAT", 0.02)


def same(error: BaseException) -> Exception:
    """A translation that keeps what it is given."""
    return error if isinstance(error, Exception) else RuntimeError(repr(error))


async def counting(pause: float = 0.0) -> AsyncIterator[int]:
    for number in range(5):
        await asyncio.sleep(pause)
        yield number


def test_items_come_in_order() -> None:
    assert [item for item in drain(counting, 5, same) if item is not None] == [0, 1, 2, 3, 4]


def test_signs_of_life_come_between() -> None:
    items = list(drain(lambda: counting(0.1), 5, same))
    assert items.count(None) > 5


def test_silence_ends_it() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        list(drain(lambda: counting(30), 0.1, same))
    assert time.monotonic() - began < 5


def test_trouble_comes_after_what_was_before_it() -> None:
    async def failing() -> AsyncIterator[int]:
        yield 1
        raise ValueError("broken")

    items: list[int | None] = []
    with pytest.raises(ValueError, match="broken"):
        items.extend(drain(failing, 5, same))


def test_what_a_broken_source_left_open_is_closed_on_the_loop_while_the_error_lives() -> None:
    closed: list[str] = []
    all_closed = threading.Event()

    async def connection() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            closed.append(threading.current_thread().name)
            all_closed.set()

    async def failing() -> AsyncIterator[int]:
        chunks = connection()
        async for _ in chunks:
            raise ValueError("broken")
        yield 1

    with pytest.raises(ValueError, match="broken") as caught:
        list(drain(failing, 5, same))
    assert all_closed.wait(2) and closed == ["language models"]
    assert caught.value.__traceback__ is not None


def test_closing_cancels_the_source_where_it_stands() -> None:
    cancelled = threading.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    items = drain(endless, 60, same)
    assert next(item for item in items if item is not None) == 1
    items.close()
    assert cancelled.wait(2)


def test_many_at_once_do_not_wait_for_each_other() -> None:
    sources = [drain(lambda: counting(0.1), 5, same) for _ in range(20)]
    began = time.monotonic()
    for source in sources:
        next(source)
    for source in sources:
        assert [item for item in source if item is not None] == [0, 1, 2, 3, 4]
    assert time.monotonic() - began < 5


def test_resting_can_be_left() -> None:
    began = time.monotonic()
    assert next(resting(60)) is None
    assert list(resting(0.1)).count(None) >= 2
    assert time.monotonic() - began < 5


def slow(turn: threading.Lock, numbers: int = 5, pause: float = 0.0) -> Generator[int, None, None]:
    """A source that blocks, and holds something that others wait for."""
    with turn:
        for number in range(numbers):
            time.sleep(pause)
            yield number


def test_a_source_that_blocks_is_worked_off_in_order() -> None:
    items = drain(lambda: worked_off(lambda: slow(threading.Lock()), threading.Event()), 5, same)
    assert [item for item in items if item is not None] == [0, 1, 2, 3, 4]


def test_what_a_source_that_blocks_raises_comes_through() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(drain(lambda: worked_off(failing, threading.Event()), 5, same))


def test_a_source_that_was_given_up_lets_go() -> None:
    turn, abandoned = threading.Lock(), threading.Event()
    items = drain(lambda: worked_off(lambda: slow(turn, 1000, 0.01), abandoned), 5, same)
    assert any(item is not None for item in items)
    items.close()
    assert abandoned.wait(1)
    assert turn.acquire(timeout=1)
