"""The published measures, held against numbers that were worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import pytest
from rich.console import Console

from assistant.evaluation.benchmark import Benchmark, Query
from assistant.evaluation.retrieval_metrics import evaluate_retrieval, measure_retrieval
from ingest.papers import Paper

JUDGMENTS = {"a": {"p1": 1, "p2": 1}, "b": {"p3": 2, "p4": 1}, "c": {"p5": 1}}


def test_measures_agree_with_a_calculation_by_hand() -> None:
    rankings = {
        "a": {"p9": 0.9, "p1": 0.8, "p2": 0.7},  # relevant at ranks 2 and 3
        "b": {"p4": 0.9, "p3": 0.1},  # both found, the better one second
    }  # and nothing at all for c
    report = measure_retrieval(JUDGMENTS, rankings, documents=9)
    ndcg_a = (1 / log2(3) + 1 / log2(4)) / (1 / log2(2) + 1 / log2(3))
    ndcg_b = (1 / log2(2) + 2 / log2(3)) / (2 / log2(2) + 1 / log2(3))
    assert report.ndcg_at_10 == pytest.approx((ndcg_a + ndcg_b + 0) / 3)
    assert report.recall_at_100 == pytest.approx((1 + 1 + 0) / 3)
    assert report.mrr_at_10 == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_the_report_has_the_published_names() -> None:
    report = measure_retrieval(JUDGMENTS, {"c": {"p5": 1.0}}, documents=9)
    assert report.as_dict() == {
        "ndcg@10": pytest.approx(1 / 3),
        "recall@100": pytest.approx(1 / 3),
        "mrr@10": pytest.approx(1 / 3),
        "queries": 3,
        "documents": 9,
    }
    console = Console(width=60)
    with console.capture() as shown:
        console.print(report.table())
    assert "ndcg@10" in shown.get() and "0.333" in shown.get()


@dataclass
class Shuffled:
    """Finds whatever it is told to, all with the same score."""

    order: Sequence[str]

    def rank(self, query: str, limit: int) -> Sequence[tuple[str, float]]:
        return [(paper, 1.0) for paper in self.order][:limit]


@pytest.mark.parametrize(("order", "expected"), [(["a", "b", "c"], 1.0), (["b", "c", "a"], 1 / 3)])
def test_equal_scores_keep_the_rankers_order(order: list[str], expected: float) -> None:
    papers = tuple(Paper(id=name, title=name, abstract=name) for name in "abc")
    benchmark = Benchmark("three", papers, (Query("1", "which"),), {"1": {"a": 1}})
    assert evaluate_retrieval(benchmark, Shuffled(order)).mrr_at_10 == pytest.approx(expected)


def test_each_query_is_reported_as_it_is_done() -> None:
    benchmark = Benchmark("one", (Paper("a", "a", "a"),), (Query("1", "x"), Query("2", "y")), {"1": {"a": 1}})
    done: list[str] = []
    evaluate_retrieval(benchmark, Shuffled("a"), lambda query: done.append(query.id))
    assert done == ["1", "2"]
