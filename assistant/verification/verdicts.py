"""Verification: is a sentence carried by the words it cites?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Hit, Support


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence is carried: the evidence by its index, and the stretch of that paper's abstract."""

    evidence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a sentence is supported, by which words, and what is amiss."""

    support: Support
    places: tuple[Place, ...] = ()
    reason: str = ""


class Verifies(Protocol):
    """Holds one sentence of a draft against the evidence."""

    def verdict(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """The verdict on a sentence with these quotations in it and these markers on it (1 is `evidence[0]`)."""
        ...
