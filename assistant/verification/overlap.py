"""How much of a claim sentences hold: shared words by their rarity, shared word pieces, and nearness in meaning.

Rarity is that of English at large, so that two sentences can be held against each other without a corpus.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from ingest.embedding.base import Vector
from ingest.text.frequencies import zipf_frequency
from ingest.text.terms import ngrams_of, tokens_of

Encode = Callable[[Sequence[str]], Sequence[Vector]]

# A word's weight is how far it lies below the commonest on the Zipf scale of powers of ten; never quite nothing.
COMMONEST = 7.5
LEAST_WEIGHT = 0.3

# Parts of a compound count each for themselves, as the lexical index has them.
_WORD = re.compile(r"[^\W_]+")


def shared(claim: str, texts: Sequence[str]) -> float:
    """The share of a claim's terms, by weight, that any of the texts has; 1 for a claim without any."""
    weights = weights_of(claim)
    held = {term for text in texts for term in terms_of(text)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0


def shared_pieces(claim: str, texts: Sequence[str]) -> float:
    """The share of a claim's word pieces that any of the texts has: endings and compounds do not matter."""
    own = _pieces(claim)
    return len(own & frozenset().union(*map(_pieces, texts))) / len(own) if own else 1.0


@lru_cache(maxsize=8192)
def terms_of(text: str) -> frozenset[str]:
    """The stems of a text's words and of the parts of its names."""
    return frozenset(tokens_of(text))


@lru_cache(maxsize=8192)
def weights_of(text: str) -> Mapping[str, float]:
    """The stems of a text with the rarity of the words that they come from."""
    weights: dict[str, float] = {}
    for word in _WORD.findall(text):
        for term in terms_of(word):
            weights[term] = max(weights.get(term, 0.0), _weight(word))
    return weights


@lru_cache(maxsize=65_536)
def _weight(word: str) -> float:
    return max(LEAST_WEIGHT, COMMONEST - zipf_frequency(word))


@lru_cache(maxsize=8192)
def _pieces(text: str) -> frozenset[str]:
    return frozenset(ngrams_of(text))
