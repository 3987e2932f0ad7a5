"""Questions of sets of papers in German, French, Spanish and Chinese, worded as the English ones that are read.

Only the words that ask and join are put into English: names, titles and subjects stay as they were typed. A question
that begins in no such way is left as it is.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.lexicon import lexicon

LANGUAGES = ("de", "fr", "es", "zh")
# A question is taken for one of another language where it begins with a phrase of one of these lists.
_OPENERS = ("which_papers", "how_many_papers", "list_the_papers", "who_wrote", "what_is_the_most_recent_paper_on")
_QUOTED = re.compile(r"([\"“«][^\"“”«»]*[\"”»])")
_MARKS = str.maketrans({"¿": " ", "？": "?", "，": ", ", "。": ". "})
# What Chinese puts behind a noun phrase has no word in English.
_PARTICLES = re.compile(r"(?<=[^\s])[的吗呢]+(?=\s*[?.]?\s*$)")


def in_english(question: str) -> str:
    """A question with the words that ask and join in English; as it is where it begins in no other language."""
    text = question.translate(_MARKS).strip()
    language = next((each for each in LANGUAGES if _opens(each).match(text)), None)
    if language is None:
        return question
    text = _PARTICLES.sub("", text) if language == "zh" else text
    parts = (part if _QUOTED.fullmatch(part) else _worded(part, language) for part in _QUOTED.split(text))
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _worded(text: str, language: str) -> str:
    for pattern, english in _wordings(language):
        text = pattern.sub(f" {english} ", text)
    return re.sub(r"\s+([,?.!])", r"\1", text)


@cache
def _opens(language: str) -> re.Pattern[str]:
    words = lexicon(f"{language}.query")
    return words.pattern(*(name for name in _OPENERS if name in words.names))


@cache
def _wordings(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each phrase with its English, the longest first, so that none is taken for a shorter one within it."""
    words = lexicon(f"{language}.query")
    pairs = ((phrase, name.replace("_", " ")) for name in words.names for phrase in words.words(name))
    edges = ("", "") if language == "zh" else (r"(?<!\w)", r"(?!\w)")
    return tuple(
        (re.compile(f"{edges[0]}{re.escape(phrase)}{edges[1]}", re.I), english)
        for phrase, english in sorted(pairs, key=lambda pair: -len(pair[0]))
    )
