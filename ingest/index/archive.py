"""Backup: a whole index in one file, checked on both ends.

The file is a ZIP archive that is not compressed: the manifest, what stands beside it (the sources, the dates of adding,
the removals), and the files of every segment but Chroma's, which are made again from the vectors when it is imported.
Their hashes are those of the manifest.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

from ingest.errors import IndexStoreError
from ingest.index.beside import BESIDE, joined, read_lines, write_lines
from ingest.index.chroma import translated
from ingest.index.integrity import FileStamp, damaged, sha256_of
from ingest.index.manifest import (
    MANIFEST_NAME,
    Manifest,
    SegmentEntry,
    has_stores,
    manifest_to_json,
    parse_manifest,
    read_manifest,
    repair_hint,
)
from ingest.index.segments import CHROMA, DRAFT, SEGMENT, SELF, SERVED, Segment, describe
from ingest.index.served import keep_vectors
from ingest.index.snapshots import drop, next_number, publish, writable, writer_lock

# A manifest of a million papers is smaller than this many bytes; what is larger is none.
_LARGEST_MANIFEST = 64 * 1024 * 1024
_LARGEST_BESIDE = 1024 * 1024 * 1024
_SEGMENT_NAME = re.compile(rf"{SEGMENT}\d+")
_FILE_NAME = re.compile(r"[a-z]+(\.[a-z]+)+")


def export_index(folder: Path, target: Path) -> Manifest:
    """Write an index into one file; IndexStoreError where it is damaged or the file cannot be written."""
    with writer_lock(folder), writable(target.parent):
        manifest = read_manifest(folder)
        draft = target.with_name(target.name + ".draft")
        try:
            _write(folder, manifest, draft)
            _verify(draft, manifest)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return manifest


def import_index(source: Path, folder: Path) -> Manifest:
    """Make an index of an exported file, in a folder that holds none; nothing is embedded.

    IndexStoreError where the file is damaged or the folder has an index.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest_in(archive)
            with writer_lock(folder):
                if has_stores(folder):
                    raise IndexStoreError(f"{folder} holds papers already: name another folder with --index")
                _unpack(archive, manifest, folder)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, EOFError, NotImplementedError) as error:
        raise IndexStoreError(f"{source} is no export of an index, or is damaged: {error}") from error
    return read_manifest(folder)


def _plain(entry: SegmentEntry) -> list[FileStamp]:
    made_again = (SELF, SERVED)
    return [stamp for stamp in entry.files if not stamp.name.startswith(f"{CHROMA}/") and stamp.name not in made_again]


def _write(folder: Path, manifest: Manifest, draft: Path) -> None:
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(MANIFEST_NAME, manifest_to_json(manifest))
        for name in BESIDE:
            lines = read_lines(folder, name)
            if lines is not None:
                archive.writestr(name, joined(lines))
        for entry in manifest.segments:
            bad = next(damaged(folder / entry.name, _plain(entry)), None)
            if bad is not None:
                raise IndexStoreError(f"the index is damaged ({bad}): {repair_hint(folder)}")
            for stamp in _plain(entry):
                archive.write(folder / entry.name / stamp.name, f"{entry.name}/{stamp.name}")


def _verify(draft: Path, manifest: Manifest) -> None:
    """Read the file once more: it must say what was meant to be written."""
    with zipfile.ZipFile(draft) as archive:
        if archive.testzip() is not None or _manifest_in(archive) != manifest:
            raise OSError("what was written does not come back as it was")


def _manifest_in(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST_NAME).file_size > _LARGEST_MANIFEST:
        raise ValueError("its manifest is too large")
    return parse_manifest(archive.read(MANIFEST_NAME))


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    drafts: list[Path] = []
    entries: list[SegmentEntry] = []
    try:
        for entry in manifest.segments:
            with translated(folder), writable(folder):
                draft = folder / f"{DRAFT}{next_number(folder)}"
                draft.mkdir()
                drafts.append(draft)
                _extract(archive, entry, draft)
                entries.append(_completed(folder, draft, entry, manifest))
        _unpack_beside(archive, folder)
        publish(folder, replace(manifest, segments=tuple(entries)), drafts)
    except BaseException:
        for draft in drafts:
            drop(draft)
        raise


def _unpack_beside(archive: zipfile.ZipFile, folder: Path) -> None:
    """Put the files beside the manifest in place; an export of an older version has none."""
    for name in BESIDE:
        if name in archive.namelist():
            if archive.getinfo(name).file_size > _LARGEST_BESIDE:
                raise ValueError(f"{name} is too large")
            with writable(folder):
                write_lines(folder, name, archive.read(name).splitlines())


def _extract(archive: zipfile.ZipFile, entry: SegmentEntry, draft: Path) -> None:
    for stamp in _plain(entry):
        name = f"{entry.name}/{stamp.name}"
        if not (_SEGMENT_NAME.fullmatch(entry.name) and _FILE_NAME.fullmatch(stamp.name)):
            raise ValueError(f"{name} is no file of a segment")
        if archive.getinfo(name).file_size != stamp.size:
            raise ValueError(f"{name} is not of its size")
        with archive.open(name) as packed, (draft / stamp.name).open("wb") as stream:
            shutil.copyfileobj(packed, stream)
        if sha256_of(draft / stamp.name) != stamp.sha256:
            raise ValueError(f"{name} was changed")


def _completed(folder: Path, draft: Path, entry: SegmentEntry, manifest: Manifest) -> SegmentEntry:
    """Build Chroma's side of a segment and describe it."""
    segment = Segment(folder, replace(entry, name=draft.name))
    keep_vectors(draft, segment.vectors)
    return replace(describe(draft, draft.name.replace(DRAFT, SEGMENT), manifest), gone=entry.gone)
