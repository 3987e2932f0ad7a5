"""Who may write to an index, and how a change comes to count.

A writer lays segments beside those that count (`draft-8`), then in three steps lets them count: it writes
`manifest-12.json`, which names them; it gives them their names; it replaces `manifest.json`. A writer that is killed
before the second step is done has changed nothing; after it, the next writer does the third. Readers open what
`manifest.json` names, and what they have open is deleted only two revisions later, and lasts for them even then.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexLocked, IndexStoreError
from ingest.index.beside import even_out
from ingest.index.integrity import sync_folder
from ingest.index.manifest import (
    MANIFEST_NAME,
    Manifest,
    copies_of,
    outdated_copies,
    parse_manifest,
    write_copy,
    write_manifest,
)
from ingest.index.recovery import recovered
from ingest.index.segments import DRAFT, SEGMENT, SERVED

_LOCK = "writer.lock"
_NUMBERED = re.compile(rf"(?:{SEGMENT}|{DRAFT})(\d+)")


def next_number(folder: Path) -> int:
    """A number that no segment or draft has."""
    found = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
    return 1 + max((int(match[1]) for match in found if match), default=0)


def publish(folder: Path, manifest: Manifest, drafts: Sequence[Path]) -> None:
    """Let a manifest count, and the drafts that it names as segments; what no kept manifest names any more goes."""
    with writable(folder):
        for draft in drafts:
            sync_folder(draft)
        write_copy(folder, manifest)
        for draft in drafts:
            draft.rename(draft.with_name(draft.name.replace(DRAFT, SEGMENT)))
        sync_folder(folder)
        write_manifest(folder, manifest)
        _sweep(folder, manifest.revision)


def _sweep(folder: Path, revision: int) -> None:
    """Delete the outdated copies, and before them their segments: whoever is killed between leaves a name to both."""
    copies, segments = outdated_copies(folder, revision)
    for name in segments:
        drop(folder / name)
    for path in copies:
        path.unlink(missing_ok=True)


def finish_or_undo(folder: Path) -> None:
    """After a writer that was killed: bring its last commit to an end, or take its drafts away. Only with the lock.

    A manifest that is gone or cannot be read is written anew from its newest copy, or else from what the segments say
    of themselves; so are the files beside it from their copies. Nothing but drafts is deleted here.
    """
    with writable(folder):
        for draft in folder.glob(f"{DRAFT}*"):
            drop(draft)
        newest = next(copies_of(folder), None)
        current = _current(folder)
        if newest is None and current is None:
            newest = recovered(folder)
        if newest is not None and (current is None or current.revision < newest.revision):
            write_manifest(folder, newest)
        even_out(folder)


def _current(folder: Path) -> Manifest | None:
    with suppress(OSError, ValueError):
        return parse_manifest((folder / MANIFEST_NAME).read_bytes())
    return None


def drop(store: Path) -> None:
    """Delete a segment or a draft; what cannot be deleted stays, and does no harm."""
    if (store / SERVED).exists():
        from ingest.index.served import forget_served  # Chroma comes with it

        forget_served(store)
    shutil.rmtree(store, ignore_errors=True)


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
