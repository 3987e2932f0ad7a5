"""Benchmarks: read as they are published, refused in one line where a file is missing or broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.benchmark import Benchmark, read_benchmark

CORPUS = '{"_id": "p1", "title": "Zinc", "text": "Zinc ions."}\n{"_id": "p2", "title": "", "text": "Copper."}\n'
QUERIES = '{"_id": "1", "text": "zinc"}\n{"_id": "2", "text": "never judged"}\n'
JUDGMENTS = "query-id\tcorpus-id\tscore\n1\tp1\t1\n1\tp2\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text(QUERIES, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(JUDGMENTS, encoding="utf-8")
    return tmp_path


def test_a_folder_is_read_with_the_judged_queries_alone(folder: Path) -> None:
    benchmark = read_benchmark(folder)
    assert [(paper.id, paper.title, paper.abstract) for paper in benchmark.papers] == [
        ("p1", "Zinc", "Zinc ions."),
        ("p2", "", "Copper."),
    ]
    assert [query.text for query in benchmark.queries] == ["zinc"]
    assert benchmark.judgments == {"1": {"p1": 1, "p2": 0}}


def test_judgments_may_lie_where_beir_puts_them(folder: Path) -> None:
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    assert isinstance(read_benchmark(folder), Benchmark)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("corpus.jsonl", None, "corpus.jsonl cannot be read: No such file"),
        ("queries.jsonl", None, "queries.jsonl cannot be read: No such file"),
        ("qrels.tsv", None, "has no qrels.tsv"),
        ("corpus.jsonl", "", "has no papers"),
        ("corpus.jsonl", CORPUS + "{broken\n", "corpus.jsonl, line 3: not JSON"),
        ("corpus.jsonl", '{"_id": 7, "text": "x"}\n', "line 1: “_id” must be a text"),
        ("corpus.jsonl", CORPUS + CORPUS, "two papers have the id “p1”"),
        ("queries.jsonl", "[1]\n", "line 1: not a JSON object"),
        ("qrels.tsv", "1\tp1\t1\n", "must begin with"),
        ("qrels.tsv", JUDGMENTS + "1\tp2\tyes\n", "line 4: not a query id"),
        ("qrels.tsv", JUDGMENTS + "9\tp1\t1\n", "the query “9”, which"),
        ("qrels.tsv", JUDGMENTS.replace("\tp", "\tother"), "do the files belong together"),
        ("qrels.tsv", "\xff", "must begin with"),
    ],
)
def test_what_is_missing_or_broken_is_told_in_one_line(
    folder: Path, name: str, content: str | None, words: str
) -> None:
    (folder / name).unlink() if content is None else (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=words) as caught:
        read_benchmark(folder)
    assert "\n" not in str(caught.value)


def test_a_binary_file_or_no_folder_is_refused(folder: Path) -> None:
    (folder / "corpus.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match="not UTF-8"):
        read_benchmark(folder)
    with pytest.raises(EvaluationError, match="is no folder"):
        read_benchmark(folder / "nowhere")


def test_the_public_benchmark_is_read(scifact: Path) -> None:
    benchmark = read_benchmark(scifact)
    assert (benchmark.name, len(benchmark.papers), len(benchmark.queries)) == ("scifact", 5183, 300)
