"""How much of a claim sentences hold: shared words by their rarity, shared word pieces, and nearness in meaning.

Rarity is that of English at large (wordfreq), so that two sentences can be held against each other without a corpus.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from wordfreq import zipf_frequency

from ingest.embedding.base import Vector
from ingest.index.bm25 import ngrams_of, tokens_of

Encode = Callable[[Sequence[str]], Sequence[Vector]]

# A word's weight is how far it lies below the commonest on wordfreq's scale of powers of ten; never quite nothing.
COMMONEST = 7.5
LEAST_WEIGHT = 0.3

# The logistic weights of `support_score`, fitted to the training half of SciFact's claims: nearness in meaning,
# best sentence's words, word pieces, findings and aims stated, and the length of sentences (ln of characters).
_MEANING, _WORDS, _PIECES, _FINDINGS, _AIMS, _LENGTH, _CONSTANT = 2.6, 1.6, 2.6, 0.41, -2.1, 1.0, -8.6
_MOST_FINDINGS, _MOST_AIMS = 6, 3

# Parts of a compound count each for themselves, as the lexical index has them.
_WORD = re.compile(r"[^\W_]+")

_FINDING = re.compile(
    r"\b(?:show(?:s|ed|n)?|demonstrat\w+|suggest\w*|conclu\w+|reveal\w*|indicat\w+|found|results?|resulted|resulting|"
    r"associat\w+|correlat\w+|increas\w+|decreas\w+|reduc\w+|improv\w+|enhanc\w+|induc\w+|inhibit\w*|requir\w+|"
    r"predict\w+|lower|higher|greater|more|less|better|worse|superior|outperform\w*|than|compared|versus|vs|whereas|"
    r"significant(?:ly)?|achiev\w+|exceed\w*|lead\w*|led|caus\w+|did not|no|ratio|CI|odds|hazard)\b|[=%<>]",
    re.I,
)
_AIM = re.compile(
    r"\b(?:(?:we|was|were|to) (?:investigat|examin|aim|stud|sought|test|assess|evaluat|ask|explor|hypothes|determin|"
    r"identif|measur|analy)\w*|aims?|objectives?|purpose|goal|design|setting|main outcome|remains?|unclear|unknown|"
    r"poorly|controversial|challenging|not known|little is known|whether|however|"
    r"were (?:recruited|randomi[sz]ed|enrolled|collected|included|used)|conducted|methods|(?:has|have) been|will)\b",
    re.I,
)


def support_score(claim: str, sentences: Sequence[str], encode: Encode) -> float:
    """How likely it is that these sentences are evidence for (or against) a claim, 0 to 1.

    Sentences about the same thing that only state an aim, a method or a gap are no evidence: what they state counts.
    """
    if not sentences:
        return 0.0
    vector, *others = encode([claim, *sentences])
    mean = np.mean(others, axis=0)
    score = (
        _MEANING * float(vector @ mean) / (float(np.linalg.norm(mean)) or 1.0)
        + _WORDS * max(shared(claim, [sentence]) for sentence in sentences)
        + _PIECES * shared_pieces(claim, sentences)
        + _FINDINGS * min(_MOST_FINDINGS, _mean_count(_FINDING, sentences))
        + _AIMS * float(np.mean([min(_MOST_AIMS, len(_AIM.findall(sentence))) for sentence in sentences]))
        + _LENGTH * math.log(np.mean([len(sentence) for sentence in sentences]) + 1)
        + _CONSTANT
    )
    return 1 / (1 + math.exp(-score))


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
    return max(LEAST_WEIGHT, COMMONEST - zipf_frequency(word, "en"))


@lru_cache(maxsize=8192)
def _pieces(text: str) -> frozenset[str]:
    return frozenset(ngrams_of(text))


def _mean_count(pattern: re.Pattern[str], sentences: Sequence[str]) -> float:
    return float(np.mean([len(pattern.findall(sentence)) for sentence in sentences]))
