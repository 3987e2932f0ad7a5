"""Arrays on disk, read by stretches: what a question needs of a large array, and no more, comes into memory.

The files are NumPy's own `.npy`. They are read with `pread` and not mapped into memory: a mapped file that somebody
cuts short under a running page kills the process with a signal, a read that comes back short is an error with a line.
The system's page cache makes both equally fast.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from tokenize import TokenError
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexStoreError
from ingest.index.manifest import repair_hint


class Rows(Protocol):
    """What an array in memory and one on disk have in common: a length, and slices of rows."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def __getitem__(self, rows: slice, /) -> NDArray[Any]:
        """The rows from `start` to `stop`, as an array in memory."""
        ...


# What numpy raises over a header that was changed, which it reads as Python's own tokens.
_UNREADABLE = (OSError, ValueError, EOFError, TypeError, SyntaxError, TokenError)


def loaded(path: Path) -> NDArray[Any]:
    """A whole array of a segment, in memory; IndexStoreError where the file is none any more."""
    try:
        found: NDArray[Any] = np.load(path)
    except _UNREADABLE as error:
        raise _damaged(path) from error
    return found


def _damaged(path: Path) -> IndexStoreError:
    return IndexStoreError(f"the index is damaged ({path} cannot be read): {repair_hint(path.parents[1])}")


class FileReader:
    """A file of which stretches of bytes are read; safe for threads. Open until nobody refers to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise IndexStoreError(f"cannot read {path}: {error.strerror}") from error
        self.close = weakref.finalize(self, os.close, self._descriptor)

    def read(self, offset: int, size: int) -> bytearray:
        """Exactly `size` bytes; one call of the system brings at most 2 GiB."""
        data = bytearray(size)
        view, done = memoryview(data), 0
        while done < size:
            try:
                got = os.preadv(self._descriptor, [view[done:]], offset + done)
            except OSError as error:
                raise IndexStoreError(f"cannot read {self.path}: {error.strerror}") from error
            if not got:
                hint = repair_hint(self.path.parents[1])
                raise IndexStoreError(f"the index is damaged ({self.path} is shorter than it was): {hint}")
            done += got
        return data


class ArrayFile:
    """A `.npy` file of which stretches of rows are read when they are asked for; safe for threads."""

    def __init__(self, path: Path) -> None:
        self._file = FileReader(path)
        try:
            with path.open("rb") as stream:
                version = np.lib.format.read_magic(stream)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                self.shape, fortran, self.dtype = read(stream)
                self._start = stream.tell()
        except _UNREADABLE as error:
            raise _damaged(path) from error
        if fortran and len(self.shape) > 1:
            raise _damaged(path)
        self._row = int(np.prod(self.shape[1:], dtype=np.int64)) * self.dtype.itemsize

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, last, _ = rows.indices(len(self))
        count = max(last - first, 0)
        data = self._file.read(self._start + first * self._row, count * self._row)
        return np.frombuffer(data, dtype=self.dtype).reshape(count, *self.shape[1:])


def spans_of(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers `start, start + 1, …` of every span, one span after the other: (2, 5), (2, 1) gives 2, 3, 5."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(starts - (ends - lengths), lengths), dtype=np.int64)
