"""The questions of other sciences keep their own rules: known papers, facts that stand there, two halves apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.evaluation.paper_lists import PaperList, read_paper_lists, records_of
from assistant.evaluation.question_sets import KnownQuestion, read_questions
from ingest.text.latex import plain_text

FIELDS = Path(__file__).resolve().parents[2] / "questions" / "fields"
# Kinds that need the whole library, and so belong to no single paper's half.
WHOLE_LIBRARY = {"list", "aggregate", "survey", "turns", "record"}


@pytest.fixture(scope="module")
def lists() -> tuple[PaperList, ...]:
    return read_paper_lists(FIELDS / "papers.toml")


@pytest.fixture(scope="module")
def texts(lists: tuple[PaperList, ...], shared: Path) -> Mapping[str, str]:
    """What each paper says, with its record, by id."""
    assert shared.is_dir()
    return {record["id"]: _text_of(record) for record in records_of(lists)}


def _text_of(record: Mapping[str, object]) -> str:
    authors = record.get("authors") or ()
    assert isinstance(authors, list | tuple)
    parts = (record["title"], record["abstract"], *authors, record["year"], record["id"], "@article{")
    return plain_text(" ".join(map(str, parts)))


@pytest.fixture(scope="module", params=["dev", "held"])
def half(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def questions(half: str) -> tuple[KnownQuestion, ...]:
    return read_questions(FIELDS / half)


def test_every_paper_that_is_named_stands_in_the_library(
    questions: tuple[KnownQuestion, ...], lists: tuple[PaperList, ...]
) -> None:
    known = frozenset[str]().union(*(paper_list.ids for paper_list in lists))
    assert [q.id for q in questions if not (q.expect.allowed | q.expect.may_cite) <= known] == []


def test_questions_about_single_papers_stay_in_their_half(questions: tuple[KnownQuestion, ...], half: str) -> None:
    single = [question for question in questions if question.kind not in WHOLE_LIBRARY]
    astray = {q.id for q in single for paper in q.expect.cite_all | q.expect.may_cite if half_of(paper) != half}
    assert astray == set()


def half_of(paper: str) -> str:
    return "held" if sum(map(int, filter(str.isdigit, paper))) % 2 else "dev"


def test_every_expected_fact_stands_in_a_paper_that_must_be_cited(
    questions: tuple[KnownQuestion, ...], texts: Mapping[str, str]
) -> None:
    unfounded = [
        (question.id, [pattern.pattern for pattern in group])
        for question in questions
        for group in question.expect.facts
        if question.expect.allowed and not _stands(group, [texts[paper] for paper in question.expect.allowed])
    ]
    assert unfounded == []


def _stands(group: tuple[re.Pattern[str], ...], texts: list[str]) -> bool:
    return any(pattern.search(text) for pattern in group for text in texts)


def test_every_kind_and_field_is_asked_about(
    questions: tuple[KnownQuestion, ...], lists: tuple[PaperList, ...]
) -> None:
    kinds, fields = Counter(q.kind for q in questions), Counter(q.field for q in questions)
    assert len(questions) >= 75 and len(kinds) >= 14
    assert min(fields[paper_list.field] for paper_list in lists) >= 10
