"""Check: whether every file of an index is as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ingest.index.arrays import ArrayFile
from ingest.index.beside import damages_beside
from ingest.index.chroma import ChromaReader, translated
from ingest.index.integrity import Damage, damaged
from ingest.index.learned import learned_damage
from ingest.index.manifest import MANIFEST_NAME, Manifest, SegmentEntry, parse_manifest, read_manifest, repair_hint
from ingest.index.segments import CHROMA, SEGMENT, SERVED
from ingest.index.served import ServedReader, reader_for
from ingest.passages import Level

# Float16 and Chroma's own scaling to unit length move a number of a unit vector by less than this.
_SAME = 2e-3


def check_index(folder: Path) -> tuple[str, ...]:
    """Everything that is not as it was written, a line each; reads every file to its end.

    IndexMissing if there is no index, IndexStoreError where nothing can be told of it.
    """
    manifest = read_manifest(folder)
    troubles = [*manifest_troubles(folder, manifest.revision)]
    for entry in manifest.segments:
        bad = [str(each) for each in damaged(folder / entry.name, entry.files, thorough=True)]
        troubles += bad or _differences(folder, entry)
    troubles += [str(each) for each in _beside(folder)]
    troubles += [f"{each} (of an earlier state)" for each in outdated_damages(folder, manifest)]
    return (*troubles, *(f"{folder / name} is named by no manifest" for name in strangers(folder, manifest)))


def _beside(folder: Path) -> tuple[Damage, ...]:
    """What is damaged of the files that stand beside the manifest."""
    learned = learned_damage(folder)
    return (*damages_beside(folder), *((learned,) if learned else ()))


def outdated_damages(folder: Path, manifest: Manifest) -> Iterator[Damage]:
    """What is damaged of segments that only earlier manifests name, which are kept for whoever still reads them."""
    named = {entry.name for entry in manifest.segments}
    outdated = {entry.name: entry for copy in readable_copies(folder) for entry in copy.segments}
    for name, entry in outdated.items():
        if name not in named and (folder / name).is_dir():
            yield from damaged(folder / name, entry.files, thorough=True)


def strangers(folder: Path, manifest: Manifest) -> list[str]:
    """The segments that no manifest names, by name."""
    copies = (manifest, *readable_copies(folder))
    named = {entry.name for copy in copies for entry in copy.segments}
    return sorted(path.name for path in folder.glob(f"{SEGMENT}*") if path.name not in named)


def manifest_troubles(folder: Path, revision: int | None = None) -> Iterator[str]:
    """What of the manifests was changed or is gone; a copy of each revision but this one may be missing."""
    own = folder / f"manifest-{revision}.json"
    if revision is not None and not own.exists():
        yield f"{own} is gone"
    for path in (folder / MANIFEST_NAME, *sorted(folder.glob("manifest-*.json"))):
        try:
            parse_manifest(path.read_bytes())
        except FileNotFoundError:
            yield f"{path} is gone"
        except (OSError, ValueError):
            yield f"{path} was changed"


def readable_copies(folder: Path) -> Iterator[Manifest]:
    """The manifests by revision that can be read."""
    for path in folder.glob("manifest-*.json"):
        try:
            yield parse_manifest(path.read_bytes())
        except (OSError, ValueError):
            continue


def _differences(folder: Path, entry: SegmentEntry) -> list[str]:
    """Where Chroma has other vectors than the arrays beside it."""
    segment = folder / entry.name
    reader = reader_for(segment, replace(entry, files=()))  # which were looked at already
    if reader is None:
        return []
    try:
        with translated(folder):
            place = segment / (SERVED if isinstance(reader, ServedReader) else CHROMA)
            return [
                f"{place} has other {level} vectors than {segment}"
                for level, count in ((Level.WINDOW, entry.passages), (Level.SENTENCE, entry.sentences))
                if not _agree(reader, ArrayFile(segment / f"{level}.vectors.npy"), level, count)
            ]
    finally:
        reader.close()


def _agree(reader: ChromaReader | ServedReader, kept: ArrayFile, level: Level, count: int) -> bool:
    return count == len(kept) and bool(np.allclose(reader.vectors(level, count), kept[0:count], atol=_SAME))


def passed_over(folder: Path) -> tuple[str, ...]:
    """What of an index is damaged and does not keep a reader from reading, a line each with the mend.

    The manifest and the files beside it are read from their copies then.
    """
    manifest = read_manifest(folder)
    found = [*manifest_troubles(folder, manifest.revision), *map(str, _beside(folder))]
    return tuple(
        f"the index is damaged ({each}), its papers can be read all the same: {repair_hint(folder)}" for each in found
    )
