"""Twenty surveys of 1,825 papers: each cites several papers, which speak of the subject, in a few hundred words."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from surveyed import figures, subjects_of, surveyed

from assistant.answering import Assistant
from assistant.settings import Settings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers

pytestmark = pytest.mark.benchmark

SUBJECTS = 20
LEAST_CITED, LEAST_ON_SUBJECT, MOST_WORDS = 6, 0.9, 700


def test_surveys_of_1825_papers(shared: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    ingest_papers(find_papers(str(shared / "corpora" / "music_papers.jsonl")), tmp_path, embedder)
    index = PaperIndex.open(tmp_path, embedder)
    assistant = Assistant(index, Settings(_env_file=None, llm="extractive"))  # type: ignore[call-arg]
    found = surveyed(assistant, subjects_of(index.corpus(), SUBJECTS, seed=1))
    table = Table("question", "cited", "on the subject", "words")
    for each in found:
        table.add_row(each.question, str(each.cited), str(each.on_subject), str(each.words))
    cited, on_subject, words = figures(found)
    table.add_row("median, share, most", f"{cited:g}", f"{on_subject:.2f}", str(words), style="bold")
    Console().print(table)
    assert (cited >= LEAST_CITED, on_subject >= LEAST_ON_SUBJECT, words < MOST_WORDS) == (True, True, True)
