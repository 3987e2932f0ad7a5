"""Libraries with questions whose right answers follow from their records, made and scored by a script of its own.

The script is called as others call it (`SCRIPT make OUT --from CORPUS --size N --seed N`, then `SCRIPT score QUESTIONS
ANSWERS --json ROWS`), so that our figures are those that anybody else gets.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation.answer_metrics import Answerer, converse
from assistant.evaluation.jsonl import records
from assistant.evaluation.question_sets import Expectation, KnownQuestion
from assistant.export.records import answer_record

# Seconds that the script may take to make or score a library; it takes about two.
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class GeneratedFigures:
    """What a script said of the answers: shares of right ones by kind, how many answers say the opposite, its table."""

    by_kind: dict[str, float]
    opposite: int
    table: str

    @property
    def passed(self) -> float:
        """The mean of the kinds' shares of right answers."""
        return fmean(self.by_kind.values())


def make_library(script: Path, folder: Path, corpus: Path, size: int, seed: int) -> Path:
    """Have a library and its questions made in `folder`; the file of its papers. EvaluationError if that fails."""
    _run(script, "make", folder, "--from", corpus, "--size", size, "--seed", seed)
    return folder / "papers.jsonl"


def score_library(script: Path, folder: Path, assistant: Answerer) -> GeneratedFigures:
    """Ask the questions in `folder` and have the script score the answers."""
    questions = folder / "questions.jsonl"
    replies = folder / "answers.jsonl"
    replies.write_text("".join(_reply(question, assistant) for question in _questions(questions)), encoding="utf-8")
    rows = folder / "rows.json"
    table = _run(script, "score", questions, replies, "--json", rows)
    return _figures(json.loads(rows.read_text(encoding="utf-8")), table)


def _questions(path: Path) -> Sequence[KnownQuestion]:
    """The conversations of a generated set; what is right in them only the script knows."""
    return [KnownQuestion(r.text("id"), r.text("type"), r.texts("turns"), Expectation()) for r in records(path)]


def _reply(question: KnownQuestion, assistant: Answerer) -> str:
    answer, _ = converse(question, assistant)
    return f"{json.dumps({'id': question.id, 'replies': [answer_record(answer)]}, ensure_ascii=False)}\n"


def _figures(rows: Sequence[dict[str, Any]], table: str) -> GeneratedFigures:
    kinds: dict[str, list[bool]] = {}
    for row in rows:
        kinds.setdefault(row["type"], []).append(row["right"])
    opposite = sum(bool(row.get("opposite")) for row in rows)
    return GeneratedFigures({kind: fmean(rights) for kind, rights in kinds.items()}, opposite, table)


def _run(script: Path, *words: object) -> str:
    """What the script prints."""
    command = [sys.executable, str(script), *map(str, words)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=_LONGEST)
    except subprocess.CalledProcessError as error:
        complaint = (error.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise EvaluationError(f"{script} failed: {complaint}") from error
    except subprocess.TimeoutExpired as error:
        raise EvaluationError(f"{script} took more than {_LONGEST} seconds") from error
    return done.stdout
