"""Verification: is a sentence carried by the words it cites?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


class Verifier:
    """Holds sentences against evidence."""

    def verdict(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """The verdict on one sentence that carries the markers `numbers` (1 is `evidence[0]`)."""
        places = [place for quote in quotes if (place := _place_of(quote, numbers, evidence))]
        if quotes and len(places) == len(quotes):
            return Verdict(Support.SUPPORTED, tuple(places))
        return Verdict(Support.NO_CLAIM)


def _place_of(quote: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> Place | None:
    order = [number - 1 for number in numbers] + [i for i in range(len(evidence)) if i + 1 not in numbers]
    for index in order:
        hit = evidence[index]
        start = hit.paper.abstract.find(quote)
        if start >= 0:
            return Place(index, start, start + len(quote))
    return None
