"""Abbreviations as a library spells them out: "large language models (LLMs)" says that LLM is large language model.

The algorithm of Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in biomedical
text": the letters of a short form in brackets are looked for backwards in the words before it. It needs no training
and no list of any field.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

# Abbreviations are this long (letters and digits), the plural's s not counted.
SHORTEST, LONGEST = 2, 8
# A spelled-out form must come this often before it counts for the whole library, and be this much of all the ways in
# which the library spells its abbreviation out: NLP is one thing among computer scientists, AD several in medicine.
LEAST_COUNT = 2
LEAST_SHARE = 0.5

_BRACKETED = re.compile(r"(?<=[\w’'-])\s\(([A-Z][A-Za-z0-9-]{1,9})\)")
# Words that end so are no plurals: analysis, virus, loss.
_SINGULAR_ENDINGS = ("is", "us", "ss")
# How many characters before a bracket are looked at: ten long words.
_BEFORE = 160
_CLAUSE = re.compile(r"[.,;:!?()\[\]\"“”]")


def definitions_in(text: str) -> dict[str, str]:
    """The abbreviations that a text spells out, each with its long form in lower case; plurals made singular."""
    found = {}
    for match in _BRACKETED.finditer(text):
        short = match[1].removesuffix("s") if match[1][:-1].isupper() else match[1]
        if SHORTEST <= len(short) <= LONGEST and sum(map(str.isupper, short)) >= 2:
            long_form = _long_form(short, _CLAUSE.split(text[max(0, match.start() - _BEFORE) : match.start()])[-1])
            if long_form:
                found[short] = long_form
    return found


def abbreviations_in(texts: Iterable[str]) -> Mapping[str, str]:
    """For each abbreviation of a library the long form that most of its papers give it."""
    return abbreviations_of(definitions_in(text).items() for text in texts)


def abbreviations_of(definitions: Iterable[Iterable[tuple[str, str]]]) -> Mapping[str, str]:
    """The same, from what `definitions_in` found in each text."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for own in definitions:
        for short, long_form in own:
            counts[short][_singular(long_form)] += 1
    chosen = {short: (*forms.most_common(1)[0], forms.total()) for short, forms in counts.items()}
    return {
        short: long_form
        for short, (long_form, count, total) in chosen.items()
        if count >= LEAST_COUNT and count >= LEAST_SHARE * total
    }


def _singular(long_form: str) -> str:
    return long_form if long_form.endswith(_SINGULAR_ENDINGS) else long_form.removesuffix("s")


def _long_form(short: str, before: str) -> str:
    """The words before the bracket that the letters stand for; empty where they do not fit.

    At most as many words as the original algorithm allows: min(letters + 5, 2 * letters).
    """
    letters = [letter for letter in short.lower() if letter.isalnum()]
    words = before.split()[-min(len(letters) + 5, 2 * len(letters)) :]
    text = " ".join(words).lower()
    place = len(text)
    for number in range(len(letters) - 1, -1, -1):
        place = text.rfind(letters[number], 0, place)
        while number == 0 and place > 0 and text[place - 1].isalnum():
            place = text.rfind(letters[0], 0, place)
        if place < 0:
            return ""
    form = text[text.rfind(" ", 0, place) + 1 :]  # the whole of "self-supervised", where only its last part was needed
    return form if len(form) > len(short) and " " in form.replace("-", " ") else ""
