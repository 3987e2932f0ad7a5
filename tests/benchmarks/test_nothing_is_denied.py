"""Two hundred questions over three fields whose truthful answer is not "none": no answer denies it."""

from __future__ import annotations

import gzip
import json
from itertools import islice
from pathlib import Path

import pytest
from undenied import denies, questions

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.settings import Settings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.papers import Fields, Paper, paper_from
from ingest.pipeline import index_exactly

pytestmark = pytest.mark.benchmark

PAPERS_OF_EACH = 250
QUESTIONS = 200


def papers_of(shared: Path) -> list[Paper]:
    """Papers of computer science, of music and of medicine."""
    with gzip.open(shared / "corpora/arxiv_recent.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, 5000, 5000 + PAPERS_OF_EACH)]
    music = (shared / "corpora/music_papers.jsonl").read_text(encoding="utf-8").splitlines()
    records += [json.loads(line) for line in music[:PAPERS_OF_EACH]]
    papers = [
        paper_from(
            Fields(
                id=r["id"], title=r["title"], abstract=r["abstract"], authors=tuple(r["authors"]), year=str(r["year"])
            )
        )
        for r in records
    ]
    with gzip.open(shared / "corpora/pubmedqa.jsonl.gz", "rt", encoding="utf-8") as lines:
        medical = [json.loads(line) for line in islice(lines, PAPERS_OF_EACH)]
    return papers + [
        paper_from(Fields(id=f"pubmed-{r['id']}", title=r["question"], abstract=" ".join(r["contexts"])))
        for r in medical
    ]


def test_no_answer_denies_what_is_there(shared: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    papers = papers_of(shared)
    index_exactly(papers, tmp_path, embedder)
    settings = Settings(_env_file=None, llm="extractive")  # type: ignore[call-arg]
    index = PaperIndex.open(tmp_path, embedder)
    assistant = Assistant(index, settings, ExtractiveBackend())
    asked = questions(papers, QUESTIONS, seed=1)
    denied = [question for question in asked if denies(assistant.ask(question).text)]
    assert denied == []
