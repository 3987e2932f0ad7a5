"""The manifest: a small file that says what made an index, which segments count, and which papers in them are gone.

    manifest.json       the current one
    manifest-12.json    the same once more, by revision; the last three are kept

Each carries a digest of itself, so that a changed letter is known as damage. Where `manifest.json` cannot be read, the
newest of the others is taken; where none can, the segments themselves are asked (`ingest.index.repair`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ingest.errors import IndexMismatch, IndexMissing, IndexStoreError
from ingest.index.integrity import FileStamp, write_whole
from ingest.index.types import Calibration, Noise

MANIFEST_NAME = "manifest.json"
# So many manifests by revision are kept: a run ends with two, and readers who have not looked since have another.
KEPT_MANIFESTS = 3

_BY_REVISION = re.compile(r"manifest-(\d+)\.json")
_STORE = re.compile(r"(?:segment|store)-\d+")
# What every manifest has; other fields may be missing (an older version wrote it) or more (a newer one did).
_NEEDED = ("model", "fingerprint", "dimensions", "scheme", "created", "updated", "revision")


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment that counts: its folder's name, how many papers it was written with, and its files.

    `gone` are the numbers (from 0) of its papers that were removed or replaced since. `has_chroma` is False until
    its vectors are in Chroma; until then they are searched one by one.
    """

    name: str
    papers: int
    passages: int
    sentences: int
    has_chroma: bool
    files: tuple[FileStamp, ...]
    gone: tuple[int, ...] = ()

    @property
    def left(self) -> int:
        """How many of its papers still count."""
        return self.papers - len(self.gone)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made an index and what it holds; `revision` rises with every write.

    `precision` is that in which the model read the papers ("float32", "bfloat16", or "bfloat16, float32" where some
    were read so and some so); such vectors may be compared. It is empty where an older version did not say.
    `extraction` is the version of the rules and word lists that made the profiles. `calibration` is None until a
    question needs it.
    """

    model: str
    fingerprint: str
    dimensions: int
    scheme: int
    created: str
    updated: str
    revision: int = 0
    papers: int = 0
    passages: int = 0
    sentences: int = 0
    segments: tuple[SegmentEntry, ...] = ()
    extraction: str = ""
    precision: str = ""
    calibration: Calibration | None = None

    @property
    def version(self) -> str:
        """A short label of this state of the index, for an answer's record."""
        return f"{self.model}/{self.fingerprint[:8]}/s{self.scheme}/r{self.revision}"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an index folder, or the newest copy of it that is whole.

    IndexMissing where there is no index, IndexMismatch where version 0.1 made it, IndexStoreError where the folder
    cannot be read or has papers but no manifest.
    """
    path = folder / MANIFEST_NAME
    try:
        return parse_manifest(path.read_bytes())
    except FileNotFoundError:
        found = "is gone"
    except NotADirectoryError as error:
        raise IndexStoreError(f"{folder} is a file, not the folder of an index: name another with --index") from error
    except OSError as error:
        raise IndexStoreError(f"cannot read {path}: {error.strerror}") from error
    except OldManifest as error:
        raise IndexMismatch(f"the index at {folder} was made by version 0.1: {mend(folder)}") from error
    except ValueError:
        found = "is no manifest of an index"
    copy = next(copies_of(folder), None)
    if copy is not None:
        return copy
    if not has_stores(folder):
        if found == "is gone":
            raise IndexMissing(f"no index at {folder}: make one with `python -m ingest --index {folder}`")
        raise IndexStoreError(f"{path} {found}, and nothing else is there: {mend(folder)}")
    raise IndexStoreError(f"the index is damaged ({path} {found}): {repair_hint(folder)}")


def copies_of(folder: Path) -> Iterator[Manifest]:
    """The manifests by revision that are whole and whose segments are there, newest first."""
    for _, path in reversed(_by_revision(folder)):
        try:
            manifest = parse_manifest(path.read_bytes())
        except (OSError, ValueError):
            continue
        if all((folder / segment.name).is_dir() for segment in manifest.segments):
            yield manifest


def has_stores(folder: Path) -> bool:
    """Whether a folder holds papers, named by a manifest or not."""
    return folder.is_dir() and any(_STORE.fullmatch(path.name) for path in folder.iterdir() if path.is_dir())


def write_copy(folder: Path, manifest: Manifest) -> None:
    """Write the manifest by its revision: what is in it will count once its segments stand in their places."""
    write_whole(folder / f"manifest-{manifest.revision}.json", manifest_to_json(manifest))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, so that a reader sees the old one or the new one, never half of it."""
    write_whole(folder / MANIFEST_NAME, manifest_to_json(manifest))


def outdated_copies(folder: Path, revision: int) -> tuple[tuple[Path, ...], frozenset[str]]:
    """All copies but the last ones up to this revision, and the segments that only those name."""
    numbered = _by_revision(folder)
    kept = [path for number, path in numbered if number <= revision][-KEPT_MANIFESTS:]
    outdated = tuple(path for _, path in numbered if path not in kept)
    named = {name for path in kept for name in _segments_in(path)}
    return outdated, frozenset(name for path in outdated for name in _segments_in(path)) - named


def mend(folder: Path) -> str:
    """What to do about an index that another model or version made."""
    return f"make it anew with `python -m ingest --index {folder} --rebuild`"


def repair_hint(folder: Path) -> str:
    """What to do about an index that is damaged."""
    return f"repair it with `python -m ingest repair --index {folder}`"


class OldManifest(ValueError):
    """A manifest of version 0.1, whose papers stand in Chroma alone."""


def manifest_to_json(manifest: Manifest) -> bytes:
    """The manifest as JSON, with a digest of everything else in it."""
    record = asdict(manifest)
    return (json.dumps({**record, "digest": _digest(record)}, indent=1, ensure_ascii=False) + "\n").encode()


def parse_manifest(data: bytes) -> Manifest:
    """The manifest in a file's bytes; ValueError for anything else, OldManifest for one of version 0.1."""
    record = json.loads(data)
    if not isinstance(record, dict) or any(name not in record for name in _NEEDED):
        raise ValueError("no manifest")
    if "digest" not in record and "files" in record:
        raise OldManifest("version 0.1")
    if record.pop("digest", None) != _digest(record):
        raise ValueError("changed since it was written")
    known = {field.name for field in fields(Manifest)}
    segments = tuple(_segment(each) for each in record.pop("segments", ()))
    calibration = _calibration(record.pop("calibration", None))
    told = {name: value for name, value in record.items() if name in known}
    return Manifest(**told, segments=segments, calibration=calibration)


def _calibration(record: dict[str, Any] | None) -> Calibration | None:
    """The calibration in a record; None where there is none, or one of another version, which is measured anew."""
    try:
        noises = {name: Noise(**noise) for name, noise in (record or {}).items() if name != "papers"}
        return Calibration(int(record["papers"]), **noises) if record else None
    except (KeyError, TypeError):
        return None


def _segment(record: dict[str, Any]) -> SegmentEntry:
    files = tuple(FileStamp(**file) for file in record["files"])
    return SegmentEntry(**{**record, "files": files, "gone": tuple(record["gone"])})


def _digest(record: dict[str, Any]) -> str:
    """SHA-256 of the record in canonical JSON: what it says, not how it is laid out."""
    return hashlib.sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _by_revision(folder: Path) -> list[tuple[int, Path]]:
    found = [(match, path) for path in folder.glob("manifest-*.json") if (match := _BY_REVISION.fullmatch(path.name))]
    return sorted((int(match[1]), path) for match, path in found)


def _segments_in(path: Path) -> frozenset[str]:
    """The segments that a manifest names; none if it cannot be read, so that nothing is deleted on its word."""
    try:
        return frozenset(segment.name for segment in parse_manifest(path.read_bytes()).segments)
    except (OSError, ValueError):
        return frozenset()
