"""An embedder that needs no model and counts its work: words fall into buckets, and the same words on the same spot."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedded, Matrix, Vector
from ingest.passages import Span


class CountingEmbedder:
    """Fills the place of a model where a test is about the index or the pipeline, not about meaning."""

    window = 128
    dimensions = 32
    precision = "float32"

    def __init__(self, model: str = "words-in-buckets") -> None:
        self.model = model
        self.fingerprint = f"{zlib.crc32(model.encode()):064x}"
        self.embedded: list[str] = []

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    @property
    def subword_vectors(self) -> Matrix:
        return np.eye(self.dimensions, dtype=np.float32)

    def subwords_of(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        buckets = ({zlib.crc32(word.encode()) % self.dimensions for word in text.lower().split()} for text in texts)
        return [np.array(sorted(own), dtype=np.int64) for own in buckets]

    def embed_question(self, question: str) -> Vector:
        vector = np.full(self.dimensions, 0.01, dtype=np.float32)
        for word in question.lower().split():
            vector[zlib.crc32(word.encode()) % self.dimensions] += 1
        return vector / np.float32(np.linalg.norm(vector))

    def embed_texts(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        for text, cut in zip(texts, spans, strict=True):
            self.embedded.append(text)
            parts = [self.embed_question(text[start:end]) for start, end in cut]
            yield Embedded(self.embed_question(text), np.stack(parts))
