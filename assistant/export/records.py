"""Answers and questions as JSON Lines: what `ask --json` and `batch` write and read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.answers import Answer, Citation
from assistant.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One line of a batch: an id, and the turns of one conversation."""

    id: str
    turns: tuple[str, ...]


def answer_record(answer: Answer) -> dict[str, Any]:
    """An answer as it is written out: text, abstained, citations."""
    return {
        "text": answer.text,
        "abstained": answer.abstained,
        "citations": [_citation_record(citation) for citation in answer.citations],
    }


def full_record(question: str, answer: Answer) -> dict[str, Any]:
    """An answer with its question, the verdict on each of its claims, and how it came about."""
    details = answer.details
    return {
        "question": question,
        **answer_record(answer),
        "absence": answer.absence,
        "claims": [asdict(claim) for claim in answer.claims],
        "searched_for": details.searched_for,
        "intent": details.intent,
        "backend": details.backend,
        "model": details.model,
        "scanned": details.scanned,
        "notice": details.notice,
        "seconds": round(details.seconds, 3),
    }


def _citation_record(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "paper_id": citation.paper.id,
        "title": citation.paper.title,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def read_batch(path: Path) -> Iterator[BatchQuestion]:
    """The questions of a JSON Lines file; EvaluationError names the line that cannot be used."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from error
    if not any(line.strip() for line in lines):
        raise EvaluationError(f"{path} holds no question: one JSON object a line with id and turns is needed")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _batch_question(line, path, number)


def _batch_question(line: str, path: Path, number: int) -> BatchQuestion:
    try:
        fields = json.loads(line)
        turns = fields["turns"]
        if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
            raise TypeError
        return BatchQuestion(str(fields["id"]), tuple(turns))
    except (ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f'{path}, line {number}: not {{"id": …, "turns": ["…"]}}') from error
