"""Watches a draft while it streams: a weak model that loses itself is cut, not shown.

Small models fail in a few ways that no prompt prevents: they go round in circles, recite their instructions
instead of following them, fall into letters without words, or never stop. Each has a pure function here that
says where it happens; `DraftGuard` asks them all as text comes. Whether what a model says is *true* is not its
business: that is verified against the cited words, sentence by sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from assistant.markers import MARKER

LONGEST_DRAFT = 12_000
"""Characters of the longest answer worth waiting for: a table of eight papers by eight aspects is about 6,000."""

LOOK_EVERY = 40
"""Characters between two looks: a look costs about a millisecond, which a model on the same processor would miss."""

LONGEST_PERIOD = 60
"""Words of the longest stretch whose immediate repetition is looked for."""

LOOP_LENGTH = 3 * 9 * LONGEST_PERIOD
"""Characters that hold the longest such stretch three times: what is looked at with each piece."""

REPEATED_WORDS = 12
"""A stretch that repeats at once must fill at least so many words, thrice over: “no, no, no” is no loop yet."""

REPEATED_LINES = 3
"""So many equal lines (or sentences) of REPEATED_LINE_WORDS or more words are a loop wherever they stand."""

REPEATED_LINE_WORDS = 5

RECITED_WORDS = 9
"""So many words in a row taken from the instructions are a recital; fewer happen by chance."""

RECITAL_LENGTH = 200
"""Characters that hold RECITED_WORDS words of the instructions: how far to look back when a piece comes."""

NONSENSE_WINDOW = 240
"""Characters at the end of the draft that are held to be words, once there are so many."""

_WORD = re.compile(r"\S+")
_LETTERED = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LIST_NUMBER = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+")
_LABEL = re.compile(
    r"^\s*(?:(?:the )?passages? (?:is|are|says?|states?)|answer|question|passage)\s*:\s*", re.IGNORECASE
)
_DELIMITER = re.compile(r"</?passage\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a draft must end, in words that finish “the model …”, and where in it the trouble begins."""

    reason: str
    start: int


class DraftGuard:
    """Feed it the draft as it comes; it returns a Flaw as soon as there is one.

    `instructions` are the prompt's own words (not the passages: quoting those is the model's task).
    """

    def __init__(self, instructions: str) -> None:
        self._recital = shingles(instructions, RECITED_WORDS)
        self._draft = ""
        self._seen = 0

    def feed(self, text: str) -> Flaw | None:
        """What is wrong with the draft so far, looked at anew every few words."""
        self._draft += text
        return self.finish() if len(self._draft) - self._seen >= LOOK_EVERY else None

    def finish(self) -> Flaw | None:
        """What is wrong with the draft, now that nothing more can come."""
        seen, self._seen = self._seen, len(self._draft)
        return flaw_in(self._draft, self._recital, seen)


def flaw_in(draft: str, recital: frozenset[tuple[str, ...]] = frozenset(), seen: int = 0) -> Flaw | None:
    """The first flaw that the end of a draft shows, or None; what is before `seen` was looked at already."""
    for reason, start in (
        ("repeated its instructions", recited_at(draft, recital, max(0, seen - RECITAL_LENGTH))),
        ("went round in circles", looped_at(draft)),
        ("wrote no words", nonsense_at(draft)),
        ("did not come to an end", LONGEST_DRAFT if len(draft) > LONGEST_DRAFT else None),
    ):
        if start is not None:
            return Flaw(reason, start)
    return None


def without_echoes(draft: str, question: str) -> str:
    """A draft without the prompt's own labels and without lines that only repeat the question."""
    asked = _words_of(question)
    lines = (_unlabelled(line) for line in draft.splitlines())
    return "\n".join(line for line in lines if not asked or _words_of(line) != asked).strip()


def _unlabelled(line: str) -> str:
    label = _LABEL.match(line)
    return line[label.end() :] if label else line


def _words_of(text: str) -> list[str]:
    return [word.casefold() for word in _LETTERED.findall(text)]


def looped_at(draft: str) -> int | None:
    """Where a loop begins: the same words at once again and again, or one line over and over. None if nowhere."""
    found = _immediate_loop(draft)
    return found if found is not None else _repeated_line(draft)


def _immediate_loop(draft: str) -> int | None:
    spans = list(_WORD.finditer(draft, max(0, len(draft) - LOOP_LENGTH)))
    words = [MARKER.sub("", span[0]).casefold() for span in spans]
    if draft and not draft[-1].isspace():
        words = words[:-1]  # the last word may still grow
    for period in range(1, min(LONGEST_PERIOD, len(words) // 3) + 1):
        repeats = max(3, -(-REPEATED_WORDS // period))
        tail = words[-period * repeats :]
        stretch = tail[:period]
        if len(tail) == period * repeats and tail == stretch * repeats and not _is_table(stretch):
            return spans[len(words) - len(tail)].start()
    return None


def _repeated_line(draft: str) -> int | None:
    """Where a sentence or line stands for the third time; the numbers before list items do not tell lines apart."""
    counts: Counter[str] = Counter()
    place = 0
    for line in _SENTENCE_END.split(draft):
        place = draft.find(line, place)
        bare = " ".join(MARKER.sub("", _LIST_NUMBER.sub("", line)).casefold().split())
        counts[bare] += 1
        wordy = len(bare.split()) >= REPEATED_LINE_WORDS and "|" not in bare
        if wordy and counts[bare] == REPEATED_LINES:
            return place
        place += len(line)
    return None


def _is_table(stretch: list[str]) -> bool:
    """Whether repeated words are cells of a table: “not stated | not stated |” is a finding, not a loop."""
    return "|" in stretch or all(set(word) <= set("|-:") for word in stretch)


def recited_at(draft: str, recital: frozenset[tuple[str, ...]], start: int = 0) -> int | None:
    """Where the draft, from `start`, recites the instructions or shows a delimiter that only the prompt has."""
    if delimiter := _DELIMITER.search(draft, start):
        return delimiter.start()
    spans = list(_LETTERED.finditer(draft, start)) if recital else []
    words = [span[0].casefold() for span in spans]
    for place in range(len(words) - RECITED_WORDS + 1):
        if tuple(words[place : place + RECITED_WORDS]) in recital:
            return spans[place].start()
    return None


def shingles(text: str, size: int) -> frozenset[tuple[str, ...]]:
    """Every run of `size` words of a text, in lower case and without punctuation."""
    words = [word.casefold() for word in _LETTERED.findall(text)]
    return frozenset(tuple(words[place : place + size]) for place in range(len(words) - size + 1))


def nonsense_at(draft: str) -> int | None:
    """Where a draft's end stops being words: few letters, characters that no tokenizer means, or no blanks at all."""
    tail = draft[-NONSENSE_WINDOW:]
    if len(tail) < NONSENSE_WINDOW or "|" in tail or "http" in tail:
        return None
    letters = sum(c.isalnum() or c.isspace() for c in tail) / len(tail)
    broken = tail.count("�") / len(tail)
    endless = tail.isascii() and not any(c.isspace() for c in tail)
    return len(draft) - len(tail) if letters < 0.6 or broken > 0.05 or endless else None
