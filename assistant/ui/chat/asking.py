"""From a question to growing threads: the logic of the chat, without its widgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from assistant.answers import Answer, Details
from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.ui.chat.answer_view import filters_in_words
from assistant.ui.chat.thread import ALL_PAPERS, Entry, Thread
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.answering import Assistant

# A page that is redrawn more often than this shows a reader nothing more, and keeps the server busy.
SHORTEST_PAUSE = 0.05


def asked(
    assistant: Assistant, question: str, thread: Thread, filters: Filters = ALL_PAPERS, llm: str | None = None
) -> Generator[Thread]:
    """The thread with this question and its answer, from the moment it is asked until the answer is whole.

    Closing this generator closes the assistant's, which stops the work at a language model's server too.
    """
    scope = filters_in_words(filters)
    yield thread.with_entry(Entry(question, Answer("", complete=False), scope))
    try:
        growing = cast("Generator[Answer]", assistant.stream(question, thread.conversation, filters, llm))
        with closing(growing) as answers:
            for answer in paced(answers):
                yield thread.with_entry(Entry(question, answer, scope))
    except (AssistantError, IngestError) as error:
        yield thread.with_entry(Entry(question, in_trouble(error), scope))


class Runs:
    """The runs of one visitor: which is the latest, and which were stopped.

    Gradio can cancel a run, but what it had just drawn then races with what the stop button draws. A run that asks
    here before each redraw ends by itself instead, and in order.
    """

    def __init__(self) -> None:
        self.latest = 0
        self._stopped = 0

    def begin(self) -> int:
        """The number of a new run; all before it are no longer wanted."""
        self.latest += 1
        return self.latest

    def stop(self) -> None:
        """End the latest run at what it has."""
        self._stopped = self.latest

    def replaced(self, run: int) -> bool:
        """Whether a later run has begun."""
        return run < self.latest

    def stopped(self, run: int) -> bool:
        """Whether this run was told to stop."""
        return run <= self._stopped


def while_wanted(threads: Generator[Thread], runs: Runs) -> Iterator[Thread]:
    """The threads of a new run, up to a settled one when it is stopped, or to nothing more when it is replaced."""
    run = runs.begin()
    with closing(threads):
        for thread in threads:
            if runs.replaced(run):
                return
            if runs.stopped(run):
                yield thread.settled()
                return
            yield thread


def in_trouble(error: Exception) -> Answer:
    """An answer that tells of an error; its message is one line that names the mend."""
    return Answer(str(error), abstained=True, details=Details(notice=type(error).__name__))


def paced(
    answers: Iterator[Answer], pause: float = SHORTEST_PAUSE, clock: Callable[[], float] = time.monotonic
) -> Iterator[Answer]:
    """The answers without those that follow another within `pause` seconds; a complete one always passes."""
    last_shown = float("-inf")
    for answer in answers:
        now = clock()
        if answer.complete or now - last_shown >= pause:
            last_shown = now
            yield answer
