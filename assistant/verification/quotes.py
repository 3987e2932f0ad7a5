"""Quotations and markers of a text, looked up in the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers import Hit
from assistant.verification.verdicts import Place

# So few words in quotation marks, with no marker, may be a name that is spoken of and not a quotation.
MOST_NAMED = 2


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
