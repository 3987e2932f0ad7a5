"""How common a word is in English, on the Zipf scale: the power of ten of its uses in a thousand million words.

"the" is at 7.6, "noise" at 4.7, "mango" at 3.6, and a word that nobody counted at 0. The counts are those that
symspellpy ships, of 82,834 words in books. Numerals, single letters and words that came into use later are not counted
there and get round values; of British and American spellings it has one, which counts for both.
"""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

from ingest.lexicon import lexicon

_COUNTS = files("symspellpy") / "frequency_dictionary_en_82_765.txt"
# Numerals of one, two, three and four digits; longer ones are as rare as names.
_NUMERALS = (5.7, 5.1, 3.4, 3.4)
_LETTER = 5.5
# Where a list of later words stands for counts.
_RECENT = 3.5


def zipf_frequency(word: str) -> float:
    """The frequency of a word in any case; 0.0 for a word that is not known."""
    lowered = word.lower()
    if lowered.isdecimal():
        return _NUMERALS[len(lowered) - 1] if len(lowered) <= len(_NUMERALS) else 0.0
    if len(lowered) == 1:
        return _LETTER
    return _frequencies().get(lowered, 0.0)


@cache
def _frequencies() -> dict[str, float]:
    rows = (line.split() for line in _COUNTS.read_text(encoding="utf-8-sig").splitlines())
    counts = {word: int(count) for word, count in rows}
    per_billion = 1e9 / sum(counts.values())
    known = {word: math.log10(count * per_billion) for word, count in counts.items()}
    american = {_american(word): frequency for word, frequency in known.items() if "our" in word}
    return dict.fromkeys(lexicon("en.words").words("recent"), _RECENT) | american | known


def _american(word: str) -> str:
    return word.replace("our", "or")
