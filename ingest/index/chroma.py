"""Chroma: the vectors of one segment in two collections, built once, never changed, and searched in copies.

A record is a row of the segment's arrays, and its id that row's number; what the row means stands in the arrays
(`ingest.index.segments`). Whoever opens a Chroma folder changes its database, even to read, and must not do so while
another process does. So a segment's folder is as it was built and can be checked by its hashes, and each process
opens it through a working folder in the system's place for such: a copy of the database (200 bytes a vector), and
links to the files of vectors. Chroma dies without an exception when such a file is damaged: it is checked before.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from ingest.embedding.base import Matrix, Vector
from ingest.errors import IndexStoreError
from ingest.index.arrays import Rows
from ingest.index.integrity import FileStamp, damaged
from ingest.index.manifest import repair_hint
from ingest.passages import Level

DATABASE = "chroma.sqlite3"

# Chroma refuses more records in one write (5,461 as built); fewer keep its lists short.
WRITE_BATCH = 2_000

# The nearest passages are found by a graph search that looks at this many at least: on abstracts, 200 loses
# next to nothing against looking at all of them.
SEARCH_BREADTH = 200
BUILD_BREADTH = 100

# So many vectors are taken from Chroma's log into its graph at once; its own default.
_GRAPH_BATCH = 100
# Chroma accepts no lower thresholds.
_LEAST_THRESHOLD = 2

# Vector files that are smaller than this together are copied, not linked: while a collection has but one vector,
# Chroma makes its files anew when it opens them.
_COPIED_BYTES = 1 << 20

_WORKING = "footnote-chroma-"

# Chroma keeps one register of open folders for the whole process, and does not guard it: two threads that open or
# close at the same moment take each other's store away.
_OPENING = threading.Lock()

# What SQLite says, through Chroma, where the index itself is as it should be.
_KNOWN_TROUBLES = {
    "readonly database": "may not be written to: copy it, or change its rights",
    "database is locked": "is held by another program: close that, or wait until it is done",
    "disk is full": "has no room left on its disk: make room, and run the same command again",
    "disk I/O error": "has no room left on its disk, or the disk fails: make room, and run the same command again",
}

# On a disk with less than this many bytes left, that is why a write failed, whatever Chroma says.
_LEAST_ROOM = 16 * 1024 * 1024

# How Rust's panics arrive in Python: not as an Exception, and with no public class.
_PANIC = "PanicException"

Numbers = NDArray[np.int64]
Similarities = NDArray[np.float32]


def build_chroma(folder: Path, vectors: Mapping[Level, Rows]) -> None:
    """Make a Chroma folder with one collection a level, of rows of float16 or float32 vectors."""
    folder.mkdir()
    with _client(folder) as client:
        for level, rows in vectors.items():
            settings: Any = settings_of(len(rows))
            collection = client.create_collection(f"{level}s", embedding_function=None, configuration=settings)
            _write(collection, rows, 0)
    _compact(folder)


def extend_chroma(base: Path, folder: Path, vectors: Mapping[Level, Rows]) -> None:
    """Make a Chroma folder of another one and the rows that come after its own: these alone cost time."""
    shutil.copytree(base, folder)
    held: dict[Level, int] = {}
    with _client(folder) as client:  # a client keeps to the thresholds with which it opened a collection
        for level, rows in vectors.items():
            collection = client.get_collection(f"{level}s", embedding_function=None)
            held[level] = collection.count()
            if held[level] < len(rows):
                with warnings.catch_warnings():  # that we embed by ourselves is "legacy" to it
                    warnings.simplefilter("ignore", DeprecationWarning)
                    collection.modify(configuration=cast(Any, {"hnsw": _thresholds(len(rows) - held[level])}))
    with _client(folder) as client:
        for level, rows in vectors.items():
            _write(client.get_collection(f"{level}s", embedding_function=None), rows, held[level])
    _compact(folder)


def is_settled(folder: Path) -> bool:
    """Whether all vectors of a Chroma folder are in its graphs: version 0.4 left some in the log of writes."""
    with closing(sqlite3.connect(f"file:{folder / DATABASE}?mode=ro&immutable=1", uri=True)) as database:
        (waiting,) = database.execute("SELECT count(*) FROM embeddings_queue").fetchone()
    return int(waiting) <= len(Level)  # Chroma keeps the last record of each collection there


def settings_of(count: int) -> dict[str, dict[str, str | int]]:
    """How a collection of `count` records is to be made."""
    breadths: dict[str, str | int] = {
        "space": "cosine",
        "ef_search": SEARCH_BREADTH,
        "ef_construction": BUILD_BREADTH,
    }
    return {"hnsw": breadths | _thresholds(count)}


def _thresholds(count: int) -> dict[str, int]:
    """That Chroma writes its graph to disk once, with the last of `count` records, and not again and again."""
    threshold = max(count, _LEAST_THRESHOLD)
    return {"sync_threshold": threshold, "batch_size": min(threshold, _GRAPH_BATCH)}


def _write(collection: chromadb.Collection, rows: Rows, first: int) -> None:
    for start in range(first, len(rows), WRITE_BATCH):
        batch = rows[start : start + WRITE_BATCH].astype(np.float32)
        collection.add(ids=[str(number) for number in range(start, start + len(batch))], embeddings=batch)


def _compact(folder: Path) -> None:
    """Give back the room of Chroma's log, of which it has kept no more than the last record."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("VACUUM")


class ChromaReader:
    """The vectors of one segment, searched by Chroma; opened at the first question. Safe for threads.

    The files that `stamps` name (below the segment's folder) are read to their ends before Chroma gets them: a bit that
    a disk turned by itself would end the process without an exception.
    """

    most = sys.maxsize  # records in one answer

    def __init__(self, folder: Path, stamps: Sequence[FileStamp] = ()) -> None:
        self._folder = folder
        self._stamps = stamps
        self._lock = threading.Lock()
        self._working: Path | None = None
        self._client: Client | None = None
        self._collections: dict[Level, chromadb.Collection] = {}

    def nearest(self, vector: Vector, level: Level, count: int) -> tuple[Numbers, Similarities]:
        """The `count` rows nearest to a unit vector and their cosine similarities, best first."""
        collection = self._opened()[level]
        found = collection.query(query_embeddings=vector[np.newaxis], n_results=count, include=["distances"])
        distances: Any = found["distances"]
        return np.array(found["ids"][0], dtype=np.int64), 1.0 - np.array(distances[0], dtype=np.float32)

    def vectors(self, level: Level, count: int) -> Matrix:
        """The vectors of the rows 0 to `count`, of shape (count, dimensions)."""
        found = self._opened()[level].get(include=["embeddings"])
        order = np.argsort(np.array(found["ids"], dtype=np.int64))
        if len(order) != count:
            raise IndexStoreError(f"{self._folder} holds {len(order)} vectors where there should be {count}")
        return np.asarray(found["embeddings"], dtype=np.float32)[order]

    def close(self) -> None:
        """Let go of the files, and delete the working folder."""
        with self._lock:
            if self._client is not None:
                with _OPENING:
                    self._client.close()
                self._client = None
            if self._working is not None:
                _forget(self._working)
                self._working = None

    def _opened(self) -> dict[Level, chromadb.Collection]:
        with self._lock:
            if self._client is None:
                self._check()
                self._working = _working_copy(self._folder)
                self._client = _opened(self._working)
                self._collections = {
                    level: self._client.get_collection(f"{level}s", embedding_function=None) for level in Level
                }
            return self._collections

    def _check(self) -> None:
        segment = self._folder.parent
        bad = next(damaged(segment, self._stamps, thorough=True), None)
        if bad is not None and not bad.path.exists():  # a writer has replaced the segment since
            raise FileNotFoundError(bad.path)
        if bad is not None:
            raise IndexStoreError(f"the index is damaged ({bad}): {repair_hint(segment.parent)}")


_open_copies: set[Path] = set()


def _working_copy(folder: Path) -> Path:
    """A folder for this process in which Chroma finds the same database and vectors."""
    _forget_those_of_the_dead()
    working = Path(tempfile.mkdtemp(prefix=f"{_WORKING}{os.getpid()}-"))
    _open_copies.add(working)
    for path in folder.iterdir():
        if path.is_dir() and sum(file.stat().st_size for file in path.iterdir()) > _COPIED_BYTES:
            (working / path.name).symlink_to(path.resolve(), target_is_directory=True)
        elif path.is_dir():
            shutil.copytree(path, working / path.name)
        else:
            shutil.copyfile(path, working / path.name)
    return working


def _forget(working: Path) -> None:
    shutil.rmtree(working, ignore_errors=True)
    _open_copies.discard(working)


@atexit.register
def _forget_all() -> None:
    for working in tuple(_open_copies):
        _forget(working)


def _forget_those_of_the_dead() -> None:
    """Delete the working folders of processes that were killed."""
    for path in Path(tempfile.gettempdir()).glob(f"{_WORKING}*"):
        owner = path.name.removeprefix(_WORKING).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _opened(folder: Path) -> Client:
    settings = ChromaSettings(anonymized_telemetry=False)
    with _OPENING:
        return cast(Client, chromadb.PersistentClient(str(folder), settings=settings))


@contextmanager
def _client(folder: Path) -> Iterator[Client]:
    client = _opened(folder)
    try:
        yield client
    finally:
        with _OPENING:
            client.close()


# Files that Chroma opens at once while it writes a segment.
_FILES_NEEDED = 24
_TOO_FEW_FILES = "needs more open files than this process may have: raise the limit (`ulimit -n 1024`), and try again"


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """The one place where Chroma's, SQLite's and the file system's errors become ours."""
    try:
        yield
    except (ChromaError, sqlite3.Error, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise IndexStoreError(f"the index at {folder} {_advice(reason, folder)}") from error
    except OSError as error:
        raise IndexStoreError(f"cannot use the index at {folder}: {error.strerror or error}") from error
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        trouble = _TOO_FEW_FILES if _lacks_files() else f"is damaged ({error}): {repair_hint(folder)}"
        raise IndexStoreError(f"the index at {folder} {trouble}") from error


def _lacks_files() -> bool:
    """Whether this process may hardly open one more file, of which Chroma says many things, but seldom that."""
    try:
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return most != resource.RLIM_INFINITY and most - sum(1 for _ in Path("/dev/fd").iterdir()) < _FILES_NEEDED
    except (ImportError, OSError):
        return False


def _advice(reason: str, folder: Path) -> str:
    if _lacks_files():
        return _TOO_FEW_FILES
    if shutil.disk_usage(folder).free < _LEAST_ROOM:
        return "has no room left on its disk: make room, and run the same command again"
    known = (advice for words, advice in _KNOWN_TROUBLES.items() if words in reason)
    return next(known, f"cannot be used ({reason}): {repair_hint(folder)}")
