"""Answers as records, and the questions of a batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answers import Absence, Answer, Citation, Claim, Details, Support
from assistant.errors import EvaluationError
from assistant.export.records import BatchQuestion, answer_record, full_record, read_batch
from ingest.papers import Paper

PAPER = Paper("2305.15719", "Efficient Neural Music Generation", "MeLoDy is fast. It is a diffusion model.")
CITATION = Citation(1, PAPER, "MeLoDy is fast.", 0, 15)
ANSWER = Answer("It is fast [1].", (CITATION,), claims=(Claim("It is fast.", (1,), Support.SUPPORTED),))


def test_a_record_has_text_citations_and_whether_it_abstained() -> None:
    assert answer_record(ANSWER) == {
        "text": "It is fast [1].",
        "abstained": False,
        "citations": [
            {
                "number": 1,
                "paper_id": "2305.15719",
                "title": "Efficient Neural Music Generation",
                "quote": "MeLoDy is fast.",
                "start": 0,
                "end": 15,
            }
        ],
    }


def test_a_full_record_says_how_the_answer_came_about() -> None:
    record = full_record(
        "Fast?", Answer("No.", abstained=True, absence=Absence.NOT_STATED, details=Details(backend="b"))
    )
    assert (record["question"], record["absence"], record["backend"]) == ("Fast?", "not stated", "b")
    assert json.loads(json.dumps(full_record("Fast?", ANSWER)))["claims"][0]["support"] == "supported"


def read(text: str, folder: Path) -> list[BatchQuestion]:
    path = folder / "q.jsonl"
    path.write_text(text, encoding="utf-8")
    return list(read_batch(path))


def test_questions_are_read_a_line_each(tmp_path: Path) -> None:
    assert read('{"id": 1, "turns": ["a", "b"], "more": 2}\n\n{"id": "x", "turns": ["c"]}', tmp_path) == [
        BatchQuestion("1", ("a", "b")),
        BatchQuestion("x", ("c",)),
    ]


@pytest.mark.parametrize("line", ["{", "[]", "1", "null", '{"id": 1}', '{"id": 1, "turns": "a"}', '{"turns": ["a"]}'])
def test_a_line_that_is_no_conversation_is_named(line: str, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"q\.jsonl, line 2"):
        read(f'{{"id": 1, "turns": ["a"]}}\n{line}\n', tmp_path)


def test_a_file_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="holds no question"):
        read("\n \n", tmp_path)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationError, match="not UTF-8"):
        list(read_batch(path))
