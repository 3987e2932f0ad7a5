"""The lexical side: BM25 over whole papers, so that a name that is asked for is always found.

Vectors blur names they never met (MeLoDy is near any melody). Here a word counts as it is written: stemmed as
English, names kept whole and in parts (`DITTO-2` is ditto2, ditto and 2), and a name with inner capitals once
more in a token that the ordinary word does not have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from numpy.typing import NDArray

# Robertson's usual values; b and k1 measured flat around them on abstracts.
K1 = 1.2
B = 0.75
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
    pieces: list[str] = []
    for word in _PART.findall(_plain(text).lower()):
        marked = f"_{word}_"
        pieces.extend(marked[i : i + PIECE] for i in range(max(1, len(marked) - PIECE + 1)))
    return pieces


class Bm25Index:
    """BM25 (Robertson et al. 1994, in Lucene's form) over a fixed list of texts, by words and by word pieces."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = _Bm25([tokens_of(text) for text in texts])
        self._pieces = _Bm25([ngrams_of(text) for text in texts])

    def scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by words, of shape (texts,), in the order they were given; 0 for nothing shared."""
        return self._words.scores(dict.fromkeys(tokens_of(question)))

    def ngram_scores(self, question: str) -> NDArray[np.float32]:
        """The score of every text by word pieces, of shape (texts,)."""
        return self._pieces.scores(dict.fromkeys(ngrams_of(question)))

    def holds(self, term: str) -> NDArray[np.bool_]:
        """Which texts have a term (as `tokens_of` makes them), of shape (texts,)."""
        return self._words.scores([term]) > 0


class _Bm25:
    """bm25s over lists of terms, with the empty cases that it refuses."""

    def __init__(self, corpus: Sequence[list[str]]) -> None:
        self._size = len(corpus)
        self._scorer = bm25s.BM25(k1=K1, b=B, method="lucene") if any(corpus) else None
        if self._scorer is not None:
            self._scorer.index(corpus, show_progress=False)

    def scores(self, terms: Iterable[str]) -> NDArray[np.float32]:
        known = [term for term in terms if self._scorer is not None and term in self._scorer.vocab_dict]
        if self._scorer is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._scorer.get_scores(known), dtype=np.float32)
