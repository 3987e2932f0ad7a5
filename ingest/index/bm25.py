"""The lexical side: BM25 over whole papers, so that a name that is asked for is always found.

Vectors blur names they never met (MeLoDy is near any melody). Here a word counts as it is written: stemmed as
English, names kept whole and in parts (`DITTO-2` is ditto2, ditto and 2), and a name with inner capitals once
more in a token that the ordinary word does not have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

from ingest.index.postings import Bm25, Part, Places, Postings, postings_of

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
    parts = (part for word in _WORD.findall(_plain(text)) for part in _PART.findall(word))
    return [_singular(part) for part in parts if part.lower() not in STOPWORDS]


def stems_of(text: str) -> list[str]:
    """The stems of `words_of(text)`: unlike `tokens_of`, one for each word."""
    return [stem(word) for word in words_of(text)]


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


@dataclass(frozen=True, slots=True)
class LexicalPart:
    """The inverted indexes of one segment's texts, by words and by character n-grams."""

    words: Postings
    ngrams: Postings

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> LexicalPart:
        """Read the texts and count their terms."""
        return cls(postings_of(map(tokens_of, texts)), postings_of(map(ngrams_of, texts)))


class Bm25Index:
    """BM25 (Robertson et al. 1994, in Lucene's form) over a fixed list of texts, by words and by character n-grams."""

    def __init__(self, texts: Sequence[str] = (), parts: Sequence[tuple[LexicalPart, Places]] = ()) -> None:
        """Over texts that are read now, or over segments that were read at ingest, each with its texts' places."""
        parts = parts or [(LexicalPart.of_texts(texts), np.arange(len(texts)))]
        self._words = Bm25([Part(part.words, places) for part, places in parts])
        self._ngrams = Bm25([Part(part.ngrams, places) for part, places in parts])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by words, of shape (texts,), in the order they were given; 0 for nothing shared."""
        return self._words.scores(tokens_of(question))

    def ngram_scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by character n-grams, of shape (texts,)."""
        return self._ngrams.scores(ngrams_of(question))

    def holds(self, term: str) -> NDArray[np.bool_]:
        """Which texts have a term (as `tokens_of` makes them), of shape (texts,)."""
        return self._words.holds(term)
