"""Terms: the words of a text as searches count them.

A word counts as it is written: stemmed as English, names kept whole and in parts (`DITTO-2` is ditto2, ditto and 2),
and a name with inner capitals once more in a token that the ordinary word does not have.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer
from bm25s.stopwords import STOPWORDS_EN

# Letters in a word piece; 4 and 5 measured alike, 3 worse.
PIECE = 5

_MARKUP = re.compile(r"[$^{}\\~_]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POSSESSIVE = re.compile(r"['’]s\b")
_WORD = re.compile(r"[^\W_]+(?:[-'’.+][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_INNER_CAPITAL = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Za-z]\d|\d[A-Za-z]")
_PLURAL_ABBREVIATION = re.compile(r"[A-Z0-9]{2,}s|[b-df-hj-np-tv-xz]{3,}s")
STOPWORDS = frozenset(STOPWORDS_EN) | frozenset(
    "what which who whom whose how why when where do does did can could would should i me my you your we us our".split()
)
_STEMMER = Stemmer.Stemmer("english")


def tokens_of(text: str) -> list[str]:
    """The terms of a text: stems of its words, names whole and in parts; stop words left out."""
    terms: list[str] = []
    for word in _WORD.findall(_plain(text)):
        terms.extend(_terms_of(word))
    return terms


def words_of(text: str) -> list[str]:
    """The words of a text in their order, a hyphenated one in its parts, "CNNs" as CNN; stop words left out."""
    return [part for word in _WORD.findall(_plain(text)) for part in _words_in(word)]


def stems_of(text: str) -> list[str]:
    """The stems of `words_of(text)`: unlike `tokens_of`, one for each word."""
    return [stem(word) for word in words_of(text)]


@lru_cache(maxsize=65_536)
def _words_in(word: str) -> tuple[str, ...]:
    """The parts of a word, without those that are stop words."""
    return tuple(_singular(part) for part in _PART.findall(word) if part.lower() not in STOPWORDS)


def _singular(word: str) -> str:
    """An abbreviation without its plural's s, which a stemmer for English words leaves where there is no vowel."""
    return word[:-1] if _PLURAL_ABBREVIATION.fullmatch(word) else word


def _plain(text: str) -> str:
    """Without LaTeX's marks, possessives, and the commas in large numbers."""
    unmarked = _MARKUP.sub("", unicodedata.normalize("NFKC", text))
    return _POSSESSIVE.sub("", _THOUSANDS.sub("", unmarked))


@lru_cache(maxsize=65_536)
def _terms_of(word: str) -> tuple[str, ...]:
    parts = _PART.findall(word)
    joined = "".join(parts)
    terms = [stem(part) for part in parts if part.lower() not in STOPWORDS]
    if len(parts) > 1:
        terms.append(joined.lower())
    if _INNER_CAPITAL.search(joined):
        terms.append("=" + joined.lower())
    return tuple(terms)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of one English word, in lower case."""
    return str(_STEMMER.stemWord(word.lower()))


def ngrams_of(text: str) -> list[str]:
    """Every run of five letters in the words of a text, word ends marked: what an ending or a slip leaves alike."""
    ngrams: list[str] = []
    for word in _PART.findall(_plain(text).lower()):
        ngrams.extend(_ngrams_of_word(word))
    return ngrams


@lru_cache(maxsize=65_536)
def _ngrams_of_word(word: str) -> tuple[str, ...]:
    marked = f"_{word}_"
    return tuple(marked[i : i + PIECE] for i in range(max(1, len(marked) - PIECE + 1)))
