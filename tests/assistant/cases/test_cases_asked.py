"""Kinds of questions that researchers ask and that assistants get wrong, over invented papers of many fields.

asked.jsonl has the questions in the format of tests/questions/README.md; `sub` names the kind of case. An answer must
be right and cite no paper that has no place in it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.evaluation.answer_metrics import converse
from assistant.evaluation.question_sets import KnownQuestion, read_questions
from assistant.evaluation.scoring import score_answer

ASKED = read_questions(Path(__file__).parent / "asked.jsonl")

# Known to be wrong today. Whoever mends one takes it off the list.
PENDING = frozenset(
    """
    who-wrote-it-02 author-name-inside-another-01 most-recent-and-oldest-03 most-recent-and-oldest-04
    follow-up-about-the-authors-06 cite-as-bibtex-02 cite-as-bibtex-03 odd-questions-03
    abbreviations-split-sentences-03 limitations-and-comparisons-03 guards-fire-in-other-fields-01
    guards-fire-in-other-fields-02 acronyms-03 acronyms-04 years-in-plain-words-03 years-in-plain-words-04
    question-after-a-pasted-paragraph-01 question-after-a-pasted-paragraph-02 retracted-01 retracted-02
    """.split()
)


@pytest.mark.parametrize("question", ASKED, ids=[question.id for question in ASKED])
def test_what_researchers_ask_is_answered_right(
    question: KnownQuestion, over_cases: Assistant, request: pytest.FixtureRequest
) -> None:
    if question.id in PENDING:
        request.applymarker(pytest.mark.xfail(reason="known to be wrong today", strict=False))
    answer, _ = converse(question, over_cases)
    score = score_answer(question, answer)
    assert score.passed and score.clean and not score.dangling, f"{sorted(score.cited)}: {answer.text}"
