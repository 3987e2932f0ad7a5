"""What an embedder is: texts, and the sentences in them, become unit vectors.

Kept apart from the model that does it (`ingest.embedding.sentence_transformer`), whose libraries take seconds to load:
whoever only speaks of vectors need not wait for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.passages import Span

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Embedded:
    """One text's unit vectors: `whole` of shape (dimensions,), `parts` of shape (spans, dimensions)."""

    whole: Vector
    parts: Matrix


class Embedder(Protocol):
    """Turns questions and texts into unit vectors; `fingerprint` changes whenever the vectors would.

    But for `precision`, in which texts are read ("float32", "bfloat16"): vectors of either may be compared.
    """

    model: str
    fingerprint: str
    precision: str
    dimensions: int
    window: int

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens a text takes, special ones not counted."""
        ...

    @property
    def subword_vectors(self) -> Matrix:
        """Of every word piece of the model the unit vector with which it begins to read; none where it has no such."""
        ...

    def subwords_of(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The telling word pieces in each text, each once: rows of `subword_vectors`, without stop words and signs."""
        ...

    def embed_question(self, question: str) -> Vector:
        """The question's unit vector, of shape (dimensions,)."""
        ...

    def embed_texts(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Each text's vector and one vector for each of its spans (start, end), in order."""
        ...
