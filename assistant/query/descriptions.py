"""Comparisons that describe their papers and do not name them: "the adapter study or the Greek one", "the two surveys".

Only the wording is read here; which papers are meant is for the composer to look up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5}
_ONE_WORK = (
    r"(?:paper|study|survey|overview|review|system|model|method|dataset|data ?set|corpus|collection|benchmark|work|"
    r"framework|tool|attack|generator|recommender|approach|network|technique|architecture|article|algorithm)"
)
_COMPARES = re.compile(
    r"\bcompar\w+|\bvs\b\.?|\bversus\b|\bdiffer\w*|\bcontrast\w*|\bin common\b|\b(?:more|less|fewer|\w{3,}er)\b", re.I
)
_COUNTED = re.compile(
    rf"\bthe ({'|'.join(_NUMBERS)}) ((?:[\w-]+ ){{0,4}}?{_ONE_WORK}s?(?: (?:on|about|of|for) [\w -]+?)?)"
    r"(?=$|[?.,:;]| (?:differ|compare|have|has|is|are|do|does|in)\b)",
    re.I,
)
_SIDES = tuple(
    re.compile(wording, re.I)
    for wording in (
        r"\bcompare (?P<one>.+?) (?:with|to|and|against|vs\.?|versus) (?P<other>.+)$",
        r"\bdifferences?\b[^?]*? between (?P<one>.+?) and (?P<other>.+)$",
        r"^how (?:do|does|is|are) (?P<one>.+?) (?:differ(?:ent)? from|compare (?:with|to)) (?P<other>.+)$",
        r"^(?P<one>.+?) (?:vs\.?|versus) (?P<other>.+)$",
        r"\b(?:more|less|fewer|better|\w{3,}er)\b[^,:]*[,:] (?P<one>.+?),? or (?P<other>.+)$",
    )
)
_ONE = re.compile(rf"\b(?:the|that|an?) (?:[\w'-]+ )*?{_ONE_WORK}\b(?!s)", re.I)


@dataclass(frozen=True, slots=True)
class Counted:
    """So many works of one kind, as in "the two surveys"."""

    number: int
    kind: str


def counted_works(text: str) -> Counted | None:
    """The works that a comparison means by their number and kind; None where it does not."""
    found = _COUNTED.search(text) if _COMPARES.search(text) else None
    return Counted(_NUMBERS[found[1].lower()], found[2]) if found else None


def sides_of(text: str) -> tuple[str, str] | None:
    """What a comparison sets side by side, as it words them; None where it sets nothing so."""
    asked = text.strip().rstrip("?.! ")
    for wording in _SIDES:
        if found := wording.search(asked):
            return found["one"].strip(), re.sub(r"[:,;].*", "", found["other"]).strip()
    return None


def describes_one_work(side: str) -> bool:
    """Whether a side is one work in other words than its name: "the study of adapters", not "earlier models"."""
    return bool(_ONE.search(side))
