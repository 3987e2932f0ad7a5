"""Comparisons that describe their papers and do not name them: "the adapter study or the Greek one", "the two surveys".

Only the wording is read here; which papers are meant is for the composer to look up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.lexicon import lexicon

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}
_WORDS = lexicon("en.comparisons")
_ONE_WORK = _WORDS.pattern("work").pattern
_WORKS = _WORDS.pattern("work", "works").pattern
_DEGREE = rf"(?:{_WORDS.source('degree')}|\w{{3,}}er)"
_COMPARES = re.compile(rf"{lexicon('en.conversation').source('compares')}|\b{_DEGREE}\b", re.I)
_NUMBER = f"({'|'.join(_NUMBERS)})"
_COUNTED = re.compile(
    rf"\bthe {_NUMBER} ((?:[\w-]+ ){{0,4}}?{_WORKS}(?: {_WORDS.source('about')} [\w -]+?)?)"
    rf"(?=$|[?.,:;]| {_WORDS.source('goes_on')}\b)",
    re.I,
)
# "Two studies weigh X against Y. … what each concluded": works told by what they do, each of which is asked.
_EACH_OF = re.compile(
    rf"\b(?:{_WORDS.source('counted')} )?{_NUMBER} ((?:[\w-]+ ){{0,3}}?{_WORKS} [^.?!;:]{{8,}})(?=[.?!;:]|$)", re.I
)
_EACH = _WORDS.pattern("each")
_SIDES = tuple(
    re.compile(wording, re.I)
    for wording in (
        rf"\bcompare (?P<one>.+?) {_WORDS.source('against')} (?P<other>.+)$",
        r"\bdifferences?\b[^?]*? between (?P<one>.+?) and (?P<other>.+)$",
        rf"^{_WORDS.source('asks_how')} (?P<one>.+?) {_WORDS.source('differs_from')} (?P<other>.+)$",
        rf"^(?P<one>.+?) {_WORDS.source('versus')} (?P<other>.+)$",
        rf"^{_WORDS.source('puts')} (?P<one>.+?) {_WORDS.source('beside')} (?P<other>.+)$",
        rf"\b{_DEGREE}\b[^,:]*[,:] (?P<one>.+?),? or (?P<other>.+)$",
    )
)
# A word within a description: none that joins descriptions, or begins what is said of them.
_WITHIN = rf"(?!{_WORDS.pattern('outside').pattern})[\w'’-]+"
_COMPLEMENT = rf" {_WORDS.pattern('about').pattern} (?:(?:the|an?) )?{_WITHIN}(?: {_WITHIN}){{0,5}}"
# "the imatinib study", "the trial of early light", "the one on ovarian cells", "that of shunts".
_DESCRIPTION = re.compile(
    rf"\b(?:the|that|an?) (?:{_WITHIN} ){{0,5}}{_ONE_WORK}(?:{_COMPLEMENT})?|\b(?:the one|that){_COMPLEMENT}", re.I
)
# What stands between descriptions that are set side by side, and nothing else: "and", "or in", ", and how many in".
_JOINT = re.compile(rf"^[\s,.]*(?:{_WORDS.pattern('joins').pattern}[\s,.]*)+$|^\s*,\s*$", re.I)
_ONE = re.compile(rf"\b(?:the|that|an?) (?:[\w'-]+ )*?{_ONE_WORK}", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many works of one kind, as in "the two surveys"."""

    number: int
    kind: str
    is_told: bool = False
    """Whether a whole clause tells what they do, which no list is made of: "two studies weigh X against Y"."""


def counted_works(text: str) -> Counted | None:
    """The works that a comparison means by their number and kind; None where it does not."""
    if found := _COUNTED.search(text) if _COMPARES.search(text) else None:
        return Counted(_NUMBERS[found[1].lower()], found[2])
    told = _EACH_OF.search(text) if _EACH.search(text) else None
    return Counted(_NUMBERS[told[1].lower()], told[2], is_told=True) if told else None


def sides_of(text: str) -> tuple[str, str] | None:
    """What a comparison sets side by side, as it words them; None where it sets nothing so."""
    asked = text.strip().rstrip("?.! ")
    for wording in _SIDES:
        if found := wording.search(asked):
            return found["one"].strip(), re.sub(r"[:,;].*", "", found["other"]).strip()
    return None


def side_by_side(text: str, names: Sequence[str] = ()) -> tuple[str, ...]:
    """The works that a question joins by "and", "or", a comma and their like, each by its name or in other words.

    `names` are those in the text that are known. Empty if fewer than two stand so, or if more are told of apart.
    """
    spans = [found.span() for found in _DESCRIPTION.finditer(text)]
    for name in names:
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I)
        if found and not any(start < found.end() and found.start() < end for start, end in spans):
            spans.append(found.span())
    spans.sort()
    between = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
    joined = between and all(gap.strip() and _JOINT.match(gap) for gap in between)
    return tuple(text[start:end] for start, end in spans) if joined else ()


def describes_one_work(side: str) -> bool:
    """Whether a side is one work in other words than its name: "the study of adapters", not "earlier models"."""
    return bool(_ONE.search(side) or _DESCRIPTION.match(side))
