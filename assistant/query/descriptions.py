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
_COMPARES = re.compile(rf"{lexicon('en.conversation').source('compares')}|\b(?:more|less|fewer|\w{{3,}}er)\b", re.I)
_COUNTED = re.compile(
    rf"\bthe ({'|'.join(_NUMBERS)}) ((?:[\w-]+ ){{0,4}}?{_WORKS}(?: (?:on|about|of|for) [\w -]+?)?)"
    r"(?=$|[?.,:;]| (?:differ|compare|have|has|is|are|do|does|in)\b)",
    re.I,
)
# "Two studies weigh X against Y. … what each concluded": works told by what they do, each of which is asked.
_EACH_OF = re.compile(
    rf"\b(?:the |these |those |there are )?({'|'.join(_NUMBERS)}) ((?:[\w-]+ ){{0,3}}?{_WORKS} [^.?!;:]{{8,}})(?=[.?!;:]|$)", re.I
)
_EACH = re.compile(r"\b(?:each|both|respectively|either of (?:them|these)|the two)\b", re.I)
_SIDES = tuple(
    re.compile(wording, re.I)
    for wording in (
        r"\bcompare (?P<one>.+?) (?:with|to|and|against|vs\.?|versus) (?P<other>.+)$",
        r"\bdifferences?\b[^?]*? between (?P<one>.+?) and (?P<other>.+)$",
        r"^how (?:do|does|is|are) (?P<one>.+?) (?:differ(?:ent)? from|compare (?:with|to)) (?P<other>.+)$",
        r"^(?P<one>.+?) (?:vs\.?|versus) (?P<other>.+)$",
        r"^(?:put|set|place|hold|lay|stand|see|view) (?P<one>.+?) (?:next to|beside|alongside|against|side by side with) "
        r"(?P<other>.+)$",
        r"\b(?:more|less|fewer|better|\w{3,}er)\b[^,:]*[,:] (?P<one>.+?),? or (?P<other>.+)$",
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
