r"""Quantities in a text: 300,000 is 300k, 2.2M is 2.2 million, 97\% is 97 percent, and 3x is three times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isclose, prod

PERCENT = "%"
TIMES = "x"

# "about 300,000" may stand for 298,713: so far, as a share of the number, a hedged one may be off.
HEDGED_SLACK = 0.06

# "Two parts" up to this may count what the words only list.
LARGEST_COUNT = 5
# Numbers no further apart than this (characters) are a list: "400, 14k and 200k pairs", "10s or 30s".
LIST_GAP = 8

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_WORDS |= {"dozen": 12, "twice": 2, "thrice": 3}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SUFFIXES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12} | _SCALES

_HEDGE = (
    r"(?P<hedge>\b(?:about|around|approximately|approx\.?|nearly|almost|roughly|some|close to|over|more than)\s+|~\s?)?"
)
_DIGITS = r"(?P<digits>\d{1,3}(?:[ \u202f\u00a0]\d{3})+(?![\d.])|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_NUMBER = rf"(?:{_DIGITS}|(?P<word>\b(?:{'|'.join(_WORDS)})\b(?:[- ](?:{'|'.join(_ONES[1:10])})\b)?))"
_SCALE = "|".join(_SCALES)
_SUFFIX = (
    r"(?:(?P<suffix>(?:[kKMB]|[mb]n)(?![\w])|T(?=\s?(?:tokens|parameters)))"
    rf"|[\s-]?(?P<scale>(?:{_SCALE})(?:\s(?:{_SCALE}))?)\b)?"
)
_UNIT = (
    r"(?:\s?(?P<percent>\\?%|-?\s?per\s?cent\b|percentage points?\b)"
    r"|(?P<times>\s?(?:×|\\times\b)|[xX](?![\w])|[\s-]?(?:times|fold)\b))?"
)
_QUANTITY = re.compile(rf"{_HEDGE}(?<![\w.,])(?<![A-Za-z\d][-–_/.])(?<!\w\^){_NUMBER}{_SUFFIX}{_UNIT}", re.I)
_RANGE = re.compile(rf"(?<![\w.,-])(\d+(?:\.\d+)?)\s?(?:-|–|—|to)\s?(?={_DIGITS.replace('?P<digits>', '?:')})")
_JOINED = re.compile(r"\s*(?:-|–|—|to|and|or)?\s*")
# What stands in an address, behind an enumeration's brackets, or is part of a word (3D, 4-bit names) is no quantity.
_NO_QUANTITY = re.compile(r"https?://\S+|\((?:\d{1,2}|[ivx]{1,4})\)|\b\d+(?:st|nd|rd|th)\b|\b\d+[A-Z]\b(?<![KMBX])")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (PERCENT, TIMES or nothing), as it is written at `start` to `end` of a text."""

    value: float
    unit: str
    start: int
    end: int
    text: str
    hedged: bool = False

    @property
    def is_count(self) -> bool:
        """Whether it is a small number written as a word: "two parts" may count what is only listed."""
        return self.text.isalpha() and self.value <= LARGEST_COUNT and not self.unit

    def means(self, other: Quantity) -> bool:
        """Whether two quantities can be one: units may be left out, but not differ."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        slack = HEDGED_SLACK if self.hedged and not other.hedged else 1e-9
        return isclose(self.value, other.value, rel_tol=slack)


@lru_cache(maxsize=8192)
def quantities_in(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order; "one" is left out, it hardly ever counts."""
    masked = _NO_QUANTITY.sub(lambda found: "·" * len(found[0]), text)
    found = [_quantity(match) for match in _QUANTITY.finditer(_opened(masked))]
    return tuple(_with_shared_units([quantity for quantity in found if quantity], masked))


def missing(claimed: Sequence[Quantity], stated: Sequence[Quantity]) -> Iterator[Quantity]:
    """Those that are claimed and not stated; counts may be made, unless another number is stated in their stead."""
    unused = [other for other in stated if not any(quantity.means(other) for quantity in claimed)]
    recounted = any(other.value <= 2 * LARGEST_COUNT and not other.unit for other in unused)
    for quantity in claimed:
        if not any(quantity.means(other) for other in stated) and (recounted or not quantity.is_count):
            yield quantity


@lru_cache(maxsize=8192)
def spelled_alike(text: str) -> str:
    """The text with every quantity in one spelling, so that those that mean the same are the same word."""
    spelled, last = "", 0
    for quantity in quantities_in(text):
        unit = {PERCENT: " percent", TIMES: " times"}.get(quantity.unit, "")
        spelled += f"{text[last : quantity.start]}{quantity.value:.15g}{unit}"
        last = quantity.end
    return spelled + text[last:]


def listed_together(text: str) -> tuple[frozenset[int], ...]:
    """Groups of quantities that follow on each other as in a list, by their places in `quantities_in(text)`."""
    groups: list[set[int]] = []
    quantities = quantities_in(text)
    for place, quantity in enumerate(quantities):
        if place and quantity.start - quantities[place - 1].end <= LIST_GAP:
            groups[-1].add(place)
        else:
            groups.append({place})
    return tuple(frozenset(group) for group in groups)


def _opened(text: str) -> str:
    """A range as two numbers of the same length: 10-20x is 10 20x."""
    return _RANGE.sub(lambda found: found[1] + " " * (len(found[0]) - len(found[1])), text)


def _quantity(found: re.Match[str]) -> Quantity | None:
    word = (found["word"] or "").lower()
    if word == "one" and not found["scale"]:
        return None
    start = found.start("digits") if found["digits"] else found.start("word")
    text = found.string[start : found.end()].strip()
    scale = prod(_SUFFIXES[part] for part in (found["suffix"] or found["scale"] or "").lower().split())
    unit = PERCENT if found["percent"] else TIMES if found["times"] or word in ("twice", "thrice") else ""
    return Quantity(_value(found) * scale, unit, start, found.end(), text, bool(found["hedge"]))


def _value(found: re.Match[str]) -> float:
    if found["digits"]:
        return float(re.sub(r"[, \u202f\u00a0]", "", found["digits"]))
    return float(sum(_WORDS[part] for part in re.split(r"[- ]", found["word"].lower())))


def _with_shared_units(quantities: Sequence[Quantity], text: str) -> Iterator[Quantity]:
    """In "10 to 20x" and "95 or 99%" the unit is that of both."""
    for place, quantity in enumerate(quantities):
        after = quantities[place + 1] if place + 1 < len(quantities) else None
        if after and after.unit and not quantity.unit and _JOINED.fullmatch(text[quantity.end : after.start]):
            yield replace(quantity, unit=after.unit)
        else:
            yield quantity
