"""What stands beside a number or a name: "7 dance styles" cannot bear out "16 dance styles", whatever else has 16."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.verification.entities import key_of, names_claimed
from ingest.extraction.names import has_name_shape
from ingest.text.quantities import Quantity, listed_together, quantities_in
from ingest.text.terms import tokens_of

_TOKEN = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Slot:
    """A number or a name, with the stems of the words around it ("" at an end, and where another of them stands)."""

    text: str
    quantity: Quantity | None
    key: str
    before: tuple[str, ...]  # nearest first
    behind: tuple[str, ...]

    @property
    def around(self) -> frozenset[str]:
        return frozenset((*self.before[:2], *self.behind[:2])) - {""}


def misplaced(claim: str, words: str, own: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Numbers and names of a claim that stand where the words have another: pairs of what is said and what is stated.

    `own` are the keys of the names that the words may mean by "it": these only stand wrong right beside the same word.
    """
    stated, said = _slots(words), _slots(claim)
    keys_said = frozenset(slot.key for slot in said)
    for slot in said:
        rivals = _number_rivals(slot, stated, words) if slot.quantity else _name_rivals(slot, stated, keys_said, own)
        if rivals:
            yield slot.text, rivals[0].text


def _number_rivals(slot: _Slot, stated: Sequence[_Slot], words: str) -> Sequence[_Slot]:
    """Other numbers of the very thing that is counted, unless the words have this number of it too."""
    of_it = [other for other in stated if other.quantity and _same_thing(slot, other)]
    if any(slot.quantity and other.quantity and slot.quantity.means(other.quantity) for other in of_it):
        return ()
    return () if _listed_with(slot, of_it, words) else of_it


def _same_thing(one: _Slot, other: _Slot) -> bool:
    (first, second), (third, fourth) = one.behind[:2], other.behind[:2]
    return bool(first) and first == third and (not second or not fourth or second == fourth)


def _listed_with(slot: _Slot, rivals: Sequence[_Slot], words: str) -> bool:
    """Whether a number stands in one list with those that seem to stand in its place."""
    stated = quantities_in(words)
    for group in listed_together(words):
        values = [stated[place] for place in group]
        has_own = any(slot.quantity and slot.quantity.means(value) for value in values)
        if has_own and any(rival.quantity in values for rival in rivals):
            return True
    return False


def _name_rivals(
    slot: _Slot, stated: Sequence[_Slot], keys_said: frozenset[str], own: frozenset[str]
) -> Sequence[_Slot]:
    """Names that the claim leaves out and that stand among the same words, where its own does not."""
    names = [other for other in stated if not other.quantity]
    if any(slot.key == other.key and _beside(slot, other) for other in names):
        return ()
    is_there = any(slot.key == other.key for other in names)
    beside = _beside if is_there or slot.key in own else _near
    return [
        other
        for other in names
        if other.key not in keys_said and beside(slot, other) and (slot.key not in own or has_name_shape(other.text))
    ]


def _beside(one: _Slot, other: _Slot) -> bool:
    return any(a and a == b for a, b in ((one.before[0], other.before[0]), (one.behind[0], other.behind[0])))


def _near(one: _Slot, other: _Slot) -> bool:
    return bool(one.around & other.around)


@lru_cache(maxsize=8192)
def _slots(text: str) -> tuple[_Slot, ...]:
    quantities = {quantity.start: quantity for quantity in quantities_in(text)}
    covered = {place for q in quantities.values() for place in range(q.start + 1, q.end)}
    names = names_claimed(text)
    units: list[tuple[str, Quantity | None, str]] = []  # words with their stem, a number, or a name with its key
    for found in _TOKEN.finditer(text):
        token, key = found[0], key_of(found[0])
        if found.start() in covered:
            continue
        if found.start() in quantities:
            quantity = quantities[found.start()]
            units.append((quantity.text, quantity, ""))
        elif key in names:
            units.append((token, None, key))
        elif terms := tokens_of(token):
            units.append((terms[0], None, ""))
    words = ["", "", *("" if quantity or key else unit for unit, quantity, key in units), "", ""]
    return tuple(
        _Slot(unit, quantity, key, (words[i + 1], words[i]), (words[i + 3], words[i + 4]))
        for i, (unit, quantity, key) in enumerate(units)
        if quantity or key
    )
