"""Names of people and bodies as references want them: family name, given name, suffix, or a whole that stays whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.identity import NAME_SUFFIX
from ingest.papers import Paper

_PARTICLE = re.compile(r"(?:v[ao]n|de[nrsl]?|di|d[aou]s?|la|le|ter?|ten|zu[mr]?|af|av|el|al|bin|ibn)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Person:
    """A name in its parts; a body (`World Health Organization`) has a family name alone and `is_whole`."""

    family: str
    given: str = ""
    suffix: str = ""
    is_whole: bool = False

    @property
    def inverted(self) -> str:
        """The name as lists sort it: `van den Berg, Jan, Jr.`."""
        return ", ".join(filter(None, (self.family, self.given, self.suffix)))


def authors_of(paper: Paper) -> tuple[Person, ...]:
    """The authors, as the source wrote them where that is kept."""
    kept = dict(paper.reference).get("names", "")
    return people_in(kept) if kept else tuple(person_named(name) for name in paper.authors if name.strip())


def editors_of(paper: Paper) -> tuple[Person, ...]:
    """The editors."""
    return people_in(dict(paper.reference).get("editors", ""))


def people_in(names: str) -> tuple[Person, ...]:
    """The people in a text such as `van den Berg, Jan; King, Jr., Martin; {World Health Organization}`."""
    return tuple(_person(name.strip()) for name in names.split(";") if name.strip())


def _person(name: str) -> Person:
    if name.startswith("{"):
        return Person(name.strip("{}"), is_whole=True)
    parts = [part.strip() for part in name.split(",")]
    return _in_parts(parts) if len(parts) > 1 else person_named(name)


def person_named(name: str) -> Person:
    """A name that may stand first names first; particles before the last word belong to the family name."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) > 1:
        return _in_parts(parts)
    words = name.split()
    if not words:
        return Person(name, is_whole=True)
    suffix = words.pop() if len(words) > 2 and NAME_SUFFIX.fullmatch(words[-1]) else ""
    start = len(words) - 1
    while start > 1 and _PARTICLE.fullmatch(words[start - 1]) and words[start - 1].islower():
        start -= 1
    return Person(" ".join(words[start:]), " ".join(words[:start]), suffix)


def _in_parts(parts: Sequence[str]) -> Person:
    family, *others = list(filter(None, parts)) or [",".join(parts)]
    suffix = next((part for part in others if NAME_SUFFIX.fullmatch(part)), "") if len(others) > 1 else ""
    return Person(family, ", ".join(part for part in others if part != suffix), suffix)
