"""Files that must not change: what each was when it was written, and how a change is found.

A file's SHA-256 is kept with its size and time of last change. Whoever opens an index compares size and time, which
costs microseconds, and reads the whole file only where the time is another one (after a copy or a restored backup):
10,000 papers are 0.4 GB, half a second. `check` always reads everything, and finds also what a disk changed by itself.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileStamp:
    """A file as it was written: its path below the segment, bytes, time of change (ns), and SHA-256 in hex."""

    name: str
    size: int
    modified: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not what it was, and in what way: "gone", "cut short", "changed"."""

    path: Path
    state: str

    def __str__(self) -> str:
        return f"{self.path} is {self.state}" if self.state != "changed" else f"{self.path} was changed"


def stamp_of(folder: Path, path: Path) -> FileStamp:
    """Read a file to its end and say what it is."""
    found = path.stat()
    return FileStamp(path.relative_to(folder).as_posix(), found.st_size, found.st_mtime_ns, sha256_of(path))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def stamps_of(folder: Path) -> tuple[FileStamp, ...]:
    """All files below a folder, by name."""
    return tuple(stamp_of(folder, path) for path in sorted(folder.rglob("*")) if path.is_file())


def damaged(folder: Path, stamps: Iterable[FileStamp], thorough: bool = False) -> Iterator[Damage]:
    """The files that are no longer what they were; `thorough` reads them all, also those that look untouched."""
    for stamp in stamps:
        path = folder / stamp.name
        try:
            found = path.stat()
            if found.st_size != stamp.size:
                yield Damage(path, "cut short" if found.st_size < stamp.size else "changed")
            elif (thorough or found.st_mtime_ns != stamp.modified) and sha256_of(path) != stamp.sha256:
                yield Damage(path, "changed")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            yield Damage(path, "gone")


def write_whole(path: Path, data: bytes) -> None:
    """Put a small file in place in one step that outlives a power cut: there is the old one or the new one."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive a power cut, where the system can do that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
