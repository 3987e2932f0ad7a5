"""The index: papers in segments on disk (`segments`), and what can be asked of them.

What was committed is searched at once: by words in the arrays of its segment, by vectors in Chroma or, while a run is
not at its end, one by one. A reader that sees a new revision opens the segments that it does not have yet.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedder, Vector
from ingest.errors import IndexMismatch, IndexMissing, IndexStoreError
from ingest.extraction.extractor import extraction_version, profile_of
from ingest.extraction.profile import Profile
from ingest.garbage import uncollected
from ingest.index.chroma import translated
from ingest.index.corpus import Corpus, corpus_of
from ingest.index.current_manifest import TRIES_TO_OPEN, current_manifest, new_manifest, now
from ingest.index.learned import drop_learned
from ingest.index.manifest import MANIFEST_NAME, Manifest, SegmentEntry, read_manifest, repair_hint, write_manifest
from ingest.index.merging import first_to_merge, write_merged
from ingest.index.old_store import papers_of_old_store
from ingest.index.records import profile_to_line
from ingest.index.recovery import readable_papers, recovered
from ingest.index.segments import DRAFT, SEGMENT, Segment, content_of, describe, write_content
from ingest.index.served import reader_for
from ingest.index.snapshots import drop, finish_or_undo, next_number, publish, writable, writer_lock
from ingest.index.types import Calibration, Entry, Near, Vectors
from ingest.index.views import VectorReader, View, views_of
from ingest.papers import Paper
from ingest.passages import Level

# In a long run, so many papers are searched vector by vector before they become a segment with Chroma of its own.
LOOSE_PAPERS = 2_048


class PaperIndex:
    """An open index. Raises IndexStoreError and its kin, each with one line that says the mend."""

    def __init__(self, folder: Path, embedder: Embedder, manifest: Manifest) -> None:
        self.folder = folder
        self.embedder = embedder
        self.manifest = manifest
        self._lock = threading.RLock()
        self._segments: dict[str, tuple[Segment, VectorReader | None]] = {}
        self._views: tuple[View, ...] = ()
        self._corpus: Corpus | None = None
        self._drafts: list[tuple[Path, SegmentEntry]] = []
        self._gone: set[str] = set()
        self._is_new = False
        self._is_writer = False
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> PaperIndex:
        """Open an index for reading; it must exist, be whole, and be made by this embedder and passage scheme."""
        manifest = current_manifest(folder, embedder)
        for tries_left in reversed(range(TRIES_TO_OPEN)):
            index = cls(folder, embedder, manifest)
            try:
                index._connect()
                return index
            except IndexStoreError:
                index.close()
                newer = current_manifest(folder, embedder)
                if not tries_left or newer.revision == manifest.revision:
                    raise
                manifest = newer
        raise AssertionError("the last try returns or raises")

    @classmethod
    @contextmanager
    def writing(cls, folder: Path, embedder: Embedder, anew: bool = False) -> Iterator[PaperIndex]:
        """Open an index for writing, making it where there is none; IndexLocked while another process writes.

        What is written counts from `commit` on; what was not committed is dropped. With `anew` the index begins
        empty, whatever was there before; that too holds only from `commit` on.
        """
        with writer_lock(folder):
            finish_or_undo(folder)
            index = _begun(cls, folder, embedder) if anew else _open_or_begun(cls, folder, embedder)
            index._is_writer = True
            try:
                yield index
                index.settle()
            finally:
                index.close()
                for draft in folder.glob(f"{DRAFT}*"):
                    drop(draft)

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
        """Papers, profiles and the lexical side of what was last committed, made once for each revision."""
        with self._lock:
            if self._corpus is None:
                with uncollected():
                    self._corpus = corpus_of(self._views, self.embedder, self._profiles_are_outdated, self.folder)
            return self._corpus

    def refresh(self) -> None:
        """Open what another process committed since; segments that are open already stay so."""
        seen = _stamp(self.folder / MANIFEST_NAME)
        if seen is not None and seen == self._seen:
            return
        if read_manifest(self.folder).revision == self.manifest.revision:
            self._seen = seen
            return
        newer = current_manifest(self.folder, self.embedder)
        with self._lock:
            if newer.revision != self.manifest.revision:
                self._show(newer)

    def nearest(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None = None
    ) -> tuple[Near, ...]:
        """The passages of one level nearest to a unit vector, best first; only of these papers if given."""
        views, found = self._near(vector, level, limit, paper_ids)
        return tuple(Near(views[view].segment.passage(level, row), near) for view, row, near in found)

    def nearest_papers(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None = None
    ) -> dict[str, float]:
        """By paper id, the cosine similarity of its nearest passage, as far as that is among the `limit` nearest."""
        views, found = self._near(vector, level, limit, paper_ids)
        best: dict[str, float] = {}
        for view, row, similarity in found:
            segment = views[view].segment
            best.setdefault(segment.papers[segment.passages[level][row, 0]].id, similarity)
        return best

    def vectors(self, level: Level, paper_ids: frozenset[str] | None = None) -> Vectors:
        """The passages of one level with their vectors, of these papers or of all, paper by paper."""
        with self._lock:
            views, corpus = self._views, self.corpus()
        admitted = _mask(corpus, paper_ids)
        parts = [(view, view.rows_of_papers(_numbers(view, admitted).tolist(), level)) for view in views]
        passages = [view.segment.passage(level, row) for view, rows in parts for row in rows.tolist()]
        empty = np.empty((0, self.manifest.dimensions), dtype=np.float32)
        return Vectors(
            tuple(passages), np.concatenate([empty, *(view.vectors(rows, level) for view, rows in parts if len(rows))])
        )

    def add(self, entries: Sequence[Entry]) -> None:
        """Write these papers; what the index held under their ids must have been removed before."""
        if not entries:
            return
        with self._lock, translated(self.folder), writable(self.folder):
            draft = self._next_draft()
            write_content(draft, content_of(entries, self.embedder))
            self._drafts.append((draft, self._described(draft, ())))

    def remove(self, paper_ids: Sequence[str]) -> None:
        """Take these papers and all their passages out, but for those added since; unknown ids are passed over."""
        with self._lock:
            self._gone.update(paper_id for paper_id in paper_ids if paper_id in self.corpus().places)

    def update_profiles(self) -> None:
        """Write the profiles anew where other rules or word lists made them; vectors stay as they are."""
        if self._profiles_are_outdated and self._views:
            with self._lock:
                self._merge(0, extraction_version())
            drop_learned(self.folder)

    def commit(self) -> None:
        """Let what was added and removed since the last commit count: every reader sees it when it refreshes."""
        with self._lock:
            if not (self._drafts or self._gone or self._is_new):
                return
            kept = [self._without_the_gone(view) for view in self._views]
            fresh = [entry for _, entry in self._drafts]
            counted = self._counted(fresh)
            self._publish([*kept, *fresh], [draft for draft, _ in self._drafts], counted)
        loose = sum(entry.left for entry in self.manifest.segments if not entry.has_chroma)
        if loose >= LOOSE_PAPERS:
            self.settle()

    def settle(self) -> None:
        """Make one segment with Chroma of those that were committed without; does nothing where there are none."""
        with self._lock:
            first = first_to_merge(self.manifest.segments)
            if first < len(self.manifest.segments):
                self._merge(first)

    def keep_calibration(self, calibration: Calibration) -> None:
        """Write a measured calibration into the manifest; kept for this process only where another one writes.

        Readers may call it. The lock of writers is taken, unless this is the writer, so that no commit is undone by an
        older manifest.
        """
        self.manifest = replace(self.manifest, calibration=calibration)
        with suppress(IndexStoreError, OSError), nullcontext() if self._is_writer else writer_lock(self.folder):
            current = read_manifest(self.folder)
            if current.revision == self.manifest.revision:
                write_manifest(self.folder, replace(current, calibration=calibration))

    def close(self) -> None:
        """Let go of Chroma's files."""
        with self._lock:
            self._corpus, self._views = None, ()
            for _, reader in self._segments.values():
                if reader is not None:
                    reader.close()
            self._segments = {}

    @property
    def _profiles_are_outdated(self) -> bool:
        return self.manifest.extraction != extraction_version()

    def _without_the_gone(self, view: View) -> SegmentEntry:
        numbers = (number for number, paper in enumerate(view.segment.papers) if paper.id in self._gone)
        gone = {number for number in numbers if view.places[number] >= 0}
        return replace(view.entry, gone=tuple(sorted({*view.entry.gone, *gone}))) if gone else view.entry

    def _merge(self, first: int, extraction: str | None = None) -> None:
        """Write the segments from the `first` on as one, and let it count in their place."""
        counted = self.manifest if extraction is None else replace(self.manifest, extraction=extraction)
        views = self._views[first:]
        with translated(self.folder), writable(self.folder):
            draft = self._next_draft()
            try:
                gone = write_merged(draft, [(view.segment, view.entry) for view in views], self._profile_line)
                entry = self._described(draft, [view.entry.name for view in views])
                self._publish([*self.manifest.segments[:first], replace(entry, gone=gone)], [draft], counted)
            except BaseException:
                drop(draft)
                raise

    def _profile_line(self, segment: Segment, number: int) -> str:
        if self._profiles_are_outdated:
            return profile_to_line(profile_of(segment.papers[number]), segment.papers[number])
        return segment.profile_line(number).rstrip("\n")

    def _next_draft(self) -> Path:
        return self.folder / f"{DRAFT}{next_number(self.folder)}"

    def _described(self, draft: Path, replaces: Sequence[str]) -> SegmentEntry:
        return describe(draft, draft.name.replace(DRAFT, SEGMENT), self.manifest, replaces)

    def _publish(self, entries: Sequence[SegmentEntry], drafts: Sequence[Path], counted: Manifest) -> None:
        revision = self.manifest.revision + 1
        left = tuple(entry for entry in entries if entry.left)
        manifest = replace(counted, updated=now(), revision=revision, segments=left)
        publish(self.folder, manifest, drafts)
        self._drafts, self._gone, self._is_new = [], set(), False
        self._show(manifest)

    def _counted(self, fresh: Sequence[SegmentEntry]) -> Manifest:
        """The manifest with what it will hold once these segments came and `_gone` went."""
        corpus, was = self.corpus(), self.manifest
        gone = _mask(corpus, frozenset(self._gone))
        lost = {
            level: sum(len(view.rows_of_papers(_numbers(view, gone).tolist(), level)) for view in self._views)
            for level in Level
        }
        return replace(
            was,
            papers=was.papers + sum(entry.papers for entry in fresh) - len(self._gone),
            passages=was.passages + sum(entry.passages for entry in fresh) - lost[Level.WINDOW],
            sentences=was.sentences + sum(entry.sentences for entry in fresh) - lost[Level.SENTENCE],
            precision=_both(was.precision, self.embedder.precision) if fresh else was.precision,
        )

    def _connect(self) -> None:
        self._show(self.manifest)

    def _show(self, manifest: Manifest) -> None:
        """Open the segments that a manifest names, as far as they are not open, and let go of the others."""
        before = self._segments
        with uncollected():
            opened = {entry.name: before.get(entry.name) or _opened(self.folder, entry) for entry in manifest.segments}
        pairs = [(opened[entry.name][0], entry) for entry in manifest.segments]
        self._views = tuple(views_of(pairs, [opened[entry.name][1] for entry in manifest.segments]))
        self._segments, self._corpus, self.manifest = opened, None, manifest
        for name, (_, reader) in before.items():
            if name not in opened and reader is not None:
                reader.close()

    def _near(
        self, vector: Vector, level: Level, limit: int, paper_ids: frozenset[str] | None
    ) -> tuple[Sequence[View], list[tuple[int, int, float]]]:
        """The views that were asked; and as (view, row, similarity), best first, the passages nearest to a vector."""
        with self._lock, translated(self.folder):
            views, admitted = self._views, _mask(self.corpus(), paper_ids)
            found = [view.nearest(vector, level, limit, admitted) for view in views]
        similarities = np.concatenate([near for _, near in found]) if found else np.empty(0, dtype=np.float32)
        order = np.argsort(-similarities, kind="stable")[:limit]
        rows = np.concatenate([rows for rows, _ in found]) if found else order
        view_of = np.repeat(np.arange(len(found)), [len(own) for own, _ in found])
        nearest = zip(view_of[order].tolist(), rows[order].tolist(), similarities[order].tolist(), strict=True)
        return views, list(nearest)


def papers_held(folder: Path) -> tuple[Paper, ...]:
    """The papers of an index, whichever model and scheme made it; none where there is no index.

    Only the records are read, never a vector, so that damaged vector files do not stand in the way.
    """
    try:
        manifest = read_manifest(folder)
    except IndexMissing:
        return ()
    except IndexMismatch:
        return papers_of_old_store(folder)
    except IndexStoreError:
        found = recovered(folder)
        if found is None:
            raise
        manifest = found
    return tuple(paper for entry in manifest.segments for paper in _papers_left(folder, entry))


def _papers_left(folder: Path, entry: SegmentEntry) -> Iterator[Paper]:
    """The papers of a segment that still count, from the copy of its records where the first is damaged."""
    gone = set(entry.gone)
    try:
        papers = readable_papers(folder / entry.name, entry)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise IndexStoreError(
            f"the index is damaged ({folder / entry.name} has no readable papers): {repair_hint(folder)}"
        ) from error
    return (paper for number, paper in enumerate(papers) if number not in gone)


def _opened(folder: Path, entry: SegmentEntry) -> tuple[Segment, VectorReader | None]:
    return Segment(folder, entry), reader_for(folder / entry.name, entry)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced: its inode, time of change and size; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _both(kept: str, added: str) -> str:
    """The precisions of vectors that were there and of those that come, each named once."""
    return ", ".join(sorted({*kept.split(", "), added} - {""}))


def _mask(corpus: Corpus, paper_ids: frozenset[str] | None) -> NDArray[np.bool_] | None:
    """Of each place of the corpus whether its paper is among these; None for all of them."""
    if paper_ids is None:
        return None
    mask = np.zeros(len(corpus.papers), dtype=np.bool_)
    mask[[corpus.places[paper_id] for paper_id in paper_ids if paper_id in corpus.places]] = True
    return mask


def _numbers(view: View, admitted: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """The papers of a segment that count and are admitted, by number."""
    here = view.places >= 0
    return np.flatnonzero(here if admitted is None else here & admitted[view.places])


def _open_or_begun(cls: type[PaperIndex], folder: Path, embedder: Embedder) -> PaperIndex:
    try:
        return cls.open(folder, embedder)
    except IndexMissing:
        return _begun(cls, folder, embedder)


def _begun(cls: type[PaperIndex], folder: Path, embedder: Embedder) -> PaperIndex:
    """An index that begins empty."""
    index = cls(folder, embedder, new_manifest(folder, embedder))
    index._is_new = True
    return index
