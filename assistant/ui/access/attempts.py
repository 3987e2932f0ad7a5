"""Attempts to log in: after a few wrong passwords, whoever tries waits, each time twice as long."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# Wrong passwords that a slip of the finger explains.
FREE_FAILURES = 3
# Seconds to wait after the first failure beyond those, and at most.
FIRST_WAIT, LONGEST_WAIT = 2.0, 900.0
# Failures are forgotten after this many seconds without another.
FORGOTTEN_AFTER = 3600.0
# Names and addresses remembered; the oldest make room, so that a flood of names cannot fill the memory.
MOST_REMEMBERED = 10_000


@dataclass(slots=True)
class _Record:
    failures: int
    last: float


class Attempts:
    """Counts failures by key (an address, a name); safe for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait(self, *keys: str) -> float:
        """Seconds until the next attempt is looked at, 0 if it is now; the longest of these keys."""
        with self._lock:
            return max((self._wait(key) for key in keys), default=0.0)

    def failed(self, *keys: str) -> None:
        """Note a wrong password under each of these keys."""
        now = self._now()
        with self._lock:
            for key in keys:
                record = self._records.pop(key, None)
                if record is None or now - record.last > FORGOTTEN_AFTER:
                    record = _Record(0, now)
                self._records[key] = _Record(record.failures + 1, now)
            while len(self._records) > MOST_REMEMBERED:
                self._records.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of these keys."""
        with self._lock:
            for key in keys:
                self._records.pop(key, None)

    def _wait(self, key: str) -> float:
        record = self._records.get(key)
        beyond = record.failures - FREE_FAILURES if record else 0
        if record is None or beyond <= 0:
            return 0.0
        # The exponent is bounded first: two to the power of a million failures is no number to compute.
        due = min(FIRST_WAIT * 2.0 ** min(beyond - 1, 30), LONGEST_WAIT)
        return max(0.0, record.last + due - self._now())
