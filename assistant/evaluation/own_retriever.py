"""Our own retrieval, put to a benchmark: its papers go through the real pipeline into a real index that is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from assistant.evaluation.benchmark import read_benchmark
from assistant.evaluation.retrieval_metrics import RetrievalReport
from assistant.evaluation.retrieval_metrics import evaluate_retrieval as measured
from assistant.retrieval.hybrid import Retriever
from ingest.embedding.base import Embedder
from ingest.index.current_manifest import SCHEME
from ingest.index.paper_index import PaperIndex
from ingest.index.records import paper_to_json
from ingest.papers import Paper
from ingest.pipeline import Progress, index_exactly

# Enough of the hash to tell any two benchmarks apart, and short enough to read.
_DIGITS = 16


class OurRanker:
    """The retriever that answers use, as a benchmark's `Ranker`."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def rank(self, query: str, limit: int) -> Sequence[tuple[str, float]]:
        """At most `limit` (paper id, score) pairs, best first."""
        return [(item.paper.id, item.score) for item in self._retriever.rank(query, limit=limit)]


def evaluate_retrieval(
    folder: Path, embedder: Embedder, cache: Path, progress: Progress | None = None
) -> RetrievalReport:
    """How well our retrieval finds the papers of a benchmark (a folder in BEIR's layout).

    Its index is kept below `cache`, by content and model: the second run embeds the queries alone. A run that was
    broken off goes on where it was. Raises EvaluationError for a folder that is no benchmark, IndexStoreError for a
    cache that cannot be used.
    """
    benchmark = read_benchmark(folder)
    papers = [_with_text(paper) for paper in benchmark.papers]
    kept = cache / f"{benchmark.name}-{_digest(papers, embedder)}"
    index_exactly(papers, kept, embedder, progress)
    with closing(PaperIndex.open(kept, embedder)) as index:
        return measured(benchmark, OurRanker(Retriever(index)))


def _with_text(paper: Paper) -> Paper:
    """The paper with something to embed: benchmarks have records without a text, and even without a title."""
    return paper if paper.abstract.strip() else replace(paper, abstract=paper.title.strip() or paper.id)


def _digest(papers: Sequence[Paper], embedder: Embedder) -> str:
    """Changes whenever the index would."""
    digest = hashlib.sha256(f"{embedder.fingerprint} {SCHEME}".encode())
    for paper in papers:
        digest.update(paper_to_json(paper).encode())
    return digest.hexdigest()[:_DIGITS]
