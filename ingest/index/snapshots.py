"""Stores: the folders that hold one state of an index each, and how one state takes the place of another.

    index/
      manifest.json     what made the index, and which revision is the current one
      store-7/          the revision before, kept for readers that have it open
      store-8/          the current one: Chroma's files; no paper is written to it any more
      store-9/          a draft, while somebody writes
      writer.lock       held by that somebody

A writer copies the current store, changes the copy, and only then lets the manifest point to it. So a reader never
sees half a write, and a writer that is killed leaves the index as it was. What is lost is its draft.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexLocked, IndexStoreError
from ingest.index.manifest import Manifest, mend

DATABASE = "chroma.sqlite3"

_LOCK = "writer.lock"
_SAVED = "index_metadata.pickle"  # stands beside vector files that hold something
_STORE = re.compile(r"store-\d+")


def store_of(folder: Path, revision: int) -> Path:
    """The folder of one revision."""
    return folder / f"store-{revision}"


def check_store(folder: Path, manifest: Manifest) -> Path:
    """The folder of the manifest's revision; IndexStoreError if a file in it is gone or cut short.

    Chroma dies without an exception when it meets a vector file that was cut short, so sizes are looked at first.
    """
    store = store_of(folder, manifest.revision)
    for name, size in manifest.files:
        path = store / name
        if not path.is_file() or path.stat().st_size < size:
            state = "cut short" if path.is_file() else "gone"
            raise IndexStoreError(f"the index is damaged ({path} is {state}): {mend(folder)}")
    if not store.is_dir():
        raise IndexStoreError(f"the index is damaged ({store} is gone): {mend(folder)}")
    return store


def revision_of(store: Path) -> int:
    """The revision whose store this is: what `store_of` was given."""
    return int(store.name.removeprefix("store-"))


def begin_draft(folder: Path, copy_of: int | None = None) -> Path:
    """A store with a revision of its own: a copy of that of another revision, or empty. Only for who holds the lock."""
    draft = store_of(folder, 1 + max((revision_of(store) for store in _stores(folder)), default=0))
    with writable(folder):
        draft.mkdir()
        if copy_of is not None:
            sweep(folder, keep=(*range(copy_of + 1), revision_of(draft)))  # above it are only drafts of dead writers
            _copy(store_of(folder, copy_of), draft)
    return draft


def _copy(store: Path, draft: Path) -> None:
    # Not by shutil.copytree, which turns a full disk into a list of failures.
    for path in sorted(store.rglob("*")):
        copy = draft / path.relative_to(store)
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copyfile(path, copy)


def drop(store: Path) -> None:
    """Delete a store; what cannot be deleted stays, and does no harm."""
    shutil.rmtree(store, ignore_errors=True)


def sweep(folder: Path, keep: Container[int]) -> None:
    """Delete the stores of all revisions but these."""
    for store in _stores(folder):
        if revision_of(store) not in keep:
            drop(store)


def files_of(store: Path) -> tuple[tuple[str, int], ...]:
    """The files of a store that must not shrink, and their sizes in bytes, as a manifest keeps them.

    Until there are a thousand vectors, Chroma keeps them in its database and makes the files for them anew each time
    it opens the store: those files say nothing.
    """
    fleeting = {folder for folder in store.iterdir() if folder.is_dir() and not (folder / _SAVED).exists()}
    found = sorted(path for path in store.rglob("*") if path.is_file() and path.parent not in fleeting)
    return tuple((path.relative_to(store).as_posix(), path.stat().st_size) for path in found)


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the index for writing, making its folder where there is none; IndexLocked if somebody else holds it."""
    lock = FileLock(folder / _LOCK, timeout=0)
    with writable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexLocked(f"another process is writing to {folder}: try again when it is done") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """The file system's errors while something is written below a folder, as ours."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexStoreError(f"{folder} is no folder, or lies below a file: name another with --index") from error
    except PermissionError as error:
        reason = f"{folder} may not be written to: name another with --index, or change its rights"
        raise IndexStoreError(reason) from error
    except OSError as error:
        raise IndexStoreError(f"cannot write to {folder}: {error.strerror or error}") from error


def _stores(folder: Path) -> list[Path]:
    return [path for path in folder.glob("store-*") if _STORE.fullmatch(path.name)]
