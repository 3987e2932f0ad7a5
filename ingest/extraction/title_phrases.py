"""Title phrases: words and pairs of words that several titles of a library share, which is how a field names things.

A title is written to say what a paper is about, so what many titles have in common are the library's subjects. Plain
counts over titles do here what extractors of key phrases (YAKE, KeyBERT) do for a single text: a title is too short for
their statistics, and the whole library is at hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ingest.text.terms import STOPWORDS, stem

# Titles that share a phrase before it counts as one of the library's.
LEAST_TITLES = 3
# A word that more than this share of all titles have names nothing in this library.
COMMON = 0.2
SHORTEST_WORD = 4
# Words that join others and name nothing, beyond the stop words of the search.
_JOINING = frozenset("from through using based within without toward towards between under over during across".split())

Phrase = tuple[str, ...]
"""Stems of one word or of two that stand together."""

_STRETCH = re.compile(r"[a-z]+(?:[ -][a-z]+)*")


def title_phrases(titles: Iterable[str]) -> Mapping[Phrase, str]:
    """The phrases that at least LEAST_TITLES titles share, each as it is spelled most often; the most shared first."""
    spellings: Counter[tuple[str, ...]] = Counter()
    counts: Counter[Phrase] = Counter()
    total = 0
    for title in titles:
        total += 1
        words = set(phrases_in(title))
        spellings.update(words)
        counts.update({tuple(map(stem, phrase)) for phrase in words})
    spelled: dict[Phrase, str] = {}
    for phrase, _ in spellings.most_common():
        spelled.setdefault(tuple(map(stem, phrase)), " ".join(phrase))
    most = max(COMMON * total, LEAST_TITLES)
    shared = (phrase for phrase, count in counts.most_common() if LEAST_TITLES <= count <= most)
    return {phrase: spelled[phrase] for phrase in shared}


def phrases_in(text: str) -> Iterator[tuple[str, ...]]:
    """The telling words of a text in lower case, alone and in pairs that stand together."""
    for stretch in _STRETCH.findall(text.lower()):
        words = stretch.replace("-", " ").split()
        telling = [_tells(word) for word in words]
        for place, word in enumerate(words):
            if telling[place]:
                yield (word,)
                if place + 1 < len(words) and telling[place + 1]:
                    yield (word, words[place + 1])


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and word not in STOPWORDS and word not in _JOINING
