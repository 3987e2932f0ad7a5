"""Garbage collection, put off while very many objects are made that all stay.

Python looks for garbage each time that some thousands of objects were made, among all that there are: for the names of
70,000 papers that took three quarters of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage until this ends, in no thread; counted references are let go of all the same."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
