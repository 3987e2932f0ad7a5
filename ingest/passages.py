"""The passage: a stretch of an abstract that is indexed, with its place in it.

An abstract is cut twice. Its *sentences* are what an answer quotes; its *windows*, as many whole sentences
as the embedding model reads at once, are what gives each sentence its context. Nearly every abstract is one
window. No sentence is ever cut: one that alone is longer than the model reads stands alone, whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sentencex

from ingest.papers import Paper

# Raised whenever the cut changes, so that an index made by another cut is known as such.
PASSAGE_SCHEME = 1

# An enumeration's "(1)" looks like the start of a sentence to the segmenter; letters of the same length do not.
_ENUMERATOR = re.compile(r"\((?:\d{1,2}|[ivx]{1,4})\)")

# Shorter than this, a "sentence" is an abbreviation's tail or a list's number: it joins the one before it.
_SHORTEST_SENTENCE = 12

Span = tuple[int, int]
TokenCounter = Callable[[str], int]


class Level(StrEnum):
    """How much of an abstract a passage holds."""

    WINDOW = "window"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one paper's abstract: `text == paper.abstract[start:end]`."""

    paper_id: str
    start: int
    end: int
    text: str
    level: Level = Level.WINDOW

    @property
    def id(self) -> str:
        """A key that is unique within an index."""
        return f"{self.paper_id}:{self.level}:{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Window:
    """A window passage and the sentence passages it is made of, in order; they cover all its words."""

    passage: Passage
    sentences: tuple[Passage, ...]


def paper_id_in(passage_id: str) -> str:
    """The id of the paper that a passage's id begins with; it may have colons of its own."""
    return passage_id.rsplit(":", 2)[0]


def passage_with_id(passage_id: str, paper: Paper) -> Passage:
    """The passage that has this id; it must be one of this paper's."""
    _, level, span = passage_id.rsplit(":", 2)
    start, end = map(int, span.split("-"))
    return Passage(paper.id, start, end, paper.abstract[start:end], Level(level))


def windows_of(paper: Paper, count_tokens: TokenCounter, limit: int) -> tuple[Window, ...]:
    """Cut a paper's abstract into windows of whole sentences, each of at most `limit` tokens.

    `limit` leaves no room for the title or the model's special tokens: the caller subtracts those. A single
    sentence over the limit is a window of its own, and the model will read its beginning.
    """
    spans = sentence_spans(paper.abstract)
    if spans and count_tokens(paper.abstract) <= limit:
        return (_window(paper, spans),)
    groups = _grouped(spans, [count_tokens(paper.abstract[start:end]) for start, end in spans], limit)
    return tuple(_window(paper, group) for group in groups)


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Where each sentence of a text starts and ends, without the white space around it."""
    masked = _ENUMERATOR.sub(lambda found: "x" * len(found[0]), text)
    spans: list[Span] = []
    for boundary in sentencex.get_sentence_boundaries("en", masked):
        start, end = _trimmed(text, boundary["start_index"], boundary["end_index"])
        if start >= end:  # nothing but white space: trimmed from both sides, its ends cross
            continue
        if spans and _continues(text[spans[-1][0] : spans[-1][1]], text[start:end]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def _trimmed(text: str, start: int, end: int) -> Span:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), end - (len(stretch) - len(stretch.rstrip()))


def _continues(before: str, after: str) -> bool:
    """Whether two stretches that the segmenter parted are one sentence after all."""
    return len(after) < _SHORTEST_SENTENCE or after[0].islower() or before.endswith((":", ";", ","))


def _grouped(spans: Sequence[Span], sizes: Sequence[int], limit: int) -> list[list[Span]]:
    groups: list[list[Span]] = []
    filled = 0
    for span, size in zip(spans, sizes, strict=True):
        if not groups or filled + size > limit:
            groups.append([])
            filled = 0
        groups[-1].append(span)
        filled += size
    return groups


def _window(paper: Paper, spans: Sequence[Span]) -> Window:
    sentences = tuple(_passage(paper, span, Level.SENTENCE) for span in spans)
    return Window(_passage(paper, (spans[0][0], spans[-1][1]), Level.WINDOW), sentences)


def _passage(paper: Paper, span: Span, level: Level) -> Passage:
    start, end = span
    return Passage(paper.id, start, end, paper.abstract[start:end], level)
