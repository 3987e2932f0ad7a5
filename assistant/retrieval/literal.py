"""Literal search: which papers have a word or a name in title or abstract, and which are by a person.

What is found here is exact: a denial may rest on it. Texts are folded (lower case, no accents, one kind of hyphen)
and laid end to end, so that a name is looked for in all papers at the speed of `bytes.find`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.papers import Paper

Mask = NDArray[np.bool_]

# A trailing "s" of shorter words belongs to the word: "bias", "AIDS".
SHORTEST_PLURAL = 5
# An abbreviated given name is one letter long.
INITIAL = 1

_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile("[\u2018\u2019\u02bc\u0060\u00b4]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that put no spaces between words
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text in lower case without accents and invisible signs, with plain hyphens and apostrophes."""
    if text.isascii():
        return text.lower()
    plain = _INVISIBLE.sub("", _QUOTES.sub("'", _DASHES.sub("-", text)))
    apart = unicodedata.normalize("NFKD", plain.casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in apart if not unicodedata.combining(c)))


def name_pattern(name: str) -> re.Pattern[str]:
    """What a name looks like in folded text, in any of its forms.

    Spaces and hyphens are one and may be missing ("GPT 4", "GPT4"); a plural is allowed, and the number of a version
    at the end ("LLaMA2", "ResNet50"). Other endings are other words: enzyme is not enzymatic.
    """
    pieces = [found for found in _PIECE.finditer(fold(_singular(name)))]
    joined = "".join(
        _between(before, after, name) + _escaped(after[0]) for before, after in zip([None, *pieces], pieces, strict=False)
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


def _escaped(piece: str) -> str:
    return {".": r"\.?", "-": r"[\s_-]?", "'": "'?", "/": r"[/\s-]?"}.get(piece, re.escape(piece))


def _between(before: re.Match[str] | None, after: re.Match[str], name: str) -> str:
    """What may stand between two pieces of a name: a space or hyphen, which may be missing where letters meet digits."""
    if before is None or not (before[0].isalnum() and after[0].isalnum()):
        return ""
    if before.end() < after.start():
        return r"[\s_-]+" if name.islower() and before[0].isalpha() and after[0].isalpha() else r"[\s_-]?"
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
    """Folded texts laid end to end, searched as one."""

    def __init__(self, texts: Sequence[str]) -> None:
        folded = [fold.__wrapped__(text) for text in texts]
        self._all = "\n".join(folded)
        self._starts: list[int] = []
        start = 0
        for text in folded:
            self._starts.append(start)
            start += len(text) + 1

    def matching(self, pattern: re.Pattern[str], first: str) -> Iterator[tuple[int, re.Match[str]]]:
        """By place of the text, the first match of a pattern that begins with the letters `first`."""
        position = self._all.find(first) if first else -1
        while position >= 0:
            found = pattern.match(self._all, position)
            if found is None:
                position = self._all.find(first, position + 1)
                continue
            place = bisect_right(self._starts, position) - 1
            yield place, found
            position = self._all.find(first, self._end(place))

    def text(self, place: int) -> str:
        """The folded text of that place."""
        return self._all[self._starts[place] : self._end(place) - 1]

    def _end(self, place: int) -> int:
        return self._starts[place + 1] if place + 1 < len(self._starts) else len(self._all) + 1

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

    def denying(self, name: str, among: Mask, negations: re.Pattern[str]) -> Mask:
        """Which of the papers `among` only ever speak of the name behind or before a negation ("without recurrence")."""
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


@dataclass(frozen=True, slots=True)
class ByAuthor:
    """Papers by a person: under the very name, and under forms that may be the same person's.

    `forms` are those other spellings, as the records have them.
    """

    exact: Mask
    similar: Mask
    forms: tuple[str, ...]

    @property
    def best(self) -> Mask:
        """The papers under the very name, or else under forms of it."""
        return self.exact if self.exact.any() else self.similar


class AuthorIndex:
    """The authors of a corpus, found by any form of their names."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers
        self._texts = FoldedTexts(["\t".join(paper.authors) for paper in papers])
        self._by = lru_cache(maxsize=1024)(self._looked_up)

    def by(self, name: str) -> ByAuthor:
        """The papers of a person: "Max Lam", "Lam, Max", "M. Lam", or a family name alone."""
        return self._by(name)

    def knows(self, name: str) -> bool:
        """Whether any paper is by somebody of that name, in some form of it."""
        return bool(self.by(name).best.any())

    def _looked_up(self, name: str) -> ByAuthor:
        asked = name_words(name)
        exact, similar = (np.zeros(len(self._papers), dtype=bool) for _ in range(2))
        forms: dict[str, None] = {}
        for place in self._places_with(asked):
            likeness = [(_likeness(asked, name_words(author)), author) for author in self._papers[place].authors]
            best = max(likeness, default=(_OTHER, ""))
            exact[place] = best[0] == _SAME
            similar[place] = best[0] == _LIKE
            forms.update({author: None for like, author in likeness if like == _LIKE})
        return ByAuthor(exact, similar, tuple(forms))

    def _places_with(self, asked: Sequence[str]) -> Iterator[int]:
        """Where any author has the longest word of the name: it is the least common."""
        if asked and len(longest := max(asked, key=len)) > INITIAL:
            pattern = re.compile(rf"(?<![^\W_]){re.escape(longest)}(?![^\W_])")
            yield from (place for place, _ in self._texts.matching(pattern, longest))


_OTHER, _LIKE, _SAME = range(3)


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name, given names first: those of "Lam, Max W. Y." are max, w, y, lam."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma else name
    return tuple(word.replace("'", "") for word in _NAME_WORD.findall(fold(ordered)))


def _likeness(asked: Sequence[str], author: Sequence[str]) -> int:
    """Whether an author has the very name that is asked for, one that may be the same person's, or another."""
    if not asked or not author:
        return _OTHER
    if tuple(asked) == tuple(author) or (len(asked) == 1 and asked[0] == author[-1]):
        return _SAME
    if 1 < len(asked) < len(author) and tuple(author[-len(asked) :]) == tuple(asked) and len(asked[0]) <= 3:
        return _SAME  # a family name of several words: "van den Oord"
    reordered = (asked, (*asked[1:], asked[0])) if len(asked) > 1 else (asked,)
    if any(_fits(form, author) or _fits(author, form) for form in reordered):
        return _LIKE
    return _LIKE if len(asked) == 1 and len(asked[0]) > INITIAL and asked[0] == author[0] else _OTHER


def _fits(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether the short form of a name may stand for the long one: "M. Lam" for "Max W. Y. Lam"."""
    if short[-1] != long[-1] or len(short) > len(long) or len(short) < 2:
        return False
    rest = iter(long[:-1])
    first = next(rest)
    if not _same_given(short[0], first):
        return False
    return all(any(_same_given(given, other) for other in rest) for given in short[1:-1])


def _same_given(one: str, other: str) -> bool:
    if len(one) == INITIAL or len(other) == INITIAL:
        return one[0] == other[0]
    return one == other
