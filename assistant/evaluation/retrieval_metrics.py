"""How well a ranker finds the right papers, by the measures that everybody publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.table import Table

from assistant.errors import EvaluationError
from assistant.evaluation.benchmark import Benchmark, Query

try:
    from ir_measures import RR, R, calc_aggregate, nDCG
except ImportError as error:
    raise EvaluationError('measuring retrieval needs a further package: pip install "footnote[eval]"') from error

# The deepest measure looks at this many papers of each ranking.
DEPTH = 100

_NDCG, _RECALL, _RECIPROCAL_RANK = nDCG @ 10, R @ DEPTH, RR @ 10

Rankings = Mapping[str, Mapping[str, float]]
"""Query id to paper id to score; higher is better."""


class Ranker(Protocol):
    """Whatever puts a benchmark's papers in order for a query."""

    def rank(self, query: str, limit: int) -> Sequence[tuple[str, float]]:
        """At most `limit` (paper id, score) pairs, best first."""
        ...


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Means over the judged queries, each between 0 and 1, and over how much they were taken."""

    ndcg_at_10: float
    recall_at_100: float
    mrr_at_10: float
    queries: int
    documents: int

    def as_dict(self) -> dict[str, float]:
        """The figures under the names that they are published by."""
        return {
            "ndcg@10": self.ndcg_at_10,
            "recall@100": self.recall_at_100,
            "mrr@10": self.mrr_at_10,
            "queries": self.queries,
            "documents": self.documents,
        }

    def table(self, title: str = "Retrieval") -> Table:
        """The figures for a terminal."""
        table = Table("measure", title=title)
        table.add_column("value", justify="right")
        for name, value in self.as_dict().items():
            table.add_row(name, f"{value:.3f}" if isinstance(value, float) else f"{value:,}")
        return table


def evaluate_retrieval(
    benchmark: Benchmark, ranker: Ranker, advance: Callable[[Query], object] | None = None
) -> RetrievalReport:
    """Put every query of a benchmark to a ranker and measure; `advance` is called after each query."""
    rankings: dict[str, Mapping[str, float]] = {}
    for query in benchmark.queries:
        rankings[query.id] = _by_place(ranker.rank(query.text, DEPTH))
        if advance:
            advance(query)
    return measure_retrieval(benchmark.judgments, rankings, len(benchmark.papers))


def measure_retrieval(
    judgments: Mapping[str, Mapping[str, int]], rankings: Rankings, documents: int
) -> RetrievalReport:
    """The measures of given rankings; a judged query that has no ranking counts as found nothing."""
    figures = calc_aggregate([_NDCG, _RECALL, _RECIPROCAL_RANK], judgments, rankings)
    return RetrievalReport(
        ndcg_at_10=float(figures[_NDCG]),
        recall_at_100=float(figures[_RECALL]),
        mrr_at_10=float(figures[_RECIPROCAL_RANK]),
        queries=len(judgments),
        documents=documents,
    )


def _by_place(ranking: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Scores that fall with the place: equal ones would be put in order by their ids, not as the ranker did."""
    return {paper: float(DEPTH - place) for place, (paper, _) in enumerate(ranking[:DEPTH])}
