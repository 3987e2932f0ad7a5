"""The index: Chroma collections on disk, and what can be asked of them.

Two collections hold the windows and the sentences of every paper, named after the model and the passage
scheme, so that vectors of different makers never meet. The first window of a paper also carries the paper's
record and what was learned about it; nothing is stored anywhere else, and the lexical side is derived from it.

Chroma is safe for threads but not for processes: a second process would see stale vectors for ever. So writers
hold a lock file, every write raises the manifest's revision, and a reader that sees a new revision reopens.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.types import Metadata
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from filelock import FileLock, Timeout

from ingest.embedding import Embedded, Embedder, Matrix, Vector
from ingest.errors import IndexLocked, IndexMismatch, IndexMissing, IndexStoreError
from ingest.lexical import LexicalIndex
from ingest.manifest import MANIFEST_NAME, Manifest, check_files, read_manifest, write_manifest
from ingest.names import NAME_SCHEME
from ingest.papers import Paper
from ingest.passages import PASSAGE_SCHEME, Level, Passage, Window
from ingest.profile import Profile
from ingest.records import paper_from_json, paper_to_json, profile_from_json, profile_to_json

# Chroma refuses more records in one write (5,461 as built); fewer keep its lists short.
WRITE_BATCH = 2_000
READ_BATCH = 10_000

# The nearest passages are found by a graph search that looks at this many at least: on abstracts, 200 loses
# next to nothing against looking at all of them.
SEARCH_BREADTH = 200
BUILD_BREADTH = 100

# What is kept beside the vectors may change as well as how the text was cut.
SCHEME = PASSAGE_SCHEME * 1000 + NAME_SCHEME

_LOCK_NAME = "writer.lock"


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper on its way into the index: what was learned, its windows, and the vectors of each window."""

    paper: Paper
    profile: Profile
    windows: tuple[Window, ...]
    embedded: tuple[Embedded, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near a vector, with its cosine similarity (-1 to 1)."""

    passage: Passage
    similarity: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passages of one level with their unit vectors, `matrix[i]` that of `passages[i]`."""

    passages: tuple[Passage, ...]
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything but the vectors, as read from Chroma: papers in order, their profiles, and BM25 over them."""

    papers: tuple[Paper, ...]
    profiles: Mapping[str, Profile]
    places: Mapping[str, int]
    lexical: LexicalIndex


class PaperIndex:
    """An open index. Raises IndexStoreError and its kin, each with one line that says the mend."""

    def __init__(self, folder: Path, embedder: Embedder, manifest: Manifest) -> None:
        self.folder = folder
        self.embedder = embedder
        self.manifest = manifest
        self._lock = threading.RLock()
        self._shelf: Shelf | None = None
        self._connect()

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> PaperIndex:
        """Open an index for reading; it must exist and be made by this embedder and passage scheme."""
        manifest = read_manifest(folder)
        _check_maker(folder, manifest, embedder)
        check_files(folder, manifest)
        return cls(folder, embedder, manifest)

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, embedder: Embedder) -> Iterator[PaperIndex]:
        """Open an index for writing, making it where there is none; IndexLocked while another process writes."""
        with _writer_lock(folder):
            index = _open_or_create(cls, folder, embedder)
            try:
                yield index
            finally:
                index.close()

    @property
    def version(self) -> str:
        """A short label of this state of the index, for an answer's record."""
        return self.manifest.version

    def papers(self) -> tuple[Paper, ...]:
        """All papers, in the order they were added."""
        return self.shelf().papers

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        shelf = self.shelf()
        place = shelf.places.get(paper_id)
        return None if place is None else shelf.papers[place]

    def profile(self, paper_id: str) -> Profile:
        """What was learned about a paper at ingest; an empty profile for an unknown id."""
        return self.shelf().profiles.get(paper_id, Profile())

    def shelf(self) -> Shelf:
        """Papers, profiles and the lexical side, read once for each revision."""
        with self._lock:
            if self._shelf is None:
                self._shelf = self._read_shelf()
            return self._shelf

    def refresh(self) -> None:
        """Reopen if another process wrote since: its vectors are invisible to an open client."""
        if read_manifest(self.folder).revision == self.manifest.revision:
            return
        with self._lock:
            self.close()
            self.manifest = read_manifest(self.folder)
            _check_maker(self.folder, self.manifest, self.embedder)
            check_files(self.folder, self.manifest)
            self._connect()

    def nearest(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None = None
    ) -> tuple[Near, ...]:
        """The passages of one level nearest to a unit vector, best first; only of these papers if given."""
        count = min(limit, self._count(level))
        if count == 0 or paper_ids == frozenset():
            return ()
        with self._lock, _translated(self.folder):
            found = self._collections[level].query(
                query_embeddings=[vector],
                n_results=count,
                where=_of_papers(paper_ids),
                include=["documents", "metadatas", "distances"],
            )
        rows = zip(_only(found["documents"]), _only(found["metadatas"]), _only(found["distances"]), strict=True)
        return tuple(Near(_passage(text, place, level), 1.0 - distance) for text, place, distance in rows)

    def vectors(self, level: Level, paper_ids: frozenset[str] | None = None) -> Vectors:
        """The passages of one level with their vectors, of these papers or of all, in no set order."""
        with self._lock, _translated(self.folder):
            found = self._collections[level].get(
                where=_of_papers(paper_ids), include=["documents", "metadatas", "embeddings"]
            )
        texts, places = found["documents"] or [], found["metadatas"] or []
        passages = tuple(_passage(text, place, level) for text, place in zip(texts, places, strict=True))
        matrix = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(passages), self.manifest.dimensions)
        return Vectors(passages, matrix)

    def add(self, entries: Sequence[Entry]) -> None:
        """Write these papers; what the index held under their ids must have been removed before."""
        with self._lock, _translated(self.folder):
            for level in Level:
                rows = [row for entry in entries for row in _rows(entry, level)]
                for first in range(0, len(rows), WRITE_BATCH):
                    self._write(level, rows[first : first + WRITE_BATCH])

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Take these papers and all their passages out; unknown ids are passed over."""
        with self._lock, _translated(self.folder):
            for first in range(0, len(paper_ids), WRITE_BATCH):
                where = _of_papers(frozenset(paper_ids[first : first + WRITE_BATCH]))
                for collection in self._collections.values():
                    collection.delete(where=where)

    def commit(self) -> None:
        """Count what is there and raise the revision, so that every reader sees the change."""
        with self._lock, _translated(self.folder):
            self._shelf = None
            counts = {level: self._count(level) for level in Level}
            papers = len(self.shelf().papers)
            self.manifest = replace(
                self.manifest,
                updated=_now(),
                revision=self.manifest.revision + 1,
                papers=papers,
                passages=counts[Level.WINDOW],
                sentences=counts[Level.SENTENCE],
                files=_vector_files(self.folder),
            )
            write_manifest(self.folder, self.manifest)

    def close(self) -> None:
        """Let go of Chroma's files; the index can be opened again."""
        with self._lock:
            self._shelf = None
            self._client.close()

    def _connect(self) -> None:
        with _translated(self.folder):
            self._client = chromadb.PersistentClient(
                str(self.folder), settings=ChromaSettings(anonymized_telemetry=False)
            )
            self._collections = {
                level: self._client.get_or_create_collection(
                    _collection_name(level, self.manifest),
                    embedding_function=None,
                    configuration={
                        "hnsw": {"space": "cosine", "ef_search": SEARCH_BREADTH, "ef_construction": BUILD_BREADTH}
                    },
                )
                for level in Level
            }

    def _count(self, level: Level) -> int:
        with self._lock, _translated(self.folder):
            return self._collections[level].count()

    def _write(self, level: Level, rows: Sequence[_Row]) -> None:
        if rows:
            self._collections[level].upsert(
                ids=[row.passage.id for row in rows],
                embeddings=np.stack([row.vector for row in rows]),
                documents=[row.passage.text for row in rows],
                metadatas=[row.metadata for row in rows],
            )

    def _read_shelf(self) -> Shelf:
        papers: list[Paper] = []
        profiles: dict[str, Profile] = {}
        for metadata in self._first_windows():
            paper = paper_from_json(str(metadata["record"]))
            papers.append(paper)
            profiles[paper.id] = profile_from_json(str(metadata["profile"]))
        places = {paper.id: place for place, paper in enumerate(papers)}
        lexical = LexicalIndex([f"{paper.title}\n{paper.abstract}" for paper in papers])
        return Shelf(tuple(papers), profiles, places, lexical)

    def _first_windows(self) -> Iterator[Metadata]:
        offset = 0
        while True:
            with _translated(self.folder):
                page = self._collections[Level.WINDOW].get(
                    where={"first": True}, include=["metadatas"], limit=READ_BATCH, offset=offset
                )
            metadatas = page["metadatas"] or []
            yield from metadatas
            offset += len(metadatas)
            if len(metadatas) < READ_BATCH:
                return


@dataclass(frozen=True, slots=True)
class _Row:
    """One record of a Chroma collection."""

    passage: Passage
    vector: Vector
    metadata: dict[str, str | int | bool]


def _rows(entry: Entry, level: Level) -> Iterator[_Row]:
    for number, (window, embedded) in enumerate(zip(entry.windows, entry.embedded, strict=True)):
        if level is Level.SENTENCE:
            for passage, vector in zip(window.sentences, embedded.parts, strict=True):
                yield _Row(passage, vector, _place(passage))
        else:
            first = {"record": paper_to_json(entry.paper), "profile": profile_to_json(entry.profile)}
            metadata = _place(window.passage) | {"first": number == 0} | (first if number == 0 else {})
            yield _Row(window.passage, embedded.whole, metadata)


def _place(passage: Passage) -> dict[str, str | int | bool]:
    return {"paper": passage.paper_id, "start": passage.start, "end": passage.end}


def _passage(text: str, place: Metadata, level: Level) -> Passage:
    return Passage(str(place["paper"]), int(str(place["start"])), int(str(place["end"])), text, level)


def _of_papers(paper_ids: frozenset[str] | None) -> Any:
    return None if paper_ids is None else {"paper": {"$in": sorted(paper_ids)}}


def _only(rows: Any) -> Any:
    return rows[0] if rows else []


def _open_or_create(cls: type[PaperIndex], folder: Path, embedder: Embedder) -> PaperIndex:
    try:
        return cls.open(folder, embedder)
    except IndexMissing:
        now = _now()
        manifest = Manifest(embedder.model, embedder.fingerprint, embedder.dimensions, SCHEME, now, now)
        return cls(folder, embedder, manifest)


def _check_maker(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    if manifest.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"the index at {folder} was made by {manifest.model}, not by {embedder.model}: "
            f"set FOOTNOTE_EMBEDDING_MODEL to that model, or make a new one with `python -m ingest --index {folder} --rebuild`"
        )
    if manifest.scheme != SCHEME:
        raise IndexMismatch(
            f"the index at {folder} has scheme {manifest.scheme}, this version makes {SCHEME}: "
            f"make it anew with `python -m ingest --index {folder} --rebuild`"
        )


@contextmanager
def _writer_lock(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / _LOCK_NAME, timeout=0):
            yield
    except Timeout as error:
        raise IndexLocked(f"another process is writing to {folder}: try again when it is done") from error
    except FileExistsError as error:
        raise IndexStoreError(f"{folder} is a file, not a folder: name another --index") from error
    except PermissionError as error:
        raise IndexStoreError(f"cannot write to {folder}: permission denied") from error
    except OSError as error:
        raise IndexStoreError(f"cannot write to {folder}: {error.strerror or error}") from error


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The one place where Chroma's and SQLite's errors become ours."""
    try:
        yield
    except (ChromaError, sqlite3.Error) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise IndexStoreError(f"the index at {folder} cannot be used ({reason}): delete it and ingest again") from error
    except OSError as error:
        raise IndexStoreError(f"cannot use the index at {folder}: {error.strerror or error}") from error


def _collection_name(level: Level, manifest: Manifest) -> str:
    model = re.sub(r"[^A-Za-z0-9]+", "-", manifest.model).strip("-")[-80:]
    return f"{level}s-{model}-{manifest.fingerprint[:8]}-{manifest.scheme}"


def _vector_files(folder: Path) -> tuple[tuple[str, int], ...]:
    found = sorted(path for path in folder.glob("*/*.bin") if path.is_file())
    return tuple((path.relative_to(folder).as_posix(), path.stat().st_size) for path in found)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
