"""A question set made from papers: the same every time, findable, and with nothing given away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.benchmark import read_benchmark
from assistant.evaluation.known_items import BLANK, ItemKind, KnownItem, make_known_items, write_known_items
from assistant.evaluation.question_sets import read_questions
from ingest.extraction.names import names_of
from ingest.papers import Paper

CORPUS = Path(__file__).resolve().parents[3] / "ingest" / "corpus" / "music.jsonl"
PAPERS = tuple(
    Paper(id=record["arxiv_id"], title=record["title"], abstract=record["abstract"])
    for record in map(json.loads, CORPUS.read_text(encoding="utf-8").splitlines())
)
NAMES = {paper.id: [name.text for name in names_of(paper) if name.introduced] for paper in PAPERS}


@pytest.fixture(scope="module")
def items() -> tuple[KnownItem, ...]:
    return make_known_items(PAPERS, NAMES)


def test_every_kind_is_there(items: tuple[KnownItem, ...]) -> None:
    assert {item.kind for item in items} == set(ItemKind)
    assert KnownItem(ItemKind.NAME, "2305.15719", "What is MeLoDy?", "MeLoDy") in items


def test_the_same_seed_gives_the_same_questions_and_another_gives_others(items: tuple[KnownItem, ...]) -> None:
    assert make_known_items(PAPERS, NAMES) == items
    assert make_known_items(PAPERS, NAMES, seed=1) != items


def test_a_limit_takes_some_of_each_kind() -> None:
    few = make_known_items(PAPERS, NAMES, limit=6)
    assert sorted(item.kind for item in few) == sorted([*ItemKind, *ItemKind])


def test_figures_are_left_out_of_their_sentences(items: tuple[KnownItem, ...]) -> None:
    abstracts = {paper.id: paper.abstract for paper in PAPERS}
    for item in items:
        if item.kind is ItemKind.FIGURE:
            assert item.text.count(BLANK) == 1
            assert item.text.replace(BLANK, item.missing) in abstracts[item.paper_id]


def test_what_two_papers_share_makes_no_question() -> None:
    twins = [Paper(id=name, title="One title", abstract="It is called Zed.") for name in "ab"]
    with pytest.raises(EvaluationError, match="give no questions"):
        make_known_items(twins, {"a": ["Zed"], "b": ["ZED"]})


def test_the_folder_is_a_benchmark_without_titles_and_a_question_set(
    items: tuple[KnownItem, ...], tmp_path: Path
) -> None:
    write_known_items(tmp_path / "mine", PAPERS, items)
    benchmark = read_benchmark(tmp_path / "mine")
    assert (len(benchmark.papers), len(benchmark.queries)) == (len(PAPERS), len(items))
    assert not any(paper.title for paper in benchmark.papers)
    questions = read_questions(tmp_path / "mine" / "questions.jsonl")
    assert [query.id for query in benchmark.queries] == [question.id for question in questions]
    assert {question.group for question in questions} == {"find:title", "fact:name", "fact:figure"}


def test_a_folder_that_cannot_be_written_is_told(items: tuple[KnownItem, ...], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_known_items(tmp_path / "taken", PAPERS, items)
