"""The cue words of one language, compiled: what the readers of questions look for."""

from __future__ import annotations

import re
from functools import cache

from ingest.lexicon import Lexicon, lexicon

FIRST_YEAR = r"(?<![\w.-])(?:1[5-9]\d\d|20\d\d)(?!\d)"
YEAR = r"(?:1[5-9]\d\d|20\d\d)(?![\w.,-]*\d)"
"""A year of publication; "2012.5" and "2012-13" are none. The first of a range may be followed by a dash."""


class Cues:
    """The lists of one lexicon as patterns: whole, at a place, or as pieces of larger patterns."""

    def __init__(self, words: Lexicon) -> None:
        self._words = words
        self._whole: dict[str, re.Pattern[str]] = {}

    def pattern(self, *names: str) -> re.Pattern[str]:
        """What any phrase of these lists matches, anywhere in a text."""
        return self._words.pattern(*names)

    def source(self, *names: str) -> str:
        """The same as text, to be a piece of a larger pattern."""
        return self._words.source(*names)

    def words(self, name: str) -> tuple[str, ...]:
        """The phrases of a list in the order of the file."""
        return self._words.words(name)

    def is_whole(self, name: str, text: str) -> bool:
        """Whether a text is one phrase of a list and nothing else but signs."""
        if name not in self._whole:
            self._whole[name] = re.compile(rf"[\W_]*{self.source(name)}[\W_]*", re.I)
        return bool(self._whole[name].fullmatch(text))

    def at(self, name: str, text: str, position: int) -> re.Match[str] | None:
        """The phrase of a list that stands at a place of a text."""
        return self.pattern(name).match(text, position)


@cache
def cues(language: str = "en") -> Cues:
    """The cue words of a language."""
    return Cues(lexicon(f"{language}.query"))
