"""What our own steps add before a capable model's first word, beside the bare server, which answers at once.

Each round asks the server by itself, then the assistant, then each step alone, so that a busy machine slows all alike;
the table has medians, and each step as a multiple of encoding the question, which no answer can do without. An index
of 10,000 papers is made once where FOOTNOTE_BENCHMARK_INDEX names a folder, and found there the next time.
"""

from __future__ import annotations

import gzip
import itertools
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median

import httpx
import pytest
from rich.console import Console
from rich.table import Table

from assistant.answering import Assistant
from assistant.answers import Intent
from assistant.backends.base import Brief
from assistant.filters import Filters
from assistant.generation.reading import evidence_for
from assistant.prompts import approximate_tokens, messages_for
from assistant.settings import Settings
from assistant.verification.attribution import attributed
from assistant.verification.claims import ClaimVerifier
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers

sys.path.insert(0, str(Path(__file__).parents[1] / "llm"))
from loopback import settings_for
from wire.dialects import OPENAI
from wire.server import Heard, Reply, serving

pytestmark = pytest.mark.benchmark

WINDOW = 32_768
QUESTIONS = (
    "What is MeLoDy?",
    "How is music generated from video?",
    "Which loss makes training more stable?",
    "How do diffusion models compare with autoregressive ones?",
    "What does a survey of large language models say about evaluation?",
    "Why do datasets with captions help?",
    "How many hours of audio are in the training data?",
)
GOALS = {"41 papers": 1.5, "10,000 papers": 2.0}
"""Seconds to the first word, told in the table and not asserted: machines differ. What is asserted is a multiple."""

MOST_TIMES = 60
"""Encodings of the question that may pass before the first word, on any of these libraries."""

Timings = dict[str, list[float]]


def at_once(heard: Heard) -> Reply:
    """A sentence of the first passage with its number, word by word, without a pause."""
    said = re.search(r"\[1\] .*\n(.+?[.!?])(?:\s|$)", heard.body["messages"][-1]["content"])
    return OPENAI.stream(re.findall(r"\S+\s*", f"{said[1] if said else 'Nothing.'} [1]"))


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def first_word_of_server(address: str, messages: list[dict[str, str]]) -> float:
    began, first = time.perf_counter(), 0.0
    asked = {"model": OPENAI.model, "messages": messages, "stream": True}
    with httpx.stream("POST", f"{address}/chat/completions", json=asked, trust_env=False) as answer:
        for line in answer.iter_lines():
            if not first and line.startswith("data: {") and '"content": "' in line and '"content": ""' not in line:
                first = time.perf_counter() - began
    return first


def first_word(assistant: Assistant, question: str, found: Timings) -> None:
    """From the question to its first word and to its end; nothing of this question is remembered yet."""
    began, first = time.perf_counter(), 0.0
    for answer in assistant.stream(question):
        first = first or (time.perf_counter() - began) * bool(answer.text)
    found["first word"].append(first)
    found["complete answer"].append(time.perf_counter() - began)


def steps(assistant: Assistant, question: str, address: str, found: Timings) -> None:
    """Each step by itself, in turn; what is planned has its question encoded, as an answer has."""
    rooms, retriever = assistant._rooms(), assistant._retriever
    found["encoding the question"].append(seconds(lambda: assistant.index.embedder.embed_question(question)))
    found["reading the question"].append(seconds(lambda: rooms.reader.read(question)))
    read = rooms.reader.read(question)
    found["planning by the rules"].append(seconds(lambda: rooms.composer.plan(read)))
    plan = rooms.composer.plan(read)
    found["choosing what is read"].append(seconds(lambda: evidence_for(plan, retriever, Filters())))
    evidence = evidence_for(plan, retriever, Filters())
    brief = Brief(question, Intent.FACT, evidence, thorough=True)
    found["writing the prompt"].append(seconds(lambda: messages_for(brief, WINDOW, approximate_tokens)))
    messages = [
        {"role": m.role.value, "content": m.text} for m in messages_for(brief, WINDOW, approximate_tokens).messages
    ]
    found["the server by itself"].append(first_word_of_server(address, messages))
    verifier = ClaimVerifier(retriever.embed_all)
    sentence = f"{evidence[0].passage.text.split('. ')[0]} [1]."
    found["verifying a sentence"].append(seconds(lambda: attributed(sentence, evidence, verifier)))


def measured(index: PaperIndex, title: str) -> float:
    """The first word as a multiple of encoding the question; the table is printed."""
    found: Timings = defaultdict(list)
    with serving(at_once) as diary:
        address = f"{diary.address}{OPENAI.path}"
        settings: Settings = settings_for(OPENAI, diary.address, llm_strength="capable", llm_window=WINDOW)
        whole, apart = Assistant(index, settings), Assistant(index, settings)
        for assistant in (whole, apart):  # what is loaded once is no answer's cost
            assistant.ask("What is this?")
        for question in QUESTIONS:
            first_word(whole, question, found)
            steps(apart, question, address, found)
    unit = median(found["encoding the question"])
    table = Table("step", "median, s", "× encoding", title=f"{title}, {len(QUESTIONS)} questions")
    for name, times in found.items():
        table.add_row(name, f"{median(times):.3f}", f"{median(times) / unit:.1f}")
    Console().print(table, f"first word: wanted within {GOALS[title]:g} s, least {min(found['first word']):.2f} s")
    return median(found["first word"]) / unit


def test_the_first_word_from_41_papers(index: PaperIndex) -> None:
    assert measured(index, "41 papers") <= MOST_TIMES


def test_the_first_word_from_10_000_papers(embedder: SentenceTransformerEmbedder, shared: Path, tmp_path: Path) -> None:

    folder = Path(os.environ.get("FOOTNOTE_BENCHMARK_INDEX", tmp_path / "index"))
    if not folder.exists():
        papers = tmp_path / "papers.jsonl"
        with gzip.open(shared / "corpora" / "arxiv_recent.jsonl.gz", "rt", encoding="utf-8") as corpus:
            papers.write_text("".join(itertools.islice(corpus, 10_000)), encoding="utf-8")
        ingest_papers(find_papers(str(papers)), folder, embedder)
    assert measured(PaperIndex.open(folder, embedder), "10,000 papers") <= MOST_TIMES
