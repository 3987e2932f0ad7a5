"""A model's stream, for callers that are not asynchronous: with signs of life, a time-out, and a real stop.

Every language model is read on one event loop in a thread of its own. That costs a hand-over for each piece and
buys three things that a blocking read cannot give: whoever waits hears something several times a second and so
can be stopped, silence is noticed whatever the client library thinks of time-outs, and stopping cancels the read
itself, which closes the connection and with it the generation at the server, even before the first word came.
"""

from __future__ import annotations

import asyncio
import threading
import time
import traceback
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TypeVar

HEARTBEAT = 0.2
"""Seconds between signs of life while nothing comes: short enough that a click on “stop” feels immediate."""

Item = TypeVar("Item")


def drain(
    source: Callable[[], AsyncIterator[Item]], silence: float, translate: Callable[[BaseException], Exception]
) -> Generator[Item | None, None, None]:
    """The items of an asynchronous source as they come, and None now and then while none does.

    `silence` is the seconds without an item after which TimeoutError is translated and raised; whatever the source
    raises goes through `translate` as well. Closing this generator cancels the source where it stands.
    """
    arrived: SimpleQueue[Item | Future[None]] = SimpleQueue()
    pumping = asyncio.run_coroutine_threadsafe(_pump(source, arrived.put), _loop())
    pumping.add_done_callback(arrived.put)  # the future itself, behind the last item, is the end
    last_sign = time.monotonic()
    try:
        while True:
            try:
                item = arrived.get(timeout=HEARTBEAT)
            except Empty:
                if time.monotonic() - last_sign > silence:
                    raise translate(TimeoutError(f"silent for {silence:g} s")) from None
                yield None
                continue
            if isinstance(item, Future):
                break
            last_sign = time.monotonic()
            yield item
    finally:
        pumping.cancel()
    if (error := pumping.exception()) is not None:
        raise translate(error)


async def worked_off(
    source: Callable[[], Generator[Item, None, None]], abandoned: threading.Event
) -> AsyncIterator[Item]:
    """The items of a source that blocks, as they come; one thread reads it to its end and closes it.

    When the caller goes away `abandoned` is set, for the source to look at. The thread then closes it in its own time:
    left to the garbage collector, a source that holds a lock may hold it for ever.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[Item | asyncio.Future[None]] = asyncio.Queue()

    def work() -> None:
        with closing(source()) as items:
            for item in items:
                if abandoned.is_set():
                    return
                loop.call_soon_threadsafe(arrived.put_nowait, item)

    def end(working: asyncio.Future[None]) -> None:
        working.exception()  # looked at, also when nobody waits for it any more
        arrived.put_nowait(working)

    loop.run_in_executor(None, work).add_done_callback(end)
    try:
        while not isinstance(item := await arrived.get(), asyncio.Future):
            yield item
        item.result()
    finally:
        abandoned.set()


def resting(seconds: float) -> Iterator[None]:
    """None now and then for so many seconds: a wait that can be stopped."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        yield None
        time.sleep(min(HEARTBEAT, left))


async def _pump(source: Callable[[], AsyncIterator[Item]], put: Callable[[Item], None]) -> None:
    try:
        async for item in source():
            put(item)
    except BaseException as error:
        _let_go(error)
        raise


def _let_go(error: BaseException) -> None:
    """Drop, on the loop's own thread, what an error's traceback still holds of the client library's streams.

    A library that raises in mid-stream leaves its inner generators suspended in the frames of the traceback. Left
    there, they are finalized by whichever thread's garbage collector meets them, while the loop closes the same ones.
    """
    held: BaseException | None = error
    seen: set[int] = set()
    while held is not None and id(held) not in seen:
        seen.add(id(held))
        traceback.clear_frames(held.__traceback__)
        held = held.__cause__ or held.__context__


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language models", daemon=True).start()
    return loop
