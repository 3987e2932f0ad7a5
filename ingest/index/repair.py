"""Repair: how what is damaged of an index (`checking`) is made again without embedding.

Everything in a segment stands there twice, or follows from something that does: papers and profiles have a copy, the
vectors are in Chroma as well, passages are cut and words are read again from the papers. So any one damaged file is
made again; where both of a pair are damaged, the report says what is lost, and papers whose vectors are lost are
written into a file that `python -m ingest` reads.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ingest.cutting import windows_for
from ingest.embedding.base import Embedder
from ingest.errors import IndexStoreError
from ingest.extraction.callings import WordCounts, calling_of, calling_to_line
from ingest.extraction.extractor import profile_of
from ingest.index.arrays import ArrayFile, Rows
from ingest.index.beside import damages_beside, even_out
from ingest.index.bm25 import LexicalPart
from ingest.index.checking import manifest_troubles, outdated_damages, readable_copies, strangers
from ingest.index.chroma import translated
from ingest.index.integrity import damaged
from ingest.index.learned import drop_learned, learned_damage
from ingest.index.manifest import (
    Manifest,
    SegmentEntry,
    read_manifest,
    write_copy,
    write_manifest,
)
from ingest.index.positions import PositionPart
from ingest.index.postings import Postings
from ingest.index.records import paper_from_json, paper_to_json, profile_from_line, profile_to_line
from ingest.index.recovery import newest_revision, replaced_by
from ingest.index.segments import (
    CHROMA,
    COPY,
    DRAFT,
    PAPERS,
    PROFILES,
    SEGMENT,
    SERVED,
    Content,
    PassageTable,
    copied_records,
    describe,
    lines_of,
    text_of,
    write_content,
)
from ingest.index.served import ServedReader, keep_vectors, named_server, reader_for
from ingest.index.snapshots import drop, finish_or_undo, next_number, publish, writable, writer_lock
from ingest.index.token_similarity import SubwordLists
from ingest.papers import Paper
from ingest.passages import Level

# Papers that are left without vectors are written there, for `python -m ingest` to read.
UNSAVED = "unsaved.jsonl"


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was made again, a line each, and what could not be, a line each."""

    repaired: tuple[str, ...]
    lost: tuple[str, ...]
    papers: int


def repair_index(folder: Path, embedder: Embedder) -> RepairReport:
    """Make again what is damaged, without embedding; what cannot be is in the report. Holds the lock of writers."""
    with writer_lock(folder):
        troubles = [*manifest_troubles(folder)] if folder.is_dir() else []
        beside = [f"{each}: made again" for each in damages_beside(folder)]
        finish_or_undo(folder)
        manifest = read_manifest(folder)
        if not (folder / f"manifest-{manifest.revision}.json").exists():
            troubles.append(f"{folder / f'manifest-{manifest.revision}.json'} is gone")
        work = _Repair(folder, manifest, embedder)
        for entry in manifest.segments:
            work.look_at(entry)
        with writable(folder):
            for path in folder.glob("manifest-*.json"):
                if f"{path} was changed" in troubles:
                    path.unlink(missing_ok=True)
            work.finish()
            troubles += [*_swept(folder), *_earlier_swept(folder), *_learned_dropped(folder)]
            mended, lost = even_out(folder, gives_up=True)
        repaired = tuple(dict.fromkeys((*troubles, *beside, *mended, *work.repaired)))
        return RepairReport(repaired, (*work.lost, *lost), work.papers)


def _earlier_swept(folder: Path) -> list[str]:
    """Delete the earlier states if any file of theirs is damaged: nothing but readers of yesterday has use for them."""
    manifest = read_manifest(folder)
    bad = [f"{each}: deleted, with all of that earlier state" for each in outdated_damages(folder, manifest)]
    if bad:
        named = {entry.name for entry in manifest.segments}
        outdated = {entry.name for copy in readable_copies(folder) for entry in copy.segments} - named
        for name in outdated:
            drop(folder / name)
        for path in folder.glob("manifest-*.json"):
            if path.name != f"manifest-{manifest.revision}.json":
                path.unlink(missing_ok=True)
    return bad


def _learned_dropped(folder: Path) -> list[str]:
    damage = learned_damage(folder)
    if damage is None:
        return []
    drop_learned(folder)
    return [f"{damage}: deleted; the next reader makes it again"]


def _swept(folder: Path) -> list[str]:
    """Delete the segments that no manifest names and whose papers are all in ones that count; a line each."""
    manifest = read_manifest(folder)
    replaced = replaced_by(folder, [entry.name for entry in manifest.segments])
    outdated = [name for name in strangers(folder, manifest) if name in replaced]
    for name in outdated:
        drop(folder / name)
    return [f"{folder / name} was replaced long ago: deleted" for name in outdated]


class _Repair:
    """The segments of one index, looked at one after the other and written anew where they are damaged."""

    def __init__(self, folder: Path, manifest: Manifest, embedder: Embedder) -> None:
        self._folder, self._manifest, self._embedder = folder, manifest, embedder
        self._entries: list[SegmentEntry] = []
        self._drafts: list[Path] = []
        self.repaired: list[str] = []
        self.lost: list[str] = []
        self._unsaved: list[str] = []

    @property
    def papers(self) -> int:
        """How many papers the index holds after all."""
        return sum(entry.left for entry in self._entries)

    def look_at(self, entry: SegmentEntry) -> None:
        """Keep a segment that is whole, write one that is not anew, or say what of it is lost."""
        folder = self._folder / entry.name
        bad = {each.path.relative_to(folder).as_posix(): each for each in damaged(folder, entry.files, thorough=True)}
        if not bad and _can_be_asked(folder, entry):
            self._entries.append(entry)
            return
        source = _Source(folder, entry, frozenset(bad), self._embedder)
        papers = source.papers()
        if papers is None:
            self.lost.append(f"{entry.left} papers of {folder}: both copies of their records are damaged")
            return
        content = source.content(papers)
        if content is None:
            self._keep_apart(entry, papers)
            return
        self._write(entry, content)
        self.repaired += [f"{each}: made again" for each in bad.values()] or [
            f"{folder}: its vectors are in Chroma again"
        ]

    def _keep_apart(self, entry: SegmentEntry, papers: Sequence[Paper]) -> None:
        left = [paper for number, paper in enumerate(papers) if number not in set(entry.gone)]
        self._unsaved += [paper_to_json(paper) for paper in left]
        self.lost.append(
            f"the vectors of {len(left)} papers of {self._folder / entry.name}; the papers are in "
            f"{self._folder / UNSAVED}: `python -m ingest {self._folder / UNSAVED} --index {self._folder}`"
        )

    def _write(self, entry: SegmentEntry, content: Content) -> None:
        with translated(self._folder), writable(self._folder):
            draft = self._folder / f"{DRAFT}{next_number(self._folder)}"
            write_content(draft, content)
            if entry.has_chroma:
                keep_vectors(draft, content.vectors)
            made = describe(draft, draft.name.replace(DRAFT, SEGMENT), self._manifest, [entry.name])
        self._drafts.append(draft)
        self._entries.append(replace(made, gone=entry.gone))

    def finish(self) -> None:
        """Let what was made count."""
        if self._unsaved:
            (self._folder / UNSAVED).write_text("\n".join(self._unsaved) + "\n", encoding="utf-8")
        if not (self._drafts or self.lost):
            write_copy(self._folder, self._manifest)
            write_manifest(self._folder, self._manifest)
            return
        revision = max(self._manifest.revision, newest_revision(self._folder)) + 1
        entries = tuple(self._entries)
        manifest = replace(self._manifest, revision=revision, segments=entries, papers=self.papers)
        if self.lost:
            passages, sentences = sum(each.passages for each in entries), sum(each.sentences for each in entries)
            manifest = replace(manifest, passages=passages, sentences=sentences)
        publish(self._folder, manifest, self._drafts)


def _can_be_asked(folder: Path, entry: SegmentEntry) -> bool:
    """Whether a segment's vectors, where they are on a server, are on the one that is named."""
    server = named_server()
    if not (folder / SERVED).exists():
        return True
    counts = {Level.WINDOW: entry.passages, Level.SENTENCE: entry.sentences}
    return server is not None and ServedReader(folder, server).is_whole(counts)


@dataclass(frozen=True, slots=True)
class _Source:
    """What can still be read of a damaged segment; `bad` are the names of its files that cannot."""

    folder: Path
    entry: SegmentEntry
    bad: frozenset[str]
    embedder: Embedder

    def papers(self) -> tuple[Paper, ...] | None:
        """Its papers; None if both copies are damaged."""
        if PAPERS not in self.bad:
            return tuple(map(paper_from_json, lines_of(self.folder / PAPERS)))
        records = self._copied()
        return None if records is None else tuple(map(paper_from_json, records[0]))

    def content(self, papers: Sequence[Paper]) -> Content | None:
        """Everything of the segment; None if its vectors are lost."""
        passages = {level: self._passages(papers, level) for level in Level}
        vectors = {level: self._vectors(level) for level in Level}
        texts = [text_of(paper) for paper in papers]
        found = {
            level: rows for level, rows in vectors.items() if rows is not None and len(rows) == len(passages[level])
        }
        if len(found) < len(vectors):
            return None
        profiles = self._profiles(papers)
        names = (profile_from_line(line, paper).names for line, paper in zip(profiles, papers, strict=True))
        return Content(
            [paper_to_json(paper) for paper in papers],
            profiles,
            passages,
            found,
            self._lexical(texts),
            self._subwords(texts),
            PositionPart.of_texts((paper.title, paper.abstract) for paper in papers),
            [calling_to_line(calling_of(paper, own)) for paper, own in zip(papers, names, strict=True)],
            WordCounts.of_abstracts(paper.abstract for paper in papers),
        )

    def _copied(self) -> tuple[list[str], list[str]] | None:
        if COPY in self.bad:
            return None
        try:
            return copied_records(self.folder)
        except (OSError, EOFError, zlib.error, ValueError):
            return None

    def _profiles(self, papers: Sequence[Paper]) -> list[str]:
        if PROFILES not in self.bad:
            return lines_of(self.folder / PROFILES)
        records = self._copied()
        return records[1] if records else [profile_to_line(profile_of(paper), paper) for paper in papers]

    def _passages(self, papers: Sequence[Paper], level: Level) -> PassageTable:
        if f"{level}.passages.npy" not in self.bad:
            return np.asarray(np.load(self.folder / f"{level}.passages.npy"), dtype=np.uint32)
        rows = [
            (number, passage.start, passage.end)
            for number, paper in enumerate(papers)
            for window in windows_for(paper, self.embedder)
            for passage in ((window.passage,) if level is Level.WINDOW else window.sentences)
        ]
        return np.array(rows, dtype=np.uint32).reshape(len(rows), 3)

    def _vectors(self, level: Level) -> Rows | None:
        if f"{level}.vectors.npy" not in self.bad:
            return ArrayFile(self.folder / f"{level}.vectors.npy")
        if any(name.startswith((f"{CHROMA}/", SERVED)) for name in self.bad):
            return None
        reader = None
        try:
            reader = reader_for(self.folder, replace(self.entry, files=()))
            with translated(self.folder):
                count = self.entry.passages if level is Level.WINDOW else self.entry.sentences
                return reader.vectors(level, count).astype(np.float16) if reader else None
        except IndexStoreError:
            return None
        finally:
            if reader:
                reader.close()

    def _lexical(self, texts: Sequence[str]) -> LexicalPart:
        if any(name.startswith(("words.", "ngrams.")) for name in self.bad):
            return LexicalPart.of_texts(texts)
        return LexicalPart(*(self._postings(name) for name in ("words", "ngrams")))

    def _postings(self, name: str) -> Postings:
        return Postings(*(np.load(self.folder / f"{name}.{field}.npy") for field in Postings.__slots__))

    def _subwords(self, texts: Sequence[str]) -> SubwordLists:
        if any(name.startswith("subwords.") for name in self.bad):
            return SubwordLists.of_texts(texts, self.embedder)
        return SubwordLists(*(np.load(self.folder / f"subwords.{field}.npy") for field in ("starts", "subwords")))
