"""Recovery: what an index holds, found out from its segments where no manifest can be read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.index.integrity import FileStamp, damaged, stamp_of
from ingest.index.manifest import Manifest, SegmentEntry
from ingest.index.records import paper_from_json
from ingest.index.segments import PAPERS, SEGMENT, SELF, copied_records, papers_in
from ingest.papers import Paper


@dataclass(frozen=True, slots=True)
class _Found:
    """A segment that describes itself."""

    entry: SegmentEntry
    maker: dict[str, Any]
    replaces: tuple[str, ...]
    created: str


def recovered(folder: Path) -> Manifest | None:
    """The manifest that the segments of a folder make up; None where no segment describes itself.

    A segment that another one replaced is left out, one of another maker than the newest too. Where a paper stands in
    two, the later one counts. What was removed since its segment was written comes back: only a manifest knew.
    """
    every = sorted(_described(folder), key=lambda found: _number(found.entry.name))
    replaced = {name for found in every for name in found.replaces}
    kept = [found for found in every if found.entry.name not in replaced]
    if not kept:
        return None
    kept = [found for found in kept if found.maker == kept[-1].maker]
    entries = _without_doubles(folder, [found.entry for found in kept])
    return Manifest(
        **kept[-1].maker,
        created=kept[0].created,
        updated=kept[-1].created,
        revision=newest_revision(folder),
        papers=sum(entry.left for entry in entries),
        passages=sum(entry.passages for entry in entries),
        sentences=sum(entry.sentences for entry in entries),
        segments=tuple(entry for entry in entries if entry.left),
    )


def replaced_by(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """The segments whose papers these ones have, as they say themselves, and those that those replaced in turn."""
    replaces = {found.entry.name: found.replaces for found in _described(folder)}
    waiting, met = list(names), set[str]()
    while waiting:
        fresh = set(replaces.get(waiting.pop(), ())) - met
        met |= fresh
        waiting += fresh
    return frozenset(met)


def newest_revision(folder: Path) -> int:
    """The highest revision that any manifest or name of one in a folder has; 0 where there is none."""
    numbers = [path.stem.rpartition("-")[2] for path in folder.glob("manifest-*.json")]
    return max([int(number) for number in numbers if number.isdigit()], default=0)


def readable_papers(folder: Path, entry: SegmentEntry) -> tuple[Paper, ...]:
    """All papers of a segment, from the copy of its records where the first is damaged; ValueError if both are."""
    papers = [stamp for stamp in entry.files if stamp.name == PAPERS]
    if next(damaged(folder, papers), None) is None:
        return papers_in(folder)
    return tuple(map(paper_from_json, copied_records(folder)[0]))


def _described(folder: Path) -> Iterator[_Found]:
    for path in folder.glob(f"{SEGMENT}*/{SELF}"):
        try:
            record = json.loads(path.read_bytes())
            told = dict(record["segment"])
            files = tuple(FileStamp(**file) for file in told.pop("files"))
            told.pop("gone", None)
            stamp = stamp_of(path.parent, path)
            entry = SegmentEntry(**told, files=(*files, stamp))
            yield _Found(entry, dict(record["maker"]), tuple(record["replaces"]), str(record["created"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _without_doubles(folder: Path, entries: list[SegmentEntry]) -> list[SegmentEntry]:
    """The segments with those of their papers gone that a later one has again."""
    seen: set[str] = set()
    kept: list[SegmentEntry] = []
    for entry in reversed(entries):
        try:
            ids = [paper.id for paper in readable_papers(folder / entry.name, entry)]
        except (OSError, ValueError, KeyError, TypeError, EOFError):
            continue
        gone = tuple(number for number, paper_id in enumerate(ids) if paper_id in seen)
        seen.update(ids)
        kept.append(_with_gone(entry, gone))
    return kept[::-1]


def _with_gone(entry: SegmentEntry, gone: tuple[int, ...]) -> SegmentEntry:
    return SegmentEntry(**{**{name: getattr(entry, name) for name in SegmentEntry.__slots__}, "gone": gone})


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])
