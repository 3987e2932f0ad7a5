"""The index: Chroma collections on disk, and what can be asked of them.

Two collections hold the windows and the sentences of every paper, named after the model and the passage
scheme, so that vectors of different makers never meet. The first window of a paper also carries the paper's
record and what was learned about it; nothing is stored anywhere else, and the lexical side is derived from it.

Chroma is safe for threads but not for processes: a second process would see stale vectors for ever. So a writer
works on a copy (`stores`), the manifest's revision says which store counts, and a reader that sees a new one reopens.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.types import Include, Metadata
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from ingest.embedding.base import Embedded, Embedder, Matrix, Vector
from ingest.errors import IndexMismatch, IndexMissing, IndexStoreError
from ingest.extraction.names import NAME_SCHEME
from ingest.extraction.profile import Profile
from ingest.index.bm25 import Bm25Index
from ingest.index.manifest import Manifest, mend, read_manifest, write_manifest
from ingest.index.records import paper_from_json, paper_to_json, profile_from_json, profile_to_json
from ingest.index.snapshots import (
    DATABASE,
    begin_draft,
    check_store,
    drop,
    files_of,
    revision_of,
    store_of,
    sweep,
    writable,
    writer_lock,
)
from ingest.index.token_similarity import TokenSimilarity
from ingest.papers import Paper
from ingest.passages import PASSAGE_SCHEME, Level, Passage, Window, paper_id_in, passage_with_id

# Chroma refuses more records in one write (5,461 as built); fewer keep its lists short.
WRITE_BATCH = 2_000
READ_BATCH = 10_000

# The nearest passages are found by a graph search that looks at this many at least: on abstracts, 200 loses
# next to nothing against looking at all of them.
SEARCH_BREADTH = 200
BUILD_BREADTH = 100

# What is kept beside the vectors may change as well as how the text was cut.
SCHEME = PASSAGE_SCHEME * 1000 + NAME_SCHEME

# A store may be swept away between reading the manifest and opening it; the next manifest names a newer one.
_TRIES_TO_OPEN = 3

# Chroma keeps one register of open folders for the whole process, and does not guard it: two threads that open or
# close at the same moment take each other's store away.
_OPENING = threading.Lock()


# What SQLite says, through Chroma, where the index itself is as it should be.
_KNOWN_TROUBLES = {
    "readonly database": "may not be written to, which its database needs even to be read: copy it",
    "database is locked": "is held by another program: close that, or wait until it is done",
}


# On a disk with less than this many bytes left, that is why a write failed, whatever Chroma says.
_LEAST_ROOM = 16 * 1024 * 1024


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


@dataclass(frozen=True)
class Corpus:
    """Everything but the vectors, as read from Chroma: papers in order, their profiles, and BM25 over them."""

    papers: tuple[Paper, ...]
    profiles: Mapping[str, Profile]
    embedder: Embedder

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each paper stands in `papers`, by its id."""
        return {paper.id: place for place, paper in enumerate(self.papers)}

    def passage(self, passage_id: str) -> Passage:
        """The passage of one of these papers that has this id."""
        return passage_with_id(passage_id, self.papers[self.places[paper_id_in(passage_id)]])

    @cached_property
    def bm25(self) -> Bm25Index:
        """BM25 over titles and abstracts, in the order of `papers`; made when asked, which a writer never does."""
        return Bm25Index(self._texts)

    @cached_property
    def token_similarity(self) -> TokenSimilarity:
        """The word pieces of titles and abstracts, in the order of `papers`; made when asked, like `bm25`."""
        return TokenSimilarity(self._texts, self.embedder)

    @property
    def _texts(self) -> list[str]:
        return [f"{paper.title}\n{paper.abstract}" for paper in self.papers]


class PaperIndex:
    """An open index. Raises IndexStoreError and its kin, each with one line that says the mend."""

    def __init__(self, folder: Path, embedder: Embedder, manifest: Manifest, store: Path) -> None:
        self.folder = folder
        self.embedder = embedder
        self.manifest = manifest
        self._lock = threading.RLock()
        self._corpus: Corpus | None = None
        self._draft: Path | None = None
        self._connect(store)

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> PaperIndex:
        """Open an index for reading; it must exist and be made by this embedder and passage scheme."""
        manifest, store = _current(folder, embedder)
        return cls(folder, embedder, manifest, store)

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, embedder: Embedder, anew: bool = False) -> Iterator[PaperIndex]:
        """Open an index for writing, making it where there is none; IndexLocked while another process writes.

        What is written counts from `commit` on, at once and as a whole; what was not committed is dropped. With
        `anew` the index begins empty, whatever was there before; that too holds only from `commit` on.
        """
        with writer_lock(folder):
            index = _begun(cls, folder, embedder) if anew else _open_or_begun(cls, folder, embedder)
            try:
                yield index
            finally:
                index.close()
                if index._draft:
                    drop(index._draft)

    @property
    def version(self) -> str:
        """A short label of this state of the index, for an answer's record."""
        return self.manifest.version

    def papers(self) -> tuple[Paper, ...]:
        """All papers, in the order they were added."""
        return self.corpus().papers

    def paper(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        corpus = self.corpus()
        place = corpus.places.get(paper_id)
        return None if place is None else corpus.papers[place]

    def profile(self, paper_id: str) -> Profile:
        """What was learned about a paper at ingest; an empty profile for an unknown id."""
        return self.corpus().profiles.get(paper_id, Profile())

    def corpus(self) -> Corpus:
        """Papers, profiles and the lexical side, read once for each revision."""
        with self._lock:
            if self._corpus is None:
                self._corpus = self._read_corpus()
            return self._corpus

    def refresh(self) -> None:
        """Reopen if another process wrote since: its vectors are invisible to an open client."""
        if read_manifest(self.folder).revision == self.manifest.revision:
            return
        with self._lock:
            manifest, store = _current(self.folder, self.embedder)
            if manifest.revision == self.manifest.revision:  # another thread was faster
                return
            self.close()
            self.manifest = manifest
            self._connect(store)

    def nearest(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None = None
    ) -> tuple[Near, ...]:
        """The passages of one level nearest to a unit vector, best first; only of these papers if given."""
        with self._lock:
            corpus, near = self.corpus(), self._near(vector, level, limit, paper_ids)
        return tuple(Near(corpus.passage(passage_id), similarity) for passage_id, similarity in near)

    def nearest_papers(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None = None
    ) -> dict[str, float]:
        """By paper id, the cosine similarity of its nearest passage, as far as that is among the `limit` nearest."""
        best: dict[str, float] = {}
        for passage_id, similarity in self._near(vector, level, limit, paper_ids):
            best.setdefault(paper_id_in(passage_id), similarity)
        return best

    def vectors(self, level: Level, paper_ids: frozenset[str] | None = None) -> Vectors:
        """The passages of one level with their vectors, of these papers or of all, in no set order."""
        if paper_ids == frozenset():
            return Vectors((), np.empty((0, self.manifest.dimensions), dtype=np.float32))
        with self._lock, _translated(self.folder):
            found = self._collections[level].get(where=_of_papers(paper_ids), include=["embeddings"])
            corpus = self.corpus()
        passages = tuple(map(corpus.passage, found["ids"]))
        matrix = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(passages), self.manifest.dimensions)
        return Vectors(passages, matrix)

    def add(self, entries: Sequence[Entry]) -> None:
        """Write these papers; what the index held under their ids must have been removed before."""
        with self._changing():
            for level in Level:
                rows = [row for entry in entries for row in _rows(entry, level)]
                for first in range(0, len(rows), WRITE_BATCH):
                    self._write(level, rows[first : first + WRITE_BATCH])

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Take these papers and all their passages out; unknown ids are passed over."""
        with self._changing():
            for first in range(0, len(paper_ids), WRITE_BATCH):
                where = _of_papers(frozenset(paper_ids[first : first + WRITE_BATCH]))
                for collection in self._collections.values():
                    collection.delete(where=where)

    def commit(self) -> None:
        """Let what was added and removed since the last commit count: every reader sees it when it refreshes."""
        with self._lock:
            if self._draft is None:
                return
            store, before = self._draft, self.manifest.revision
            counts = {level: self._count(level) for level in Level}
            self.manifest = replace(
                self.manifest,
                updated=_now(),
                revision=revision_of(store),
                papers=len(self._first_windows(include=[])),
                passages=counts[Level.WINDOW],
                sentences=counts[Level.SENTENCE],
            )
            self.close()  # Chroma's files are whole, and of their final size, only when it has let go of them
            with writable(self.folder):
                self.manifest = replace(self.manifest, files=files_of(store))
                write_manifest(self.folder, self.manifest)
            self._draft = None
            sweep(self.folder, keep=(before, self.manifest.revision))
            self._connect(store)

    def close(self) -> None:
        """Let go of Chroma's files; the index can be opened again."""
        with self._lock:
            self._corpus = None
            _close(self._client)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """For the length of one change: alone, on a draft, with Chroma's errors as ours."""
        with self._lock, _translated(self.folder):
            if self._draft is None:
                self.close()
                self._draft = begin_draft(self.folder, copy_of=self.manifest.revision)
                self._connect(self._draft)
            self._corpus = None
            yield

    def _connect(self, store: Path) -> None:
        with _translated(self.folder):
            self._client = _opened(store)
            self._collections = {
                level: self._client.get_collection(_collection_name(level, self.manifest), embedding_function=None)
                for level in Level
            }

    def _near(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None
    ) -> Iterator[tuple[str, float]]:
        """Passage ids with similarities, best first. To fetch more than ids would take Chroma ten times as long."""
        count = min(limit, self._count(level))
        if count == 0 or paper_ids == frozenset():
            return iter(())
        with self._lock, _translated(self.folder):
            found = self._collections[level].query(
                query_embeddings=vector[np.newaxis],
                n_results=count,
                where=_of_papers(paper_ids),
                include=["distances"],
            )
        return ((key, 1.0 - distance) for key, distance in zip(found["ids"][0], _only(found["distances"]), strict=True))

    def _count(self, level: Level) -> int:
        with self._lock, _translated(self.folder):
            return self._collections[level].count()

    def _write(self, level: Level, rows: Sequence[_Row]) -> None:
        if rows:
            self._collections[level].upsert(
                ids=[row.passage.id for row in rows],
                embeddings=np.stack([row.vector for row in rows]),
                metadatas=[row.metadata for row in rows],
            )

    def _read_corpus(self) -> Corpus:
        kept = self._first_windows(["metadatas"])
        papers = _papers_in(kept, self.folder)
        profiles = [profile_from_json(str(metadata["profile"])) for metadata in kept]
        by_paper = {paper.id: profile for paper, profile in zip(papers, profiles, strict=True)}
        return Corpus(papers, by_paper, self.embedder)

    def _first_windows(self, include: Include) -> list[Metadata]:
        with _translated(self.folder):
            return _first_windows(self._collections[Level.WINDOW], include)


def papers_held(folder: Path) -> tuple[Paper, ...]:
    """The papers of an index, whichever model and scheme made it; none where there is no index.

    Only the records are read, never a vector, so that damaged vector files do not stand in the way.
    """
    try:
        manifest = read_manifest(folder)
    except IndexMissing:
        return ()
    records = tuple(file for file in manifest.files if file[0] == DATABASE)
    store = check_store(folder, replace(manifest, files=records))
    with _translated(folder), _client(store) as client:
        collections = [each for each in client.list_collections() if each.name.startswith(f"{Level.WINDOW}s-")]
        return _papers_in([kept for each in collections for kept in _first_windows(each, ["metadatas"])], folder)


def _first_windows(windows: chromadb.Collection, include: Include) -> list[Metadata]:
    """What is kept beside the first window of every paper, in the order they were added; empty if not included."""
    found: list[Metadata] = []
    while True:
        page = windows.get(where={"first": True}, include=include, limit=READ_BATCH, offset=len(found))
        found.extend(page["metadatas"] or [{}] * len(page["ids"]))
        if len(page["ids"]) < READ_BATCH:
            return found


def _papers_in(kept: Sequence[Metadata], folder: Path) -> tuple[Paper, ...]:
    try:
        return tuple(paper_from_json(str(metadata["record"])) for metadata in kept)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexStoreError(f"the index at {folder} has records of another version: {mend(folder)}") from error


@dataclass(frozen=True, slots=True)
class _Row:
    """One record of a Chroma collection; its text is a stretch of its paper's abstract, and not kept once more."""

    passage: Passage
    vector: Vector
    metadata: dict[str, str | bool]


def _rows(entry: Entry, level: Level) -> Iterator[_Row]:
    for number, (window, embedded) in enumerate(zip(entry.windows, entry.embedded, strict=True)):
        if level is Level.SENTENCE:
            for passage, vector in zip(window.sentences, embedded.parts, strict=True):
                yield _Row(passage, vector, {"paper": passage.paper_id})
        else:
            metadata: dict[str, str | bool] = {"paper": entry.paper.id, "first": number == 0}
            if number == 0:
                metadata |= {"record": paper_to_json(entry.paper), "profile": profile_to_json(entry.profile)}
            yield _Row(window.passage, embedded.whole, metadata)


def _of_papers(paper_ids: frozenset[str] | None) -> Any:
    return None if paper_ids is None else {"paper": {"$in": sorted(paper_ids)}}


def _only(rows: Any) -> Any:
    return rows[0] if rows else []


def _current(folder: Path, embedder: Embedder) -> tuple[Manifest, Path]:
    """The manifest and the store that count now, checked: made by this embedder and scheme, and whole."""
    for _ in range(_TRIES_TO_OPEN):
        manifest = read_manifest(folder)
        _check_maker(folder, manifest, embedder)
        if store_of(folder, manifest.revision).is_dir():
            break
    return manifest, check_store(folder, manifest)


def _open_or_begun(cls: type[PaperIndex], folder: Path, embedder: Embedder) -> PaperIndex:
    try:
        return cls.open(folder, embedder)
    except IndexMissing:
        return _begun(cls, folder, embedder)


def _begun(cls: type[PaperIndex], folder: Path, embedder: Embedder) -> PaperIndex:
    """An index that begins empty, as a draft; until it is committed, the revision is that of what it will replace."""
    now = _now()
    manifest = Manifest(embedder.model, embedder.fingerprint, embedder.dimensions, SCHEME, now, now, _revision(folder))
    draft = begin_draft(folder)
    with _translated(folder):
        _make_collections(draft, manifest)
    index = cls(folder, embedder, manifest, draft)
    index._draft = draft
    return index


def _revision(folder: Path) -> int:
    """The revision that counts now; 0 where there is none, or none that can be read."""
    try:
        return read_manifest(folder).revision
    except IndexStoreError:
        return 0


def _make_collections(store: Path, manifest: Manifest) -> None:
    breadths = CreateHNSWConfiguration(space="cosine", ef_search=SEARCH_BREADTH, ef_construction=BUILD_BREADTH)
    with _client(store) as client:
        for level in Level:
            client.create_collection(
                _collection_name(level, manifest), embedding_function=None, configuration={"hnsw": breadths}
            )


def _opened(store: Path) -> Client:
    settings = ChromaSettings(anonymized_telemetry=False)
    with _OPENING:
        return cast(Client, chromadb.PersistentClient(str(store), settings=settings))


def _close(client: Client) -> None:
    with _OPENING:
        client.close()


@contextmanager
def _client(store: Path) -> Iterator[Client]:
    client = _opened(store)
    try:
        yield client
    finally:
        _close(client)


def _check_maker(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    if manifest.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"the index at {folder} was made by {manifest.model}, not by {embedder.model}: "
            f"set FOOTNOTE_EMBEDDING_MODEL to that model, or {mend(folder)}"
        )
    if manifest.scheme != SCHEME:
        raise IndexMismatch(
            f"the index at {folder} has scheme {manifest.scheme}, this version makes {SCHEME}: {mend(folder)}"
        )


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The one place where Chroma's and SQLite's errors become ours."""
    try:
        yield
    except (ChromaError, sqlite3.Error) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise IndexStoreError(f"the index at {folder} {_advice(reason, folder)}") from error
    except OSError as error:
        raise IndexStoreError(f"cannot use the index at {folder}: {error.strerror or error}") from error


def _advice(reason: str, folder: Path) -> str:
    if shutil.disk_usage(folder).free < _LEAST_ROOM:
        return "has no room left on its disk: make room, and run the same command again"
    known = (advice for words, advice in _KNOWN_TROUBLES.items() if words in reason)
    return next(known, f"cannot be used ({reason}): {mend(folder)}")


def _collection_name(level: Level, manifest: Manifest) -> str:
    model = re.sub(r"[^A-Za-z0-9]+", "-", manifest.model).strip("-")[-80:]
    return f"{level}s-{model}-{manifest.fingerprint[:8]}-{manifest.scheme}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
