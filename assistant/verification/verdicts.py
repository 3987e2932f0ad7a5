"""Verification: is a sentence carried by the words it cites?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Hit, Support

# So few words in quotation marks, with no marker, may be a name that is spoken of and not a quotation.
MOST_NAMED = 2


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


class QuoteVerifier:
    """For text that quotes: exact words are supported where they stand, all else is our own remark.

    A remark's markers are kept; each cites the whole passage that its number means.
    """

    def verdict(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """The verdict on one sentence that carries the markers `numbers` (1 is `evidence[0]`)."""
        long = [quote for quote in quotes if numbers or len(quote.split()) > MOST_NAMED]
        found = [place_of(quote, numbers, evidence) for quote in long]
        places = tuple(place for place in found if place)
        if long and len(places) == len(long):
            return Verdict(Support.SUPPORTED, places)
        return Verdict(Support.NO_CLAIM, places or passages_marked(numbers, evidence))


# The name that the assistant builds it by.
Verifier = QuoteVerifier


def passages_marked(numbers: Sequence[int], evidence: Sequence[Hit]) -> tuple[Place, ...]:
    """The passages that these markers mean, each once; numbers that mean none are passed over."""
    known = dict.fromkeys(number - 1 for number in numbers if 1 <= number <= len(evidence))
    return tuple(Place(i, evidence[i].passage.start, evidence[i].passage.end) for i in known)


def place_of(quote: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> Place | None:
    """Where the very words stand: in what is marked before all else, in the passage before the rest of its abstract."""
    marked = [number - 1 for number in numbers if 1 <= number <= len(evidence)]
    for index in dict.fromkeys([*marked, *range(len(evidence))]):
        abstract, passage = evidence[index].paper.abstract, evidence[index].passage
        start = abstract.find(quote, passage.start, passage.end)
        start = start if start >= 0 else abstract.find(quote)
        if start >= 0:
            return Place(index, start, start + len(quote))
    return None
