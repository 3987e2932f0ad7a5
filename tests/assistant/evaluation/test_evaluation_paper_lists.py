"""Libraries that are named by ids: the listed papers come out of the corpora, whole, and what is missing is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.paper_lists import read_paper_lists, records_of, write_library
from ingest.sources import Found, find_papers

PLAIN = {"id": "2501.00001", "title": "Kites", "abstract": "Kites pull.", "authors": ["Ada Ray"], "year": 2025}
CUT = {
    "id": "77",
    "question": "Do kites pull?",
    "contexts": ["Kites were flown.", "They pulled."],
    "labels": ["METHODS", "RESULTS"],
    "long_answer": "Kites pull.",
    "answer": "yes",
    "year": "2001",
    "url": "https://pubmed.ncbi.nlm.nih.gov/77/",
}


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "corpora").mkdir()
    unlisted = PLAIN | {"id": "2501.00002"}
    lines = "".join(f"{json.dumps(record)}\n" for record in (PLAIN, unlisted))
    (tmp_path / "corpora" / "plain.jsonl").write_text(lines, encoding="utf-8")
    with gzip.open(tmp_path / "corpora" / "cut.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(CUT))
    text = """corpora = "corpora"
    [kites]
    corpus = "plain.jsonl"
    asked = ["2501.00001"]
    beside = []
    [medicine]
    corpus = "cut.jsonl.gz"
    asked = []
    beside = ["77"]
    """
    (tmp_path / "papers.toml").write_text(text, encoding="utf-8")
    return tmp_path / "papers.toml"


def test_only_the_listed_papers_are_taken(lists: Path) -> None:
    assert [record["id"] for record in records_of(read_paper_lists(lists))] == ["2501.00001", "77"]


def test_an_abstract_in_parts_becomes_one_with_its_headings(lists: Path) -> None:
    *_, record = records_of(read_paper_lists(lists))
    assert record["title"] == "Do kites pull?"
    assert record["abstract"] == "METHODS: Kites were flown. RESULTS: They pulled. CONCLUSION: Kites pull."
    assert "answer" not in record


def test_the_written_library_is_read_by_ingest(lists: Path, tmp_path: Path) -> None:
    assert write_library(lists, tmp_path / "made" / "papers.jsonl") == 2
    found = [record for record in find_papers(str(tmp_path / "made" / "papers.jsonl")) if isinstance(record, Found)]
    assert [(record.paper.title, record.paper.year) for record in found] == [("Kites", 2025), ("Do kites pull?", 2001)]


def test_a_paper_that_its_corpus_lacks_is_named(lists: Path) -> None:
    lists.write_text(lists.read_text(encoding="utf-8").replace('"77"', '"78"'), encoding="utf-8")
    with pytest.raises(EvaluationError, match="has no paper 78"):
        list(records_of(read_paper_lists(lists)))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must have"),
        ("[kites", "is not TOML"),
        ('[kites]\ncorpus = "plain.jsonl"', r"\[kites\] must have"),
        ('[kites]\ncorpus = "none.jsonl"\nasked = []\nbeside = []', "cannot be read"),
    ],
)
def test_a_broken_list_is_told_in_one_line(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "papers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=complaint) as caught:
        list(records_of(read_paper_lists(path)))
    assert "\n" not in str(caught.value)


def test_a_list_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_paper_lists(tmp_path / "none.toml")
