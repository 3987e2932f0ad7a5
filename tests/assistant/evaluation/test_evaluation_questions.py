"""Question sets: read and written, refused in one line; and our own set is sound."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.question_sets import KnownQuestion, read_questions, write_questions

OWN = Path(__file__).resolve().parents[2] / "questions"
CORPUS = Path(__file__).resolve().parents[3] / "ingest" / "corpus" / "music.jsonl"
KINDS = {"fact", "find", "compare", "followup", "list", "unanswerable", "falsepremise", "messy", "injection"}

LINE: dict[str, object] = {
    "id": "list-1",
    "type": "list",
    "turns": ["Which?"],
    "expect": {"cite_all": ["1"], "cite_any": ["2"], "cite_only": True, "facts": [["tw[o0]"]], "count": [1, 2]},
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def with_expectation(**fields: object) -> dict[str, object]:
    return LINE | {"expect": fields}


def test_a_line_is_read_with_its_defaults(tmp_path: Path) -> None:
    (question,) = read_questions(written(tmp_path, LINE))
    assert (question.id, question.group, question.turns) == ("list-1", "list", ("Which?",))
    assert question.expect.allowed == {"1", "2"}
    assert question.expect.facts[0][0].search("TWO")
    assert (question.expect.abstain, question.expect.count) == (False, (1, 2))


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    questions = read_questions(OWN)
    write_questions(tmp_path / "copy.jsonl", questions)
    assert set(read_questions(tmp_path / "copy.jsonl")) == set(questions)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({}, "“turns” is empty"),
        (LINE | {"id": None}, "“id” must be a text"),
        (LINE | {"turns": [1]}, "“turns” must be a list of texts"),
        (LINE | {"expect": 1}, "“expect” must be an object"),
        (with_expectation(facts=[["("]]), "no regular expression"),
        (with_expectation(facts=["a"]), "a group of “facts”"),
        (with_expectation(facts={}), "“facts” must be a list"),
        (with_expectation(abstain="maybe"), "“abstain” must be"),
        (with_expectation(count=[3, 1]), "“count” must be"),
        (with_expectation(cite_all="1"), "“cite_all” must be a list"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: object, words: str) -> None:
    fine = LINE | {"id": "fine"}
    with pytest.raises(EvaluationError, match=f"line 2: {re.escape(words)}|line 2: .*{re.escape(words)}") as caught:
        read_questions(written(tmp_path, fine, line))
    assert "\n" not in str(caught.value)


def test_two_questions_of_one_id_and_an_empty_set_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="line 2: a second question has the id “list-1”"):
        read_questions(written(tmp_path, LINE, LINE))
    with pytest.raises(EvaluationError, match="has no questions"):
        read_questions(written(tmp_path))


def test_the_sample_is_read(sample_questions: Path) -> None:
    assert {question.kind for question in read_questions(sample_questions)} == KINDS


@pytest.fixture(scope="module")
def own() -> tuple[KnownQuestion, ...]:
    return read_questions(OWN)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Title and abstract of each bundled paper by its id."""
    bundled = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    return {paper["arxiv_id"]: f"{paper['title']} {paper['abstract']}" for paper in bundled}


def test_our_own_set_is_large_and_has_every_kind(own: tuple[KnownQuestion, ...]) -> None:
    kinds = Counter(question.kind for question in own)
    assert set(kinds) == KINDS and len(own) >= 160
    assert min(kinds.values()) >= 10
    assert {question.sub for question in own if question.kind == "unanswerable"} == {"domain", "outside"}


def test_our_own_set_asks_about_every_bundled_paper(own: tuple[KnownQuestion, ...], texts: dict[str, str]) -> None:
    asked = Counter(paper for question in own for paper in question.expect.cite_all)
    assert set(asked) == set(texts)
    assert {paper for question in own for paper in question.expect.allowed | question.expect.may_cite} <= set(texts)


def test_every_expected_fact_stands_in_the_papers_to_cite(
    own: tuple[KnownQuestion, ...], texts: dict[str, str]
) -> None:
    for question in own:
        text = " ".join(texts[paper] for paper in question.expect.cite_all)
        groups = (
            question.expect.facts[1:] if question.turns[-1].startswith("How many papers") else question.expect.facts
        )
        for group in groups:
            assert any(pattern.search(text) for pattern in group), (question.id, group)


def test_nothing_is_forbidden_that_the_paper_in_question_says(
    own: tuple[KnownQuestion, ...], texts: dict[str, str]
) -> None:
    for question in own:
        for paper in question.expect.allowed | question.expect.may_cite:
            assert not any(pattern.search(texts[paper]) for pattern in question.expect.must_not), question.id
