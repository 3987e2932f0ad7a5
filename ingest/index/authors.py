"""Authors: which papers are by a person, whatever form of the name is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

import numpy as np

from ingest.index.literal import FoldedTexts, Mask, fold, plain_marks
from ingest.papers import Paper

# An abbreviated given name is one letter long.
INITIAL = 1
# The particles with which a family name of several words begins ("van den Oord", "de la Cruz") are this short.
LONGEST_PARTICLE = 3

# What stands between two names of one paper.
_BETWEEN = "\t"
# "Jean-Pierre" is one given name; "J.-P." are two initials.
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class ByAuthor:
    """Papers by a person: under the very name, and under forms that may be the same person's.

    `forms` are those other forms, as the records have them. Of the `exact` ones, `spelled` have a full name just as it
    is asked for, accents, capitals and hyphens included; `variants` are the spellings of the others where both stand.
    """

    exact: Mask
    similar: Mask
    forms: tuple[str, ...]
    spelled: Mask
    variants: tuple[str, ...]

    @property
    def best(self) -> Mask:
        """The papers under the very spelling, or else under the very name, or else under forms of it."""
        return self.spelled if self.spelled.any() else self.widest

    @property
    def widest(self) -> Mask:
        """The papers under the very name however it is spelled, or else under forms of it."""
        return self.exact if self.exact.any() else self.similar

    @property
    def otherwise_spelled(self) -> int:
        """How many papers have only another spelling of the very name, where some have the spelling asked for."""
        return int((self.widest & ~self.best).sum())


class AuthorIndex:
    """The authors of a corpus, found by any form of their names."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self._papers = papers
        self._texts = FoldedTexts([_joined(paper.authors) for paper in papers])
        self._by = lru_cache(maxsize=1024)(self._looked_up)

    def by(self, name: str) -> ByAuthor:
        """The papers of a person: "Max Lam", "Lam, Max", "M. Lam", or a family name alone."""
        return self._by(name)

    def knows(self, name: str) -> bool:
        """Whether any paper is by somebody of that name, in some form of it."""
        return bool(self.by(name).best.any())

    def _looked_up(self, name: str) -> ByAuthor:
        asked, spellings = name_words(name), _spellings(name)
        exact, similar, spelled = (np.zeros(len(self._papers), dtype=bool) for _ in range(3))
        forms: dict[str, None] = {}
        variants: dict[str, None] = {}
        known: dict[str, _Likeness] = {}
        for place, authors in self._candidates(asked):
            for author in authors:
                if author not in known:
                    known[author] = _likeness(asked, name_words(author))
            likeness = [(known[author], author) for author in authors]
            best = max(likeness, default=(_Likeness.OTHER, ""))
            exact[place] = best[0] == _Likeness.SAME
            similar[place] = best[0] == _Likeness.LIKE
            forms.update({author: None for like, author in likeness if like == _Likeness.LIKE})
            if len(asked) > 1:
                same = [author for like, author in likeness if like == _Likeness.SAME]
                others = [author for author in same if not spellings & _spellings(author)]
                spelled[place] = len(others) < len(same)
                variants.update(dict.fromkeys(others))
        return ByAuthor(exact, similar, tuple(forms), spelled, tuple(variants) if spelled.any() else ())

    def _candidates(self, asked: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """The papers of which an author has the first or the last word of the name, with those of them who may."""
        ends = tuple(_ends(asked))
        for place in sorted(self._places_with(asked)):
            authors, folded = self._papers[place].authors, self._texts.text(place).split(_BETWEEN)
            if len(folded) != len(authors):
                yield place, authors
                continue
            yield (
                place,
                [author for author, text in zip(authors, folded, strict=True) if any(end in text for end in ends)],
            )

    def _places_with(self, asked: Sequence[str]) -> set[int]:
        """Where any author has the first or the last word of the name."""
        patterns = ((re.compile(rf"(?<![^\W_]){word}(?![^\W_])"), word) for word in _ends(asked))
        return {place for pattern, word in patterns for place, _ in self._texts.matching(pattern, word)}


def _ends(asked: Sequence[str]) -> set[str]:
    return {word for word in (*asked[:1], *asked[-1:]) if len(word) > INITIAL}


def _joined(authors: Sequence[str]) -> str:
    """The names in one text, each word as `name_words` has it."""
    return re.sub("(?<=[^\\W\\d_])['-](?=[^\\W\\d_])", "", fold(_BETWEEN.join(authors)))


class _Likeness(IntEnum):
    OTHER = 0
    LIKE = 1  # a form of the name that may be the same person's
    SAME = 2


@lru_cache(maxsize=8192)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a person's name, given names first: those of "Lam, Max W. Y." are max, w, y, lam."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma else name
    return tuple(re.sub("['-]", "", word) for word in _NAME_WORD.findall(fold(ordered)))


def _spellings(name: str) -> frozenset[str]:
    """A name just as it is spelled, and with the given names first; a stop at its end may be the sentence's."""
    plain = " ".join(unicodedata.normalize("NFC", plain_marks(name)).split()).rstrip(".,")
    family, _, given = plain.partition(", ")
    return frozenset((plain, f"{given} {family}".strip()))


def _likeness(asked: Sequence[str], author: Sequence[str]) -> _Likeness:
    """Whether an author has the very name that is asked for, one that may be the same person's, or another."""
    if not asked or not author:
        return _Likeness.OTHER
    if "".join(asked) == "".join(author) or _is_family_name(asked, author):
        return _Likeness.SAME
    if len(asked) == 1:
        return _Likeness.LIKE if len(asked[0]) > INITIAL and asked[0] == author[0] else _Likeness.OTHER
    forms = (asked, (asked[1], asked[0])) if len(asked) == 2 else (asked,)  # also with the family name first
    fits = any(_fits(form, author) or _fits(author, form) for form in forms)
    return _Likeness.LIKE if fits else _Likeness.OTHER


def _is_family_name(asked: Sequence[str], author: Sequence[str]) -> bool:
    """Whether a family name alone is asked for, with its particles if it has any, and is this author's."""
    if len(asked) == 1:
        return asked[0] == author[-1]
    return (
        len(asked) < len(author) and len(asked[0]) <= LONGEST_PARTICLE and tuple(author[-len(asked) :]) == tuple(asked)
    )


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
