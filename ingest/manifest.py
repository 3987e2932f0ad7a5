"""The manifest: a small file beside the collections that says what made them, and when they changed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import IndexMissing, IndexStoreError

MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made an index and what it holds; `revision` rises with every write.

    `files` are (path below the index folder, size in bytes) of the vector files as the last writer left them:
    Chroma dies without an exception when one of them is cut short, so their sizes are looked at first.
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

    @property
    def version(self) -> str:
        """A short label of this state of the index, for an answer's record."""
        return f"{self.model}/{self.fingerprint[:8]}/s{self.scheme}/r{self.revision}"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an index folder; IndexMissing where there is none, IndexStoreError where it is broken."""
    path = folder / MANIFEST_NAME
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(**{**fields, "files": tuple((name, size) for name, size in fields["files"])})
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"no index at {folder}: make one with `python -m ingest --index {folder}`") from error
    except OSError as error:
        raise IndexStoreError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IndexStoreError(f"{path} is not a manifest: delete {folder} and ingest again") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step, so that a reader sees the old one or the new one, never half of it."""
    path = folder / MANIFEST_NAME
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def check_files(folder: Path, manifest: Manifest) -> None:
    """IndexStoreError if a vector file is gone or shorter than its writer left it."""
    for name, size in manifest.files:
        path = folder / name
        if not path.is_file() or path.stat().st_size < size:
            raise IndexStoreError(f"the index is damaged ({path} is cut short): delete {folder} and ingest again")
