"""Kinds of questions that researchers ask and that assistants get wrong, over invented papers of many fields.

asked.jsonl has the questions in the format of tests/questions/README.md; `sub` names the kind of case. An answer must
be right and cite no paper that has no place in it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.evaluation.answer_metrics import converse
from assistant.evaluation.question_sets import KnownQuestion, read_questions
from assistant.evaluation.scoring import score_answer
from ingest.identifiers import title_key

ASKED = read_questions(Path(__file__).parent / "asked.jsonl")
LIBRARY = Path(__file__).parent / "library.jsonl"

# The questions know each paper by the id that its file gives it, of which the library keeps a better one where it can.
IDS = {title_key(record["title"]): record["id"] for record in map(json.loads, LIBRARY.read_text("utf-8").splitlines())}

# Known to be wrong today. Whoever mends one takes it off the list.
PENDING = frozenset({"follow-up-about-the-authors-06", "abbreviations-split-sentences-03"})


@pytest.mark.parametrize("question", ASKED, ids=[question.id for question in ASKED])
def test_what_researchers_ask_is_answered_right(
    question: KnownQuestion, over_cases: Assistant, request: pytest.FixtureRequest
) -> None:
    if question.id in PENDING:
        request.applymarker(pytest.mark.xfail(reason="known to be wrong today", strict=True))
    answer, _ = converse(question, over_cases)
    score = score_answer(question, answer, IDS)
    assert score.passed and score.clean and not score.dangling, f"{sorted(score.cited)}: {answer.text}"
