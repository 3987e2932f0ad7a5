"""Our retriever, put to a benchmark made here: every record counts, and the second run embeds nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.evaluation.own_retriever import evaluate_retrieval
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

CORPUS = (
    {"_id": "a:1", "title": "Editorial", "text": "Beat tracking finds the pulse of a recording."},
    {"_id": "b", "title": "Editorial", "text": "Source separation takes the voice out of a mix."},
    {"_id": "c", "title": "", "text": "Transcription writes down which piano keys were struck."},
    {"_id": "d", "title": "Lyrics alignment places each word of a song in time", "text": " "},
)
QUERIES = {
    "1": ("pulse", "a:1"),
    "2": ("separating a singing voice", "b"),
    "3": ("notes of a piano", "c"),
    "4": ("words of songs", "d"),
}


class Watched:
    """A progress that remembers how many papers there were to embed."""

    def __init__(self) -> None:
        self.totals: list[int] = []

    def start(self, total: int) -> None:
        self.totals.append(total)

    def advance(self, count: int) -> None:
        """Not looked at."""


@pytest.fixture
def benchmark_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text("".join(json.dumps(record) + "\n" for record in CORPUS))
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": key, "text": text}) + "\n" for key, (text, _) in QUERIES.items())
    )
    (folder / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + "".join(f"{key}\t{paper}\t1\n" for key, (_, paper) in QUERIES.items())
    )
    return folder


def test_every_record_is_found_and_embedded_once(
    benchmark_folder: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    watched = Watched()
    reports = [evaluate_retrieval(benchmark_folder, embedder, tmp_path / "cache", watched) for _ in range(2)]
    assert reports[0] == reports[1]
    assert (reports[0].ndcg_at_10, reports[0].recall_at_100, reports[0].documents) == (1.0, 1.0, len(CORPUS))
    assert watched.totals == [len(CORPUS), 0]


def test_other_words_are_another_index(
    benchmark_folder: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    watched = Watched()
    evaluate_retrieval(benchmark_folder, embedder, tmp_path / "cache", watched)
    corpus = benchmark_folder / "corpus.jsonl"
    corpus.write_text(corpus.read_text().replace("pulse", "metre"))
    evaluate_retrieval(benchmark_folder, embedder, tmp_path / "cache", watched)
    assert watched.totals == [len(CORPUS), len(CORPUS)]
