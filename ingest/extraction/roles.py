"""Sentence roles: what each sentence of an abstract does (background, aim, method, result, other).

A linear-chain conditional random field (Lafferty et al. 2001) reads the sentences of an abstract in order. What speaks
for a role is its own vector with those of its neighbours and of the whole abstract, its place, and its words and
their pairs; which role follows which is learned as well. The weights were made by `ingest.extraction.train_roles` on
the training parts of CSAbstruct (Cohan et al. 2019) and PubMedQA (Jin et al. 2019) and belong to the bundled
embedding model: for the vectors of any other, a second set of weights reads words and places alone.

A structured abstract ("METHODS: …") says the roles itself: a heading holds until the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Matrix
from ingest.lexicon import lexicon


class Role(StrEnum):
    """What a sentence does in an abstract; conclusions are results, as in CSAbstruct."""

    BACKGROUND = "background"
    AIM = "aim"
    METHOD = "method"
    RESULT = "result"
    OTHER = "other"


Features = NDArray[np.float32]
Probabilities = NDArray[np.float32]

ROLES = tuple(Role)
WEIGHTS = Path(__file__).with_name("roles.npz")

# How much the parts of a sentence's features count against each other, chosen on CSAbstruct's development part: weights
# are held small by one penalty, so a larger scale lets a part say more.
SCALE_OWN, SCALE_CONTEXT, SCALE_TERMS = 1.8, 1.2, 0.8
# The log-odds that a heading gives its roles over all others.
HEADED = 6.0
# Words that a heading may have at most: "Design, setting and participants" has four.
LONGEST_HEADING = 5
# The fifth of the abstract that a sentence stands in is a feature; so is each of these places, and these lengths.
FIFTHS = 5
SHORT, LONG = 4, 10

_WORD = re.compile(r"[a-z]+|\d+|[%:;()?]")
_HEADING = re.compile(rf"\W*((?:[A-Za-z]+[\s,/&-]+){{0,{LONGEST_HEADING - 1}}}[A-Za-z]+)\s*[:.—–]\s*(?=\S)")
_HEADED_ROLES = (Role.BACKGROUND, Role.AIM, Role.METHOD, Role.RESULT, Role.OTHER)
_PARTS_OF_HEADING = re.compile(r"\s*(?:,|/|&|\band\b)\s*", re.I)


@dataclass(frozen=True, slots=True)
class RoleWeights:
    """One trained field: `features` of shape (features, roles), and scores for beginning, following and ending.

    `following[i, j]` speaks for role j after role i. `terms` gives each word or pair of words its row among the term
    features. An empty `fingerprint` means that the vectors of no model are read.
    """

    fingerprint: str
    terms: dict[str, int]
    features: NDArray[np.float32]
    bias: NDArray[np.float32]
    beginning: NDArray[np.float32]
    following: NDArray[np.float32]
    ending: NDArray[np.float32]


def role_probabilities(sentences: Sequence[str], vectors: Matrix, fingerprint: str) -> Probabilities:
    """The probability of each role for the sentences of one abstract in order, of shape (sentences, len(ROLES)).

    `vectors` are the sentences' unit vectors, of shape (sentences, dimensions), by the embedder of that fingerprint.
    """
    if not len(sentences):
        return np.zeros((0, len(ROLES)), dtype=np.float32)
    weights = weights_for(fingerprint)
    features = features_of(sentences, vectors if weights.fingerprint else None, weights.terms)
    scores = features @ weights.features + weights.bias + headed_scores(sentences)
    return marginals(scores, weights)


@cache
def weights_for(fingerprint: str) -> RoleWeights:
    """The weights for an embedder's vectors: its own, or those that read no vectors."""
    with np.load(WEIGHTS) as held:
        own = str(held["fingerprint"]) == fingerprint
        kind = "vectors" if own else "terms"
        parts = {
            name: held[f"{kind}_{name}"].astype(np.float32)
            for name in ("features", "bias", "beginning", "following", "ending")
        }
        terms = {str(term): row for row, term in enumerate(held["terms"])}
    return RoleWeights(fingerprint if own else "", terms, **parts)


def features_of(sentences: Sequence[str], vectors: Matrix | None, terms: dict[str, int]) -> Features:
    """What is known of each sentence, of shape (sentences, features): its place, its terms, its vectors if given."""
    parts = [_places(len(sentences)), SCALE_TERMS * _held_terms(sentences, terms)]
    if vectors is not None:
        around = (_moved(vectors, 1), _moved(vectors, -1), np.broadcast_to(vectors.mean(axis=0), vectors.shape))
        parts += [SCALE_OWN * vectors, *(SCALE_CONTEXT * part for part in around)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def terms_of(sentence: str) -> frozenset[str]:
    """The words of a sentence, their pairs, and the three with which it begins; numbers are "0"."""
    words = ["0" if word[0].isdigit() else word for word in _WORD.findall(sentence.lower())]
    opened = ["^", *words]
    pairs = (" ".join(pair) for pair in pairwise(opened))
    return frozenset([*words, *pairs, " ".join(opened[:3])])


def headed_scores(sentences: Sequence[str]) -> Features:
    """What headings say for each role, of shape (sentences, roles): HEADED or 0; all 0 before the first heading."""
    scores = np.zeros((len(sentences), len(ROLES)), dtype=np.float32)
    current: frozenset[Role] = frozenset()
    for row, sentence in enumerate(sentences):
        current = heading_roles(sentence) or current
        scores[row, [ROLES.index(role) for role in current]] = HEADED
    return scores


def heading_roles(sentence: str) -> frozenset[Role]:
    """The roles that the heading of a sentence names ("METHODS AND RESULTS: …" names two); none without a heading."""
    found = _HEADING.match(sentence)
    if found is None or not _looks_like_heading(found):
        return frozenset()
    parts = [part for part in _PARTS_OF_HEADING.split(found[1].strip()) if part]
    roles = [_roles_named(part) for part in parts]
    return frozenset(role for named in roles for role in named) if all(roles) else frozenset()


def _looks_like_heading(found: re.Match[str]) -> bool:
    """Whether words before a colon, or capitals before a full stop, stand as a heading; "Results." does too."""
    return found[0].rstrip().endswith(":") or found[1].isupper() or found[1].istitle()


def _roles_named(part: str) -> list[Role]:
    words = lexicon("en.roles")
    return [role for role in _HEADED_ROLES if words.pattern(role.value).fullmatch(part)]


def marginals(scores: Features, weights: RoleWeights) -> Probabilities:
    """The probability of each role of each sentence, over all sequences of roles (forward-backward algorithm)."""
    forward, backward = np.zeros_like(scores), np.zeros_like(scores)
    forward[0] = scores[0] + weights.beginning
    backward[-1] = weights.ending
    for row in range(1, len(scores)):
        forward[row] = scores[row] + np.logaddexp.reduce(forward[row - 1][:, np.newaxis] + weights.following, axis=0)
    for row in range(len(scores) - 2, -1, -1):
        backward[row] = np.logaddexp.reduce(weights.following + scores[row + 1] + backward[row + 1], axis=1)
    total = forward + backward
    return np.asarray(np.exp(total - np.logaddexp.reduce(total, axis=1, keepdims=True)), dtype=np.float32)


def _places(count: int) -> Features:
    """Where each of `count` sentences stands, of shape (sentences, 8 + FIFTHS)."""
    place = np.arange(count)
    fifth = np.minimum(place * FIFTHS // max(count - 1, 1), FIFTHS - 1)
    near_ends = [place == 0, place == 1, place == 2, place == count - 1, place == count - 2, place == count - 3]
    lengths = [np.full(count, count <= SHORT), np.full(count, count >= LONG)]
    return np.stack([*near_ends, *lengths, *(fifth == part for part in range(FIFTHS))], axis=1).astype(np.float32)


def _held_terms(sentences: Iterable[str], terms: dict[str, int]) -> Features:
    """1 where a sentence has a term, of shape (sentences, terms)."""
    rows = [[terms[term] for term in terms_of(sentence) if term in terms] for sentence in sentences]
    held = np.zeros((len(rows), len(terms)), dtype=np.float32)
    for row, own in enumerate(rows):
        held[row, own] = 1.0
    return held


def _moved(vectors: Matrix, by: int) -> Matrix:
    """The vectors of the sentences before (by 1) or after (by -1) each; zeros beyond the ends."""
    moved = np.zeros_like(vectors)
    if by > 0:
        moved[by:] = vectors[:-by]
    else:
        moved[:by] = vectors[-by:]
    return moved
