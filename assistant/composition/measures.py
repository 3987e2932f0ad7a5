"""Measures: values in numbers that a question asks for ("what dose", "what is the batch size"), and whether they stand.

A sentence states such a value if it has a number with a unit of the measure, or a number beside the asked words. Of a
rate or an accuracy any percentage counts, since abstracts seldom repeat the word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ingest.lexicon import lexicon
from ingest.text.quantities import quantities_in
from ingest.text.terms import tokens_of

# Measures that have few units. So many words before a number may name it: "the temperature was below 1.8 rankine".
_UNITED = ("dose", "temperature")
CLOSELY = 4


def measured_thing(question: str) -> str:
    """What is asked for in numbers, such as "batch size" or "dose"; empty if nothing is."""
    found = _asks().search(question)
    return found["thing"].strip() if found else ""


def wants_figures(question: str) -> bool:
    """Whether a value is asked for that words cannot tell: an average, or what is exact."""
    return bool(lexicon("en.measures").pattern("in_figures").search(question))


def states_measure(thing: str, sentences: Sequence[str], near: Sequence[str]) -> bool:
    """Whether a value of this thing is stated; `near` are the sentences about the matter, whatever their words."""
    numbered = [sentence for sentence in sentences if quantities_in(sentence)]
    words = lexicon("en.measures")
    name = next((name for name in _UNITED if words.pattern(f"{name}_asked").search(thing)), None)
    if name:
        return any(_is_of(name, sentence) for sentence in numbered)
    terms = frozenset(tokens_of(thing))
    is_share = words.pattern("shares").search(thing) is not None
    return any(
        terms & frozenset(tokens_of(sentence)) or sentence in near or (is_share and _has_unit(sentence))
        for sentence in numbered
    )


def _has_unit(sentence: str) -> bool:
    return any(quantity.unit for quantity in quantities_in(sentence))


def _behind(sentence: str, end: int) -> str:
    return sentence[end:].lstrip(" -\u00a0\u202f")


def _is_of(measure: str, sentence: str) -> bool:
    """Whether a number has a unit of the measure, or stands closely behind its name: no list of units is complete."""
    units = lexicon("en.measures").pattern(f"{measure}_units")
    return any(
        units.match(_behind(sentence, found.end)) or _stands_behind(measure, sentence[: found.start])
        for found in quantities_in(sentence)
    )


def _stands_behind(measure: str, before: str) -> bool:
    names = lexicon("en.measures").pattern(f"{measure}_asked")
    return any(names.fullmatch(word.strip("(),:;=~")) for word in before.split()[-CLOSELY:])


@cache
def _asks() -> re.Pattern[str]:
    words = lexicon("en.measures")
    return re.compile(rf"\b{words.source('asks')} (?P<thing>(?:[\w-]+ ){{0,2}}?{words.source('asked')})\b", re.I)
