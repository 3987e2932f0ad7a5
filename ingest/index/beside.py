"""The files that stand beside the manifest and are not made again from papers: each is kept twice, line by line.

    sources.json         where the papers come from
    added.jsonl          when they came
    removed.json         which a reader took out
    copies/NAME          the same lines, each behind a digest of itself

The copy is written first, so that after a writer that was killed between the two the next one brings the file up to it.
Whoever reads takes each file from the one of the two that is whole; what is damaged in both is told, never guessed. A
folder without `copies` was made by an older version: the next writer makes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IndexStoreError
from ingest.index.integrity import Damage, sync_folder, write_whole

LEDGER_NAME = "sources.json"
ARRIVALS_NAME = "added.jsonl"
REMOVALS_NAME = "removed.json"

BESIDE = (LEDGER_NAME, ARRIVALS_NAME, REMOVALS_NAME)

COPIES = "copies"
# What of a file cannot be read any more is put there by a repair, so that a human eye may still look at it.
SET_ASIDE = ".damaged"

_ARRIVAL = {"added", "run", "papers"}
_DIGEST_BYTES = 8
# A writer is between file and copy for as long as a disk takes to write; damage lasts longer, in seconds.
_WRITERS_MOMENT = 0.2


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a file: its whole lines (None: there is no such file), what is damaged, how many lines are lost.

    Lines are lost where neither the file nor its copy has them whole.
    """

    lines: tuple[bytes, ...] | None
    damages: tuple[Damage, ...] = ()
    lost: int = 0


def read_lines(folder: Path, name: str) -> tuple[bytes, ...] | None:
    """The lines of a file, from its copy where it is damaged itself; None where there is none.

    IndexStoreError, with the mend, where lines are damaged in both.
    """
    found = look_at(folder, name)
    if found.lost:
        raise IndexStoreError(
            f"the index is damaged ({folder / name} cannot be read, nor can its copy): "
            f"repair it with `python -m ingest repair --index {folder}`"
        )
    return found.lines


def write_lines(folder: Path, name: str, lines: Sequence[bytes]) -> None:
    """Replace a file and its copy by these lines, in a step each."""
    _make_room(folder)
    write_whole(folder / COPIES / name, b"".join(map(_sealed, lines)))
    write_whole(folder / name, joined(lines))


def append_lines(folder: Path, name: str, lines: Sequence[bytes]) -> None:
    """Put lines behind those of a file and of its copy, which agree (`even_out`)."""
    _make_room(folder)
    _append(folder / COPIES / name, b"".join(map(_sealed, lines)))
    _append(folder / name, joined(lines))


def damages_beside(folder: Path) -> tuple[Damage, ...]:
    """What of these files, or of their copies, is not as it was written. A writer at work is no damage."""
    found = tuple(damage for name in BESIDE for damage in look_at(folder, name).damages)
    if found:
        time.sleep(_WRITERS_MOMENT)
        found = tuple(damage for name in BESIDE for damage in look_at(folder, name).damages)
    return found


def even_out(folder: Path, gives_up: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make each file and its copy anew from the one that is whole: what was mended, and what is lost, a line each.

    Only with the lock of writers. A file of which lines are lost is left as it is, unless told to give those up: then
    it is set aside, and what is left of it takes its place.
    """
    mended: list[str] = []
    lost: list[str] = []
    for name in BESIDE:
        found = look_at(folder, name)
        if found.lines is None or not (found.damages or _is_to_be_evened(folder, name)):
            continue
        if found.lost and not gives_up:
            continue
        if found.lost:
            aside = folder / f"{name}{SET_ASIDE}"
            with suppress(FileNotFoundError):
                (folder / name).replace(aside)
            lost.append(f"{found.lost:,} {_lines(found.lost)} of {folder / name}, which is set aside as {aside}")
        if found.lines:
            write_lines(folder, name, found.lines)
        else:
            (folder / COPIES / name).unlink(missing_ok=True)
        mended += [f"{damage}: made again" for damage in found.damages]
    return tuple(mended), tuple(lost)


def look_at(folder: Path, name: str) -> Kept:
    """Hold a file against its copy."""
    path, copy = folder / name, folder / COPIES / name
    own, sealed = _bytes_of(path), _bytes_of(copy)
    if sealed is None:
        return _without_copy(path, own, copy)
    whole, broken, is_torn = _unsealed(sealed)
    if own == joined(whole) and not broken:
        return Kept(whole)  # a last line without an end is that of a writer who was killed: it never counted
    if own is not None and _is_sound(name, own) and set(whole) <= set(_lines_in(own)):
        return Kept(_lines_in(own), (Damage(copy, "changed" if broken else "cut short"),))
    damage = _damage_of(path, own, joined(whole))
    if not (broken or is_torn):
        return Kept(whole, (damage,))
    return Kept(whole, (damage, Damage(copy, "changed")), lost=max(broken, 1))


def _without_copy(path: Path, own: bytes | None, copy: Path) -> Kept:
    """What a file says by itself; an older version's writer may have been killed within the last line of dates."""
    if own is None:
        return Kept(None)
    gone = (Damage(copy, "gone"),) if copy.parent.is_dir() else ()
    lines = _lines_in(own)
    if path.name == ARRIVALS_NAME and lines and not _is_readable(path.name, lines[-1]) and not own.endswith(b"\n"):
        lines = lines[:-1]
    whole = tuple(line for line in lines if _is_readable(path.name, line))
    lost = len(lines) - len(whole) if own else 1
    return Kept(whole, (Damage(path, "changed"), *gone) if lost else gone, lost)


def _is_to_be_evened(folder: Path, name: str) -> bool:
    """Whether there is no copy yet, or a writer was killed within its last line."""
    sealed = _bytes_of(folder / COPIES / name)
    return sealed is None or _unsealed(sealed)[2]


def _damage_of(path: Path, own: bytes | None, wanted: bytes) -> Damage:
    if own is None:
        return Damage(path, "gone")
    return Damage(path, "cut short" if len(own) < len(wanted) else "changed")


def _sealed(line: bytes) -> bytes:
    return hashlib.blake2b(line, digest_size=_DIGEST_BYTES).hexdigest().encode() + b" " + line + b"\n"


def _unsealed(data: bytes) -> tuple[tuple[bytes, ...], int, bool]:
    """The whole lines of a copy, how many are broken, and whether its last line has no end."""
    *lines, rest = data.split(b"\n")
    whole = tuple(line.partition(b" ")[2] for line in lines if _sealed(line.partition(b" ")[2]) == line + b"\n")
    return whole, len(lines) - len(whole), bool(rest)


def joined(lines: Iterable[bytes]) -> bytes:
    """Lines as they stand in a file, each with its end."""
    return b"".join(line + b"\n" for line in lines)


def _lines_in(data: bytes) -> tuple[bytes, ...]:
    return tuple(line for line in data.split(b"\n") if line)


def _is_sound(name: str, data: bytes) -> bool:
    """Whether a file looks whole by itself."""
    return data.endswith(b"\n") and all(_is_readable(name, line) for line in _lines_in(data))


def _is_readable(name: str, line: bytes) -> bool:
    """Whether a line is what the file of that name has: an arrival, or else a list of sources or removals."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and set(record) >= _ARRIVAL if name == ARRIVALS_NAME else isinstance(record, list)


def _bytes_of(path: Path) -> bytes | None:
    """What a file holds; None where there is none, IndexStoreError where the system will not give it."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise IndexStoreError(f"cannot read {path}: {error.strerror}") from error


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _make_room(folder: Path) -> None:
    if not (folder / COPIES).is_dir():
        (folder / COPIES).mkdir(parents=True)
        sync_folder(folder)


def _lines(count: int) -> str:
    return "line" if count == 1 else "lines"
