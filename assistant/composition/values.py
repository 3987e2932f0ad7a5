"""Values: the number in a sentence that a question asks for, to be set off from its quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from assistant.composition.measures import wants_figures
from ingest.lexicon import lexicon
from ingest.text.quantities import PERCENT, TIMES, Quantity, quantities_in
from ingest.text.terms import tokens_of

# The thing that a number counts stands within this many words behind it: "412 frail older patients".
WORDS_BEHIND = 4
WORDS_BEFORE = 3
# A number of the asked thing counts for this much more than one that has a word of the question somewhere near.
COUNTED = 3.0

_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w-]+\s*){1,4})", re.I)
_WORD = re.compile(r"[^\s,;:()]+")
_STOP = re.compile(r"[,;:]\s")
_SAMPLE_SIZE = re.compile(r"\bn\s?=\s?\d", re.I)
_SYMBOL_BEFORE = re.compile(r"[$€£¥]\s?$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    quantity: Quantity
    text: str
    score: float


def asks_for_number(question: str) -> bool:
    """Whether a question asks how many, how much, how long, by what margin, or the like."""
    return bool(lexicon("en.asked").pattern("number").search(question))


def asks_for_size(question: str) -> bool:
    """Whether a question asks how large something is, or how many it holds."""
    return bool(lexicon("en.asked").pattern("size").search(question))


def without_opening(sentence: str) -> str:
    """The sentence from where it says what a paper brings: "a dataset of songs" of "The authors introduce a …"."""
    opening = lexicon("en.asked").pattern("openings").match(sentence)
    rest = sentence[opening.end() :].lstrip() if opening else ""
    return rest if rest[:1].isalnum() else sentence


def asked_value(question: str, sentence: str) -> str:
    """The number that is asked for with its unit or what it counts, as it stands in the sentence; "" if there is none.

    Of several numbers the one beside the question's words is taken; where none stands beside any, there is none.
    """
    if not asks_for_number(question):
        return ""
    best = max(_candidates(question, sentence), key=lambda found: found.score, default=None)
    return best.text if best and best.score > 0 else ""


def asks_for_measure(question: str, kind: str) -> bool:
    """Whether a question asks for an amount of this kind: "money", "time" or "age"."""
    return asks_for_number(question) and bool(lexicon("en.asked").pattern(f"{kind}_asked").search(question))


def has_measure(sentence: str, kind: str, question: str = "") -> bool:
    """Whether a sentence has a number with a unit of this kind, or tells it in words: "for a lifetime".

    Words do not tell an average. Of costs a percentage or a multiple tells as well, where the sentence speaks of them
    or the question asks for a change.
    """
    words = lexicon("en.asked")
    found = quantities_in(sentence)
    if any(_has_unit(kind, quantity, sentence) for quantity in found):
        return True
    if not wants_figures(question) and words.pattern(f"{kind}_said").search(sentence):
        return True
    of_costs = words.pattern("money_asked", "money_named").search(sentence) or words.pattern("change_asked").search(
        question
    )
    return kind == "money" and of_costs is not None and any(quantity.unit for quantity in found)


def counts(sentence: str, things: re.Pattern[str]) -> bool:
    """Whether a number of such things stands in a sentence: they follow it closely, or it is a sample size."""
    return bool(_SAMPLE_SIZE.search(sentence)) or any(
        things.search(phrase) for phrase in _behind_numbers(sentence, quantities_in(sentence))
    )


def counted_phrases(sentence: str) -> Iterator[str]:
    """The words behind each number of a sentence that is no percentage: "real-world job postings"."""
    whole = (found for found in quantities_in(sentence) if found.unit not in (PERCENT, TIMES))
    return filter(None, _behind_numbers(sentence, whole))


def _behind_numbers(sentence: str, quantities: Iterable[Quantity]) -> Iterator[str]:
    """The few words behind each of these quantities, and behind each number in words."""
    amounts = (found.end() for found in lexicon("en.asked").pattern("amounts").finditer(sentence))
    for end in (*(quantity.end for quantity in quantities), *amounts):
        yield " ".join(word[0] for word in _behind(end, sentence))


def _candidates(question: str, sentence: str) -> Iterator[_Candidate]:
    counted = frozenset(tokens_of(counted_thing(question)))
    asked = frozenset(tokens_of(question))
    wants = _wanted_unit(question)
    for quantity in quantities_in(sentence):
        behind = [found[0] for found in _behind(quantity.end, sentence)]
        before = [found[0] for found in _WORD.finditer(sentence[: quantity.start])][-WORDS_BEFORE:]
        near = frozenset(tokens_of(" ".join([*before, *behind])))
        direct = COUNTED * bool(counted & frozenset(tokens_of(" ".join(behind))))
        unit = COUNTED * bool(wants and (_has_unit(wants, quantity, sentence) or quantity.unit))
        score = direct + unit + len(asked & near) if unit or not wants else 0.0
        yield _Candidate(quantity, _with_unit(quantity, sentence, counted), score)


def _behind(end: int, sentence: str) -> list[re.Match[str]]:
    """The words behind a number that ends there, in the same part of the sentence."""
    stop = _STOP.search(sentence, end)
    return list(_WORD.finditer(sentence, end, stop.start() if stop else len(sentence)))[:WORDS_BEHIND]


def counted_thing(question: str) -> str:
    """What stands behind "how many", up to the verb or the next small word: the things that are counted."""
    found = _HOW_MANY.search(question)
    words = found[1].split() if found else ()
    stops = lexicon("en.asked").pattern("auxiliaries")
    return " ".join(takewhile(lambda word: not stops.fullmatch(word), words))


def _wanted_unit(question: str) -> str:
    """The list of `en.asked` whose words measure what is asked: money, time; empty if it is not known."""
    words = lexicon("en.asked")
    return next((name for name in ("money", "time", "age") if words.pattern(f"{name}_asked").search(question)), "")


def _has_unit(wanted: str, quantity: Quantity, sentence: str) -> bool:
    if wanted == "money" and _SYMBOL_BEFORE.search(sentence[: quantity.start]):
        return True
    behind = " ".join(found[0] for found in list(_WORD.finditer(sentence, quantity.end))[:2])
    return bool(lexicon("en.asked").pattern(f"{wanted}_units").search(behind))


def _with_unit(quantity: Quantity, sentence: str, counted: frozenset[str]) -> str:
    """The number with its sign or unit word, and up to the thing that it counts if that stands close behind it."""
    symbol = _SYMBOL_BEFORE.search(sentence[: quantity.start])
    start, end = symbol.start() if symbol else quantity.start, quantity.end
    if quantity.unit not in (PERCENT, TIMES):
        words = _behind(quantity.end, sentence)
        places = [i for i, word in enumerate(words) if counted & frozenset(tokens_of(word[0]))]
        units = lexicon("en.asked").pattern("money_units", "time_units")
        if places:
            end = words[places[-1]].end()
        elif words and units.fullmatch(words[0][0].rstrip(".")):
            end = words[0].end()
    return sentence[start:end].rstrip(" .,;:")
