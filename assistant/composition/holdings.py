"""How much a dataset holds, as far as a sentence of its abstract says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.lexicon import lexicon
from ingest.text.quantities import quantities_in

# What datasets are counted in. Hours, people and parameters are numbers of another kind.
_ITEMS = re.compile(rf"\s+((?:[\w-]+\s+){{0,3}}?{lexicon('en.asked').source('items')})\b", re.I)


def holdings_in(sentence: str) -> Iterator[tuple[float, str]]:
    """Each number of things that a sentence tells, with its words: 108023.0, "108,023 MIDI files"."""
    for quantity in quantities_in(sentence):
        items = _ITEMS.match(sentence, quantity.end)
        if items and quantity.value > 1 and not quantity.unit:
            yield quantity.value, sentence[quantity.start : items.end(1)].strip()


def told_holding(sentence: str) -> str:
    """The words that tell how much is held: the first number of things, unless a larger number stands there alone.

    "Small with 400 pairs, medium with 14k and large with 200k" tells no one number.
    """
    held = list(holdings_in(sentence))
    bare = {quantity.value for quantity in quantities_in(sentence) if not quantity.unit} - {count for count, _ in held}
    largest = max((count for count, _ in held), default=0.0)
    return held[0][1] if held and max(bare, default=0.0) <= largest else ""
