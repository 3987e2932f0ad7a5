"""Merging: several segments become one, so that there are few of them however many portions came.

When a run ends, the portions that it wrote become one segment, which takes the segment before it along while that is
at most twice as large: the sizes then fall from each to the next, there are about log2(papers) of them, and a paper is
written about as often in all (O'Neil et al. 1996, "The log-structured merge-tree"). The graph of the largest is not
built again: the files of Chroma are copied, and what comes after is added, so that time is spent on what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.extraction.callings import calling_of, calling_to_line, merged_counts
from ingest.index.arrays import spans_of
from ingest.index.bm25 import LexicalPart
from ingest.index.chroma import is_settled, translated
from ingest.index.manifest import SegmentEntry
from ingest.index.positions import kept_positions, merged_positions
from ingest.index.postings import Postings, merged_postings
from ingest.index.records import profile_from_line
from ingest.index.segments import CHROMA, Content, Segment, write_content
from ingest.index.served import keep_vectors, named_server
from ingest.index.token_similarity import SubwordLists, merged_lists
from ingest.passages import Level

# A segment is taken along while it is at most so many times as large as what comes after it.
RATIO = 2
# Segments of more papers than this are left as they are: copying them would take longer than a question may wait.
LARGEST = 32_768
# A segment of which more than this share is gone is written anew without those papers.
MOST_GONE = 0.2

Mask = NDArray[np.bool_]
ProfileLine = Callable[[Segment, int], str]


def first_to_merge(entries: Sequence[SegmentEntry]) -> int:
    """Which segment is the first of those at the end that become one; the number of segments if none needs to."""
    first = len(entries)
    while first and not entries[first - 1].has_chroma:
        first -= 1
    if first == len(entries):
        worn = (place for place, entry in enumerate(entries) if len(entry.gone) > MOST_GONE * entry.papers)
        return next(worn, first)
    while first and entries[first - 1].left <= min(RATIO * sum(entry.left for entry in entries[first:]), LARGEST):
        first -= 1
    return first


def write_merged(
    draft: Path, segments: Sequence[tuple[Segment, SegmentEntry]], line_of: ProfileLine
) -> tuple[int, ...]:
    """Write one segment of several, with Chroma; the numbers of papers in it that are gone.

    The first keeps the papers that are gone, if they are few, so that its graph can be taken over as it is; a server
    builds the graphs of its collections anew.
    """
    base, base_entry = segments[0]
    extends = base_entry.has_chroma and len(base_entry.gone) <= MOST_GONE * base_entry.papers
    with translated(draft.parent):
        is_beside = (base.folder / CHROMA).is_dir() and named_server() is None
        extends = extends and is_beside and is_settled(base.folder / CHROMA)
    masks = [_here(segment, entry) for segment, entry in segments]
    if extends:
        masks[0] = np.ones(len(base.papers), dtype=np.bool_)
    content = merged_content([segment for segment, _ in segments], masks, line_of)
    write_content(draft, content)
    with translated(draft.parent):
        if extends or content.papers:
            keep_vectors(draft, content.vectors, base.folder if extends else None)
    return base_entry.gone if extends else ()


def merged_content(segments: Sequence[Segment], masks: Sequence[Mask], line_of: ProfileLine) -> Content:
    """What several segments hold of the papers that their masks (of shape (papers,)) admit."""
    parts = list(zip(segments, masks, strict=True))
    profiles = [[line_of(segment, int(number)) for number in np.flatnonzero(mask)] for segment, mask in parts]
    return Content(
        [line for segment, mask in parts for line in _lines(segment.paper_lines(), mask)],
        [line for own in profiles for line in own],
        {level: _passages(parts, level) for level in Level},
        {level: _Joined([_rows(segment, mask, level) for segment, mask in parts]) for level in Level},
        LexicalPart(
            merged_postings([_kept(segment.lexical.words, mask) for segment, mask in parts]),
            merged_postings([_kept(segment.lexical.ngrams, mask) for segment, mask in parts]),
        ),
        merged_lists([_kept_lists(segment.subwords, mask) for segment, mask in parts]),
        merged_positions([kept_positions(segment.positions, mask) for segment, mask in parts]),
        [line for (segment, mask), own in zip(parts, profiles, strict=True) for line in _callings(segment, mask, own)],
        merged_counts([segment.words(mask) for segment, mask in parts]),
    )


def _callings(segment: Segment, mask: Mask, profiles: Sequence[str]) -> list[str]:
    """By what the papers that are left may be called, made anew where a profile is no longer what is stored."""
    kept = _lines(segment.calling_lines(), mask)
    for place, (number, line) in enumerate(zip(np.flatnonzero(mask).tolist(), profiles, strict=True)):
        if line != segment.profile_line(number).rstrip("\n"):
            paper = segment.papers[number]
            kept[place] = calling_to_line(calling_of(paper, profile_from_line(line, paper).names))
    return kept


def _here(segment: Segment, entry: SegmentEntry) -> Mask:
    mask = np.ones(len(segment.papers), dtype=np.bool_)
    mask[list(entry.gone)] = False
    return mask


def _lines(lines: Sequence[str], mask: Mask) -> list[str]:
    return [line for line, kept in zip(lines, mask.tolist(), strict=True) if kept]


def _passages(parts: Sequence[tuple[Segment, Mask]], level: Level) -> NDArray[np.uint32]:
    """The passage tables one after the other, their papers numbered anew."""
    tables, first = [], 0
    for segment, mask in parts:
        table = segment.passages[level]
        table = table[mask[table[:, 0]]]
        numbers = first + np.cumsum(mask) - 1
        tables.append(np.column_stack((numbers[table[:, 0]], table[:, 1:])).astype(np.uint32))
        first += int(mask.sum())
    return np.concatenate(tables)


def _rows(segment: Segment, mask: Mask, level: Level) -> NDArray[np.float16]:
    rows = segment.vectors[level]
    return rows[0 : len(rows)][mask[segment.passages[level][:, 0]]]


class _Joined:
    """Arrays read as if they were one."""

    def __init__(self, arrays: Sequence[NDArray[np.float16]]) -> None:
        self._arrays = arrays
        self._starts = np.concatenate(([0], np.cumsum([len(array) for array in arrays])))

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, rows: slice) -> NDArray[np.float16]:
        first, last, _ = rows.indices(len(self))
        parts = [
            array[max(first - int(start), 0) : max(last - int(start), 0)]
            for array, start in zip(self._arrays, self._starts[:-1], strict=True)
        ]
        return np.concatenate(parts)


def _kept(postings: Postings, mask: Mask) -> Postings:
    """The index of those texts alone that the mask admits, numbered anew."""
    if mask.all():
        return postings
    entries = postings.entries[0 : len(postings.entries)]
    texts = entries >> np.uint32(8)
    kept = mask[texts]
    numbers = (np.cumsum(mask) - 1).astype(np.uint32)
    before = np.concatenate(([0], np.cumsum(kept)))
    left = (numbers[texts[kept]] << np.uint32(8)) | (entries[kept] & np.uint32(255))
    return Postings(postings.keys, before[postings.starts].astype(np.int64), left, postings.lengths[mask])


def _kept_lists(lists: SubwordLists, mask: Mask) -> SubwordLists:
    lengths = np.diff(lists.starts)
    starts = np.concatenate(([0], np.cumsum(lengths[mask]))).astype(np.int64)
    return SubwordLists(starts, lists.subwords[spans_of(lists.starts[:-1][mask], lengths[mask])])
