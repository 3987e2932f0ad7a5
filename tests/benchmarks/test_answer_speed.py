"""How long an answer takes, beside the one thing that no answer can do without: encoding the question."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import pytest
from rich.console import Console
from rich.table import Table

from assistant.answering import Assistant
from assistant.settings import Settings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers

pytestmark = pytest.mark.benchmark

QUESTIONS = Path(__file__).parents[1] / "questions"
ROUNDS = 3
# As multiples of the time that encoding the question takes, on 41 and on 1,825 papers.
MOST_ON_FEW, MOST_ON_MANY = 5, 8


def first_turns() -> list[str]:
    """What our own conversations open with, each question once."""
    lines = [line for file in sorted(QUESTIONS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(json.loads(line)["turns"][0] for line in lines))


def milliseconds(work: Callable[[str], object], questions: Sequence[str]) -> float:
    """The median over the questions."""
    times = []
    for question in questions:
        began = time.perf_counter()
        work(question)
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def multiple(index: PaperIndex, title: str) -> float:
    """How many times as long as its encoding a question's answer takes, interleaved; a table is printed."""
    questions = first_turns()
    encoding, answering = [], []
    for _ in range(ROUNDS):
        assistant = Assistant(index, Settings(_env_file=None, llm="extractive"))  # type: ignore[call-arg]
        assistant.ask("What is this?")  # what is read once, at the first question, is not an answer's cost
        encoding.append(milliseconds(index.embedder.embed_question, questions))
        answering.append(milliseconds(assistant.ask, questions))
    times = median(answering) / median(encoding)
    table = Table("what", "median, ms", title=f"{title}, {len(questions)} questions, medians of {ROUNDS} runs")
    table.add_row("encoding the question", f"{median(encoding):.1f}")
    table.add_row("the complete answer", f"{median(answering):.1f}")
    table.add_row("times", f"{times:.2f}", style="bold")
    Console().print(table)
    return times


def test_an_answer_from_41_papers(index: PaperIndex) -> None:
    assert multiple(index, "41 papers") <= MOST_ON_FEW


def test_an_answer_from_1825_papers(embedder: SentenceTransformerEmbedder, shared: Path, tmp_path: Path) -> None:
    ingest_papers(find_papers(str(shared / "corpora" / "music_papers.jsonl")), tmp_path, embedder)
    assert multiple(PaperIndex.open(tmp_path, embedder), "1,825 papers") <= MOST_ON_MANY
