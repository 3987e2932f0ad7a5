"""How far a run is: a bar on a terminal, a plain line now and then everywhere else. Both go to standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text

# Seconds between two plain lines: a log of an hour's run stays readable.
_BETWEEN_LINES = 10.0


@contextmanager
def shown(console: Console) -> Iterator[Bar | Lines]:
    """A `pipeline.Progress` that is seen on this console for the length of a run."""
    if not console.is_terminal:
        yield Lines(console)
        return
    bar = Bar(console)
    try:
        yield bar
    finally:
        bar.stop()


class Bar:
    """A bar with papers done, papers a second and the time left."""

    def __init__(self, console: Console) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        self._bar = Progress("Embedding", *columns, console=console, transient=True)
        self._task = self._bar.add_task("papers", total=None)

    def start(self, total: int) -> None:
        """Show the bar, if there is anything to do."""
        self._bar.update(self._task, total=total)
        if total:
            self._bar.start()

    def advance(self, count: int) -> None:
        """Move it."""
        self._bar.advance(self._task, count)

    def stop(self) -> None:
        """Take it off the terminal."""
        self._bar.stop()


class _Rate(ProgressColumn):
    """Papers a second, since the bar began to move."""

    def render(self, task: Task) -> Text:
        """For rich, several times a second."""
        return Text(f"{task.speed:.1f} a second" if task.speed else "")


class Lines:
    """The same as lines of text, ten seconds apart."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = self._done = 0
        self._started = self._told = 0.0

    def start(self, total: int) -> None:
        """Say how much there is to do, if there is anything."""
        self._total, self._started = total, time.monotonic()
        self._told = self._started
        if total:
            self._console.print(f"embedding {total:,} papers")

    def advance(self, count: int) -> None:
        """Say how far it is, unless that was said a moment ago."""
        self._done += count
        now = time.monotonic()
        if now - self._told >= _BETWEEN_LINES and self._done < self._total:
            self._told = now
            rate = self._done / (now - self._started)
            left = duration((self._total - self._done) / rate)
            self._console.print(f"{self._done:,} of {self._total:,} papers, {rate:.1f} a second, {left} left")


def duration(seconds: float) -> str:
    """Seconds as people say them: `48 s`, `2 min 5 s`, `1 h 12 min`."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
