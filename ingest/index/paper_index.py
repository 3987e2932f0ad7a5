"""The index: papers in Chroma collections on disk, and what can be asked of them.

Chroma is safe for threads but not for processes: a second process would see stale vectors for ever. So a writer
works on a copy (`snapshots`), the manifest's revision says which store counts, and a reader that sees a new
one reopens.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from chromadb.api.types import Include, Metadata

from ingest.embedding.base import Embedder, Vector
from ingest.errors import IndexMismatch, IndexMissing, IndexStoreError
from ingest.extraction.extractor import extraction_version, profile_of
from ingest.extraction.names import NAME_SCHEME
from ingest.extraction.profile import Profile
from ingest.index.chroma import (
    WRITE_BATCH,
    Row,
    client_of,
    close_client,
    collection_name,
    first_windows,
    make_collections,
    of_papers,
    only,
    open_client,
    rows_of,
    translated,
)
from ingest.index.corpus import Corpus
from ingest.index.manifest import Manifest, mend, read_manifest, write_manifest
from ingest.index.records import paper_from_json, profile_from_json, profile_to_json
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
from ingest.index.types import Calibration, Entry, Near, Vectors
from ingest.papers import Paper
from ingest.passages import PASSAGE_SCHEME, Level, paper_id_in

# What is kept beside the vectors may change as well as how the text was cut.
SCHEME = PASSAGE_SCHEME * 1000 + NAME_SCHEME

# A store may be swept away between reading the manifest and opening it; the next manifest names a newer one.
_TRIES_TO_OPEN = 3


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
        with self._lock, translated(self.folder):
            found = self._collections[level].get(where=of_papers(paper_ids), include=["embeddings"])
            corpus = self.corpus()
        passages = tuple(map(corpus.passage, found["ids"]))
        matrix = np.asarray(found["embeddings"], dtype=np.float32).reshape(len(passages), self.manifest.dimensions)
        return Vectors(passages, matrix)

    def add(self, entries: Sequence[Entry]) -> None:
        """Write these papers; what the index held under their ids must have been removed before."""
        with self._changing():
            for level in Level:
                rows = [row for entry in entries for row in rows_of(entry, level)]
                for first in range(0, len(rows), WRITE_BATCH):
                    self._write(level, rows[first : first + WRITE_BATCH])

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Take these papers and all their passages out; unknown ids are passed over."""
        with self._changing():
            for first in range(0, len(paper_ids), WRITE_BATCH):
                where = of_papers(frozenset(paper_ids[first : first + WRITE_BATCH]))
                for collection in self._collections.values():
                    collection.delete(where=where)

    def update_profiles(self) -> None:
        """Write the profiles anew where other rules or word lists made them; vectors stay as they are."""
        if not self._profiles_are_outdated:
            return
        with self._changing():
            papers, windows = self.papers(), self._collections[Level.WINDOW]
            ids = windows.get(where={"first": True}, include=[])["ids"]
            made = {paper.id: profile_to_json(profile_of(paper)) for paper in papers}
            for first in range(0, len(ids), WRITE_BATCH):
                batch = ids[first : first + WRITE_BATCH]
                windows.update(ids=batch, metadatas=[{"profile": made[paper_id_in(each)]} for each in batch])
        self.manifest = replace(self.manifest, extraction=extraction_version())

    @property
    def _profiles_are_outdated(self) -> bool:
        return self.manifest.extraction != extraction_version()

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

    def keep_calibration(self, calibration: Calibration) -> None:
        """Write a measured calibration into the manifest; kept for this process only where another one writes.

        Readers may call it. The lock of writers is taken, so that no commit is undone by an older manifest.
        """
        self.manifest = replace(self.manifest, calibration=calibration)
        with suppress(IndexStoreError, OSError), writer_lock(self.folder):
            current = read_manifest(self.folder)
            if current.revision == self.manifest.revision:
                write_manifest(self.folder, replace(current, calibration=calibration))

    def close(self) -> None:
        """Let go of Chroma's files; the index can be opened again."""
        with self._lock:
            self._corpus = None
            close_client(self._client)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """For the length of one change: alone, on a draft, with Chroma's errors as ours."""
        with self._lock, translated(self.folder):
            if self._draft is None:
                self.close()
                self._draft = begin_draft(self.folder, copy_of=self.manifest.revision)
                self._connect(self._draft)
            self._corpus = None
            yield

    def _connect(self, store: Path) -> None:
        with translated(self.folder):
            self._client = open_client(store)
            self._collections = {
                level: self._client.get_collection(collection_name(level, self.manifest), embedding_function=None)
                for level in Level
            }

    def _near(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None
    ) -> Iterator[tuple[str, float]]:
        """Passage ids with similarities, best first. To fetch more than ids would take Chroma ten times as long."""
        count = min(limit, self._count(level))
        if count == 0 or paper_ids == frozenset():
            return iter(())
        with self._lock, translated(self.folder):
            found = self._collections[level].query(
                query_embeddings=vector[np.newaxis],
                n_results=count,
                where=of_papers(paper_ids),
                include=["distances"],
            )
        return ((key, 1.0 - distance) for key, distance in zip(found["ids"][0], only(found["distances"]), strict=True))

    def _count(self, level: Level) -> int:
        with self._lock, translated(self.folder):
            return self._collections[level].count()

    def _write(self, level: Level, rows: Sequence[Row]) -> None:
        if rows:
            self._collections[level].upsert(
                ids=[row.passage.id for row in rows],
                embeddings=np.stack([row.vector for row in rows]),
                metadatas=[row.metadata for row in rows],
            )

    def _read_corpus(self) -> Corpus:
        kept = self._first_windows(["metadatas"])
        papers = _papers_in(kept, self.folder)
        if self._profiles_are_outdated:
            profiles = [profile_of(paper) for paper in papers]
        else:
            profiles = [profile_from_json(str(metadata["profile"])) for metadata in kept]
        by_paper = {paper.id: profile for paper, profile in zip(papers, profiles, strict=True)}
        return Corpus(papers, by_paper, self.embedder)

    def _first_windows(self, include: Include) -> list[Metadata]:
        with translated(self.folder):
            return first_windows(self._collections[Level.WINDOW], include)


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
    with translated(folder), client_of(store) as client:
        collections = [each for each in client.list_collections() if each.name.startswith(f"{Level.WINDOW}s-")]
        return _papers_in([kept for each in collections for kept in first_windows(each, ["metadatas"])], folder)


def _papers_in(kept: Sequence[Metadata], folder: Path) -> tuple[Paper, ...]:
    try:
        return tuple(paper_from_json(str(metadata["record"])) for metadata in kept)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexStoreError(f"the index at {folder} has records of another version: {mend(folder)}") from error


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
    manifest = Manifest(
        embedder.model,
        embedder.fingerprint,
        embedder.dimensions,
        SCHEME,
        now,
        now,
        _revision(folder),
        extraction=extraction_version(),
    )
    draft = begin_draft(folder)
    with translated(folder):
        make_collections(draft, manifest)
    index = cls(folder, embedder, manifest, draft)
    index._draft = draft
    return index


def _revision(folder: Path) -> int:
    """The revision that counts now; 0 where there is none, or none that can be read."""
    try:
        return read_manifest(folder).revision
    except IndexStoreError:
        return 0


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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
