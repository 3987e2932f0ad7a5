"""The manifest that an index is opened by, checked: by the embedder, this version's scheme and the files on disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ingest.embedding.base import Embedder
from ingest.errors import IndexMismatch, IndexStoreError
from ingest.extraction.extractor import extraction_version
from ingest.index.integrity import damaged
from ingest.index.manifest import Manifest, mend, read_manifest, repair_hint
from ingest.index.records import RECORD_SCHEME
from ingest.index.recovery import newest_revision
from ingest.passages import PASSAGE_SCHEME

# What is kept beside the vectors may change as well as how the text was cut: either asks for another index. What is
# learned from the text does not, it is learned anew (`extraction_version`). The last figure never changed so far.
SCHEME = PASSAGE_SCHEME * 1000 + RECORD_SCHEME * 100 + 1

# Segments may be swept away between reading the manifest and opening them; the next manifest names newer ones.
TRIES_TO_OPEN = 3


def current_manifest(folder: Path, embedder: Embedder) -> Manifest:
    """The manifest that counts now, checked: made by this embedder and scheme, all files as they were written."""
    manifest = read_manifest(folder)
    _check_maker(folder, manifest, embedder)
    for _ in range(TRIES_TO_OPEN):
        found = next((bad for each in manifest.segments for bad in damaged(folder / each.name, each.files)), None)
        if found is None:
            return manifest
        newer = read_manifest(folder)
        if newer.revision == manifest.revision:
            break
        manifest = newer
    raise IndexStoreError(f"the index is damaged ({found}): {repair_hint(folder)}")


def new_manifest(folder: Path, embedder: Embedder) -> Manifest:
    """The manifest of an empty index; until it is committed, its revision is that of what it will replace."""
    started = now()
    return Manifest(
        embedder.model,
        embedder.fingerprint,
        embedder.dimensions,
        SCHEME,
        started,
        started,
        newest_revision(folder),
        extraction=extraction_version(),
    )


def now() -> str:
    """The time of day in UTC, to the second, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _check_maker(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    if manifest.fingerprint != embedder.fingerprint and manifest.model == embedder.model:
        raise IndexMismatch(
            f"the index at {folder} was made by other weights or settings of {manifest.model}: {mend(folder)}"
        )
    if manifest.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"the index at {folder} was made by {manifest.model}, not by {embedder.model}: "
            f"set FOOTNOTE_EMBEDDING_MODEL to that model, or {mend(folder)}"
        )
    if manifest.scheme != SCHEME:
        raise IndexMismatch(
            f"the index at {folder} has scheme {manifest.scheme}, this version makes {SCHEME}: {mend(folder)}"
        )
