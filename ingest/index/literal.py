"""Literal search: which papers have a word or a name in title or abstract.

What is found here is exact: a denial may rest on it. Texts are folded (lower case, no accents, one kind of hyphen)
and laid end to end, so that a name is looked for in all papers at the speed of `str.find`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.papers import Paper

Mask = NDArray[np.bool_]

# So many texts are searched as one: fewer take longer, and save a thirtieth of the memory.
_IN_CHUNK = 64
# What stands between two texts: no space and no letter, so that no name reaches from one into the next.
_END = "\0"

# A trailing "s" of shorter words belongs to the word: "bias", "AIDS".
SHORTEST_PLURAL = 5

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile("[\u2018\u2019\u02bc\u0060\u00b4]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that put no spaces between words
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def fold(text: str) -> str:
    """Text in lower case without accents and invisible signs, with plain hyphens and apostrophes."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", plain_marks(text).casefold())
    bare = _BEYOND_ASCII.sub(lambda sign: "" if unicodedata.combining(sign[0]) else sign[0], apart)
    return unicodedata.normalize("NFKC", bare)


def plain_marks(text: str) -> str:
    """Text with plain hyphens and apostrophes, and without invisible signs."""
    return _INVISIBLE.sub("", _QUOTES.sub("'", _DASHES.sub("-", text)))


def name_pattern(name: str) -> re.Pattern[str]:
    """What a name looks like in folded text, in any of its forms.

    A stop within a name belongs to it ("GPT-3.5", "Last.fm"); behind an abbreviated word it may be missing ("E coli").
    Spaces and hyphens are one and may be missing ("GPT 4", "GPT4"); a plural is allowed, and the number of a version
    at the end ("LLaMA2", "ResNet50"). Other endings are other words: enzyme is not enzymatic.
    """
    pieces = list(_PIECE.finditer(fold(_singular(name))))
    joined = "".join(
        _between(before, after, name) + _escaped(after, behind)
        for before, after, behind in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False)
    )
    last = pieces[-1][0] if pieces else ""
    return re.compile(_edge(joined, pieces) + joined + _endings(last, name) + _edge(joined, pieces, behind=True))


def _singular(name: str) -> str:
    """Without the plural's s: of "GANs" and "datasets", not of "AIDS" or "bias"."""
    if name.endswith("s") and len(name) > 2 and not name.endswith("ss"):
        before = name[-2]
        if before.isupper() or before.isdigit() or (len(name) >= SHORTEST_PLURAL and before not in "aiu'’"):
            return name[:-1]
    return name


def _escaped(piece: re.Match[str], behind: re.Match[str] | None) -> str:
    if piece[0] == ".":
        return r"\." if behind is not None and behind.start() == piece.end() else r"\.?"
    return {"-": r"[\s_-]?", "'": "'?", "/": r"[/\s-]?"}.get(piece[0], re.escape(piece[0]))


def _between(before: re.Match[str] | None, after: re.Match[str], name: str) -> str:
    """What may stand between two pieces of a name: a space or hyphen, which need not be where letters meet digits.

    Behind the stop of an abbreviated word a space may be or not: "E. coli", "E.coli".
    """
    if before is not None and before[0] == "." and before.end() < after.start():
        return r"\s?"
    if before is None or not (before[0].isalnum() and after[0].isalnum()):
        return ""
    if before.end() < after.start():
        return r"[\s_-]+" if name.islower() and before[0].isalpha() and after[0].isalpha() else r"[\s_-]?"
    if before[0].isdigit():
        return ""
    return r"[\s-]?" if len(before[0]) > 1 else "-?"


def _endings(last: str, name: str) -> str:
    if not last.isalpha() or _UNSPACED.search(last):
        return ""
    plural = "(?:'?s|es)?" if last[-1] in "sxzh" else "(?:'?s)?"
    return plural if name.islower() else rf"(?:v?\d+(?:\.\d+)?[a-z]?)?{plural}"


def _edge(joined: str, pieces: Sequence[re.Match[str]], behind: bool = False) -> str:
    """That a name begins and ends where words do; only scripts without spaces have no such edges."""
    if not pieces or _UNSPACED.search(joined):
        return ""
    return r"(?![^\W_])" if behind else r"(?<![^\W_])"


class FoldedTexts:
    """Folded texts laid end to end in chunks, each searched as one.

    One sign beyond Latin letters makes every sign of a string take two bytes or four: of all texts in one string, then.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        folded = [fold(text) for text in texts]
        self._chunks = [_END.join(folded[first : first + _IN_CHUNK]) for first in range(0, len(folded), _IN_CHUNK)]
        self._starts: list[int] = []
        for first in range(0, len(folded), _IN_CHUNK):
            start = 0
            for text in folded[first : first + _IN_CHUNK]:
                self._starts.append(start)
                start += len(text) + len(_END)

    def matching(self, pattern: re.Pattern[str], first: str) -> Iterator[tuple[int, re.Match[str]]]:
        """By place of the text, the first match of a pattern that begins with the letters `first`."""
        for number, chunk in enumerate(self._chunks if first else ()):
            low, high = number * _IN_CHUNK, min((number + 1) * _IN_CHUNK, len(self))
            position = chunk.find(first)
            while position >= 0:
                found = pattern.match(chunk, position)
                if found is None:
                    position = chunk.find(first, position + 1)
                    continue
                place = bisect_right(self._starts, position, low, high) - 1
                yield place, found
                position = chunk.find(first, self._end(place))

    def text(self, place: int) -> str:
        """The folded text of that place."""
        return self._chunks[place // _IN_CHUNK][self._starts[place] : self._end(place)]

    def _end(self, place: int) -> int:
        """Where a text ends in its chunk."""
        if place + 1 < len(self) and (place + 1) % _IN_CHUNK:
            return self._starts[place + 1] - len(_END)
        return len(self._chunks[place // _IN_CHUNK])

    def __len__(self) -> int:
        return len(self._starts)


class LiteralIndex:
    """The titles and abstracts of a corpus, searched for words and names."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._texts = FoldedTexts([f"{paper.title} {paper.abstract}" for paper in papers])

    def holding(self, name: str) -> Mask:
        """Which papers have the name in title or abstract, of shape (papers,); none for a name without letters."""
        mask = np.zeros(len(self._texts), dtype=bool)
        first = _PIECE.search(fold(_singular(name)))
        if first and any(map(str.isalnum, name)):
            for place, _ in self._texts.matching(name_pattern(name), first[0]):
                mask[place] = True
        return mask

    def holders(self, name: str, among: Iterable[int]) -> frozenset[int]:
        """Of the papers at these places those that have the name: quicker than to look through all."""
        if not any(map(str.isalnum, name)):
            return frozenset()
        pattern = name_pattern(name)
        return frozenset(place for place in among if pattern.search(self._texts.text(place)))

    def denying(self, name: str, among: Mask, negations: re.Pattern[str]) -> Mask:
        """Which of the papers `among` only ever deny the name: "without recurrence", "recurrence-free"."""
        mask = np.zeros(len(self._texts), dtype=bool)
        pattern = name_pattern(name)
        for place in np.flatnonzero(among):
            text = self._texts.text(int(place))
            mask[place] = all(_is_denied(text, found, negations) for found in pattern.finditer(text))
        return mask


# A negation reaches over about three words.
_REACH = 24
_FREE = re.compile(r"[\s-]+(?:free|less)\b")


def _is_denied(text: str, found: re.Match[str], negations: re.Pattern[str]) -> bool:
    before = re.split(r"[.;:!?]", text[max(0, found.start() - _REACH) : found.start()])[-1]
    return bool(negations.search(before) or _FREE.match(text, found.end()))
