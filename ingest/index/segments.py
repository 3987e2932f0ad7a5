"""Segments: the papers of one portion of an ingest, written once and never changed.

    index/
      manifest.json            which segments count, and which papers in them are gone (`manifest`)
      segment-7/
        segment.json           what made it, and the size and hash of every file
        papers.jsonl           the papers, a line each; profiles.jsonl what was learned about each
        records.jsonl.gz       both once more, for the case that one of them is damaged
        window.passages.npy    (paper, start, end) of each window; window.vectors.npy its vector in float16
        sentence.passages.npy  the same for sentences
        words.*.npy            the inverted index by words (`postings`); ngrams.*.npy by character n-grams
        subwords.*.npy         the subwords of each paper (`token_similarity`)
        positions.*.npy        where each word stands (`positions`)
        callings.jsonl         by what each paper may be called, and words.tsv the ordinary words (`callings`)
        chroma/                the vectors in Chroma (`chroma`); may be missing until the run that wrote it ends
        served.json            in its place: the names of the collections on a Chroma server (`served`)
      draft-8/                 one that is being written
      writer.lock              held by whoever writes

Measured on 10,000 abstracts: a unit vector in float16 differs from itself in float32 by 4e-8 in cosine and takes half
the room, 7 KB a paper; the arrays for words take 5 KB.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedder
from ingest.errors import IndexStoreError
from ingest.extraction.callings import WordCounts, calling_of, calling_to_line
from ingest.extraction.profile import Profile
from ingest.index.arrays import ArrayFile, FileReader, Rows, loaded
from ingest.index.bm25 import LexicalPart
from ingest.index.integrity import stamp_of, stamps_of
from ingest.index.manifest import Manifest, SegmentEntry, repair_hint
from ingest.index.positions import PositionPart
from ingest.index.postings import Postings
from ingest.index.records import paper_from_json, paper_to_json, profile_from_line, profile_to_line
from ingest.index.token_similarity import SubwordLists
from ingest.index.types import Entry
from ingest.papers import Paper
from ingest.passages import Level, Passage

SEGMENT, DRAFT = "segment-", "draft-"
CHROMA, SERVED = "chroma", "served.json"
SELF = "segment.json"
PAPERS, PROFILES, COPY = "papers.jsonl", "profiles.jsonl", "records.jsonl.gz"
CALLINGS, WORDS = "callings.jsonl", "words.tsv"

# Rows that are copied at once from one file into another.
_ROWS_AT_ONCE = 65_536

PassageTable = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Content:
    """Everything in a segment but Chroma: lines of JSON, passages as (paper, start, end), and their unit vectors."""

    papers: Sequence[str]
    profiles: Sequence[str]
    passages: Mapping[Level, PassageTable]
    vectors: Mapping[Level, Rows]
    lexical: LexicalPart
    subwords: SubwordLists
    positions: PositionPart
    callings: Sequence[str]
    words: WordCounts


def content_of(entries: Sequence[Entry], embedder: Embedder) -> Content:
    """What a segment of these papers holds."""
    texts = [text_of(entry.paper) for entry in entries]
    return Content(
        [paper_to_json(entry.paper) for entry in entries],
        [profile_to_line(entry.profile, entry.paper) for entry in entries],
        {level: _passages(entries, level) for level in Level},
        {level: _vectors(entries, level, embedder.dimensions) for level in Level},
        LexicalPart.of_texts(texts),
        SubwordLists.of_texts(texts, embedder),
        PositionPart.of_texts((entry.paper.title, entry.paper.abstract) for entry in entries),
        [calling_to_line(calling_of(entry.paper, entry.profile.names)) for entry in entries],
        WordCounts.of_abstracts(entry.paper.abstract for entry in entries),
    )


def text_of(paper: Paper) -> str:
    """What of a paper is searched by its words."""
    return f"{paper.title}\n{paper.abstract}"


def _passages(entries: Sequence[Entry], level: Level) -> PassageTable:
    rows = [
        (number, passage.start, passage.end)
        for number, entry in enumerate(entries)
        for window in entry.windows
        for passage in ((window.passage,) if level is Level.WINDOW else window.sentences)
    ]
    return np.array(rows, dtype=np.uint32).reshape(len(rows), 3)


def _vectors(entries: Sequence[Entry], level: Level, dimensions: int) -> NDArray[np.float16]:
    embedded = [each for entry in entries for each in entry.embedded]
    parts = [each.whole[np.newaxis] if level is Level.WINDOW else each.parts for each in embedded]
    return np.concatenate([np.empty((0, dimensions), dtype=np.float16), *parts]).astype(np.float16)


def write_content(folder: Path, content: Content) -> None:
    """Write a segment's files, all but Chroma's and its own description."""
    folder.mkdir()
    starts = _write_lines(folder / PROFILES, content.profiles)
    _write_lines(folder / PAPERS, content.papers)
    _write_copy(folder / COPY, content.papers, content.profiles)
    np.save(folder / "profiles.starts.npy", starts)
    for level in Level:
        np.save(folder / f"{level}.passages.npy", content.passages[level])
        _write_rows(folder / f"{level}.vectors.npy", content.vectors[level])
    for name, postings in (("words", content.lexical.words), ("ngrams", content.lexical.ngrams)):
        for field in Postings.__slots__:
            _write_rows(folder / f"{name}.{field}.npy", getattr(postings, field))
    np.save(folder / "subwords.starts.npy", content.subwords.starts)
    np.save(folder / "subwords.subwords.npy", content.subwords.subwords)
    for field in PositionPart.__slots__:
        _write_rows(folder / f"positions.{field}.npy", getattr(content.positions, field))
    _write_lines(folder / CALLINGS, content.callings)
    (folder / WORDS).write_text(content.words.to_text(), encoding="utf-8")


def _write_lines(path: Path, lines: Sequence[str]) -> NDArray[np.int64]:
    """Write lines; where each begins and the last one ends, in bytes."""
    data = [line.encode("utf-8", "surrogatepass") + b"\n" for line in lines]
    path.write_bytes(b"".join(data))
    return np.concatenate(([0], np.cumsum([len(line) for line in data]))).astype(np.int64)


def _write_copy(path: Path, papers: Sequence[str], profiles: Sequence[str]) -> None:
    lines = (f"{paper}\n{profile}\n" for paper, profile in zip(papers, profiles, strict=True))
    path.write_bytes(gzip.compress("".join(lines).encode("utf-8", "surrogatepass"), compresslevel=6, mtime=0))


def _write_rows(path: Path, rows: Rows) -> None:
    """Write an array piece by piece, so that one on disk never stands in memory as a whole."""
    sample = rows[0:0]
    header = {"descr": np.lib.format.dtype_to_descr(sample.dtype), "fortran_order": False}
    with path.open("wb") as stream:
        np.lib.format.write_array_header_1_0(stream, {**header, "shape": (len(rows), *sample.shape[1:])})
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            stream.write(np.ascontiguousarray(rows[first : first + _ROWS_AT_ONCE]).tobytes())


def describe(folder: Path, name: str, manifest: Manifest, replaces: Sequence[str] = ()) -> SegmentEntry:
    """Write the segment's own description, when all else is written; what a manifest says of it.

    `replaces` are the segments whose papers it has: whoever finds both without a manifest takes this one.
    """
    counts = {level: len(ArrayFile(folder / f"{level}.passages.npy")) for level in Level}
    papers = len(ArrayFile(folder / "profiles.starts.npy")) - 1
    has_chroma = (folder / CHROMA).is_dir() or (folder / SERVED).is_file()
    files = stamps_of(folder)
    entry = SegmentEntry(name, papers, counts[Level.WINDOW], counts[Level.SENTENCE], has_chroma, files)
    maker = {name: getattr(manifest, name) for name in ("model", "fingerprint", "dimensions", "scheme", "extraction")}
    record = {"maker": maker, "replaces": list(replaces), "created": manifest.updated, "segment": asdict(entry)}
    (folder / SELF).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return SegmentEntry(**{**_shallow(entry), "files": (*files, stamp_of(folder, folder / SELF))})


def _shallow(entry: SegmentEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in SegmentEntry.__slots__}


class Segment:
    """A segment that is open for reading."""

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        self.folder = folder / entry.name
        self.entry = entry
        try:
            self.papers = papers_in(self.folder)
            self._profile_starts: NDArray[np.int64] = loaded(self.folder / "profiles.starts.npy")
            self._profiles = FileReader(self.folder / PROFILES)
            self.passages: dict[Level, PassageTable] = {
                level: loaded(self.folder / f"{level}.passages.npy") for level in Level
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise IndexStoreError(f"the index is damaged ({self.folder}: {reason}): {repair_hint(folder)}") from error
        self.vectors = {level: ArrayFile(self.folder / f"{level}.vectors.npy") for level in Level}
        if len(self.papers) != entry.papers:
            raise IndexStoreError(f"the index is damaged ({self.folder} lacks papers): {repair_hint(folder)}")

    @cached_property
    def first_rows(self) -> dict[Level, NDArray[np.int64]]:
        """Of each level the row at which each paper's passages begin, and the end of the last; shape (papers + 1,)."""
        papers = np.arange(len(self.papers) + 1)
        return {level: np.searchsorted(table[:, 0], papers) for level, table in self.passages.items()}

    @cached_property
    def lexical(self) -> LexicalPart:
        """The inverted indexes; their entries stay on disk until a question asks for them."""
        return LexicalPart(self._postings("words"), self._postings("ngrams"))

    @cached_property
    def subwords(self) -> SubwordLists:
        """The subwords of its papers."""
        return SubwordLists(loaded(self.folder / "subwords.starts.npy"), loaded(self.folder / "subwords.subwords.npy"))

    @cached_property
    def positions(self) -> PositionPart:
        """Where the terms of its papers stand; an older version did not write this, then it is read from the texts."""
        if not (self.folder / "positions.keys.npy").exists():
            return PositionPart.of_texts((paper.title, paper.abstract) for paper in self.papers)
        keys, starts, stretches, firsts = (
            loaded(self.folder / f"positions.{field}.npy") for field in ("keys", "starts", "stretches", "firsts")
        )
        return PositionPart(keys, starts, ArrayFile(self.folder / "positions.places.npy"), stretches, firsts)

    def calling_lines(self) -> list[str]:
        """By what its papers may be called, as it is stored; an older version did not, then it is found out now."""
        if not (self.folder / CALLINGS).exists():
            names = (self.profile(number).names for number in range(len(self.papers)))
            return [calling_to_line(calling_of(paper, own)) for paper, own in zip(self.papers, names, strict=True)]
        return lines_of(self.folder / CALLINGS)

    def words(self, mask: NDArray[np.bool_]) -> WordCounts:
        """How many of those papers that a mask admits have each ordinary word."""
        if not (self.folder / WORDS).exists():
            return WordCounts.of_abstracts(self.papers[number].abstract for number in np.flatnonzero(mask))
        counts = WordCounts.from_text((self.folder / WORDS).read_text(encoding="utf-8"))
        if mask.all():
            return counts
        return counts.without(WordCounts.of_abstracts(self.papers[number].abstract for number in np.flatnonzero(~mask)))

    def paper_lines(self) -> list[str]:
        """Its papers as they are stored."""
        return lines_of(self.folder / PAPERS)

    def profile_line(self, number: int) -> str:
        """What was learned about a paper, as it is stored."""
        first, last = int(self._profile_starts[number]), int(self._profile_starts[number + 1])
        return self._profiles.read(first, last - first).decode("utf-8", "surrogatepass")

    def profile(self, number: int) -> Profile:
        """What was learned about a paper."""
        return profile_from_line(self.profile_line(number), self.papers[number])

    def passage(self, level: Level, row: int) -> Passage:
        """The passage of one row."""
        number, start, end = map(int, self.passages[level][row])
        paper = self.papers[number]
        return Passage(paper.id, start, end, paper.abstract[start:end], level)

    def _postings(self, name: str) -> Postings:
        keys, starts, lengths = (loaded(self.folder / f"{name}.{field}.npy") for field in ("keys", "starts", "lengths"))
        return Postings(keys, starts, ArrayFile(self.folder / f"{name}.entries.npy"), lengths)


def papers_in(folder: Path) -> tuple[Paper, ...]:
    """The papers of a segment's folder, in order."""
    return tuple(map(paper_from_json, lines_of(folder / PAPERS)))


def lines_of(path: Path) -> list[str]:
    """The lines of a file that `write_content` wrote."""
    return path.read_bytes().decode("utf-8", "surrogatepass").split("\n")[:-1]


def copied_records(folder: Path) -> tuple[list[str], list[str]]:
    """The lines of papers and of profiles, from the copy that is kept of both."""
    lines = gzip.decompress((folder / COPY).read_bytes()).decode("utf-8", "surrogatepass").split("\n")[:-1]
    return lines[::2], lines[1::2]
