"""What is known of each sentence of an abstract that is held against a question, as numbers for the learned weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.question_types import QUESTION_TYPES, type_vector
from ingest.embedding.base import Matrix
from ingest.extraction.roles import ROLES
from ingest.lexicon import lexicon
from ingest.text.quantities import quantities_in

Features = NDArray[np.float32]
Scores = NDArray[np.float32]

WEIGHTS = Path(__file__).with_name("selection.json")

# The name of the constant among the weights.
BIAS = "bias"
# Each view of a sentence counts as it is, by how it stands out in its abstract, and by those of its neighbours.
_VIEWS = ("meaning", "words", "ngrams")
FEATURES = (
    *(f"{view}{kind}" for view in _VIEWS for kind in ("", " apart", " before", " behind")),
    "first", "last", "long",
    "number asked and there", "reason asked and given",
    *ROLES,
    *(f"{asked} {role}" for asked in QUESTION_TYPES for role in ROLES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Views:
    """How near each sentence of one abstract is to a question: each of shape (sentences,).

    `meaning` is a cosine; `words` and `ngrams` are the shares (0 to 1) of the question's rare words and of its
    character n-grams that a sentence has.
    """

    meaning: Scores
    words: Scores
    ngrams: Scores


@cache
def selection_weights() -> tuple[NDArray[np.float32], float]:
    """The learned weight of each feature, of shape (len(FEATURES),), and what is added to every sum."""
    held = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return np.array([held.get(name, 0.0) for name in FEATURES], dtype=np.float32), float(held[BIAS])


def learned_scores(question: str, sentences: tuple[str, ...], views: Views, roles: Matrix | None) -> Scores:
    """How well each sentence of one abstract answers a question, of shape (sentences,); about -0.2 to 1."""
    weights, bias = selection_weights()
    return np.asarray(features_of(question, sentences, views, roles) @ weights + bias, dtype=np.float32)


def features_of(question: str, sentences: tuple[str, ...], views: Views, roles: Matrix | None) -> Features:
    """The features of the sentences of one abstract, of shape (sentences, len(FEATURES)), in the order of FEATURES."""
    count = len(sentences)
    held = np.zeros((count, len(ROLES)), dtype=np.float32) if roles is None else roles
    asked = type_vector(question)
    near = [column for name in _VIEWS for column in _seen(getattr(views, name))]
    by_type = (asked[np.newaxis, :, np.newaxis] * held[:, np.newaxis, :]).reshape(count, -1)
    return np.column_stack([*near, *_places(sentences), *_kinds(question, sentences), held, by_type])


def _seen(scores: Scores) -> list[Scores]:
    """A view as it is, less the abstract's mean, and those of the sentences before and behind (0 beyond the ends)."""
    return [scores, scores - scores.mean(), np.r_[0.0, scores[:-1]], np.r_[scores[1:], 0.0]]


def _places(sentences: tuple[str, ...]) -> list[Scores]:
    place = np.arange(len(sentences))
    lengths = np.array([np.log1p(len(sentence.split())) for sentence in sentences])
    return [(place == 0) * 1.0, (place == len(sentences) - 1) * 1.0, lengths / 4.0]


def _kinds(question: str, sentences: tuple[str, ...]) -> list[Scores]:
    """1 where a sentence has a number, or gives a reason, and the question asks for that."""
    words = lexicon("en.asked")
    number, reason = (bool(words.pattern(name).search(question)) for name in ("number", "reason"))
    gives = words.pattern("says_reason")
    return [
        np.array([number and bool(quantities_in(sentence)) for sentence in sentences], dtype=np.float32),
        np.array([reason and bool(gives.search(sentence)) for sentence in sentences], dtype=np.float32),
    ]
