"""The manifest: a small file that says what made an index, and which of its stores is the current one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ingest.errors import IndexMissing, IndexStoreError
from ingest.index.types import Calibration, Noise

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made an index and what it holds; `revision` rises with every write and names the store.

    `files` are (path below the store, size in bytes) as the last writer left them. `extraction` is the version of
    the rules and word lists that made the profiles, or empty where an older version wrote the manifest. `calibration`
    is None until a question needs it.
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
    files: tuple[tuple[str, int], ...] = ()
    extraction: str = ""
    calibration: Calibration | None = None

    @property
    def version(self) -> str:
        """A short label of this state of the index, for an answer's record."""
        return f"{self.model}/{self.fingerprint[:8]}/s{self.scheme}/r{self.revision}"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an index folder; IndexMissing where there is none, IndexStoreError where it is broken."""
    path = folder / MANIFEST_NAME
    try:
        return _manifest(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise IndexMissing(f"no index at {folder}: make one with `python -m ingest --index {folder}`") from error
    except NotADirectoryError as error:
        raise IndexStoreError(f"{folder} is a file, not the folder of an index: name another with --index") from error
    except OSError as error:
        raise IndexStoreError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IndexStoreError(f"{path} is no manifest of an index: {mend(folder)}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, so that a reader sees the old one or the new one, never half of it."""
    path = folder / MANIFEST_NAME
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def mend(folder: Path) -> str:
    """What to do about an index that cannot be used as it is."""
    return f"make it anew with `python -m ingest --index {folder} --rebuild`"


def _manifest(record: dict[str, Any]) -> Manifest:
    """The manifest in a JSON object; TypeError or the like if a field is missing, unknown or of another kind."""
    files = tuple((str(name), int(size)) for name, size in record["files"])
    kept = record.get("calibration")
    calibration = None if kept is None else _calibration(kept)
    manifest = Manifest(**{**record, "files": files, "calibration": calibration})
    for field in fields(Manifest):
        if field.name not in ("files", "calibration") and type(getattr(manifest, field.name)).__name__ != field.type:
            raise TypeError(field.name)
    return manifest


def _calibration(record: dict[str, Any]) -> Calibration:
    noises = {name: Noise(**noise) for name, noise in record.items() if name != "papers"}
    return Calibration(int(record["papers"]), **noises)
