"""A 135-million-parameter model must never make the assistant worse than no model: open questions, with both."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from llama_server import MODEL

from assistant.answering import Assistant
from assistant.conversation import Conversation
from assistant.export.records import BatchQuestion, answer_record, read_batch
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex

ALL = bool(os.environ.get("ALL_OPEN_QUESTIONS"))
"""Whether the whole set is asked, which takes two cores a quarter of an hour, and not one question of each kind."""


@pytest.fixture(scope="module")
def questions(shared: Path) -> list[BatchQuestion]:
    """The same questions in each run; the kind stands before the first hyphen of an id."""
    every = list(read_batch(shared / "questions" / "open.jsonl"))
    chance, kinds = random.Random("open"), sorted({question.id.split("-")[0] for question in every})
    return every if ALL else [chance.choice([q for q in every if q.id.startswith(f"{kind}-")]) for kind in kinds]


def quotes() -> Settings:
    """No model at all."""
    return Settings(_env_file=None, llm="extractive")  # type: ignore[call-arg]


def served(address: str, folder: Path) -> Settings:
    """The small model at that server; what its probe finds is kept in that folder."""
    return Settings(_env_file=None, llm=f"openai:{MODEL}", llm_base_url=address, index=folder)  # type: ignore[call-arg]


def scores(settings: Settings, index: PaperIndex, questions: Sequence[BatchQuestion], folder: Path) -> dict[str, float]:
    """What the scorer says of one backend: strict, dangling markers, unsafe replies."""
    material = Path(__file__).resolve().parents[3] / "shared" / "questions"
    asked = folder / "questions.jsonl"
    wanted = {question.id for question in questions}
    lines = (material / "open.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    asked.write_text("".join(line for line in lines if json.loads(line)["id"] in wanted), encoding="utf-8")
    answers = folder / "answers.jsonl"
    assistant = Assistant(index, settings)
    with answers.open("w", encoding="utf-8") as out:
        for question in questions:
            conversation = Conversation()
            for turn in question.turns:
                conversation = conversation.with_turn(turn, assistant.ask(turn, conversation))
            replies = [answer_record(turn.answer) for turn in conversation.turns]
            out.write(json.dumps({"id": question.id, "replies": replies}) + "\n")
    command = [sys.executable, str(material / "score.py"), str(asked), str(answers)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"\n{settings.llm}\n{told}")
    found = re.search(r"dangling markers (\d+); unsafe (\d+)[\s\S]*strict ([\d.]+)", told)
    assert found is not None
    return {"dangling": int(found[1]), "unsafe": int(found[2]), "strict": float(found[3])}


def test_a_tiny_model_makes_nothing_worse(
    index: PaperIndex, questions: list[BatchQuestion], smollm: str, tmp_path: Path
) -> None:
    without = scores(quotes(), index, questions, tmp_path)
    written = scores(served(smollm, tmp_path), index, questions, tmp_path)
    assert written["dangling"] == 0
    assert written["unsafe"] == 0
    assert written["strict"] >= without["strict"]


@pytest.mark.parametrize("question", ["What is MeLoDy?", "Which papers propose a data set?"])
def test_what_a_tiny_model_costs_is_told(index: PaperIndex, smollm: str, question: str, tmp_path: Path) -> None:
    answer = Assistant(index, served(smollm, tmp_path)).ask(question)
    assert (answer.details.backend, answer.details.model) == ("openai", MODEL)
    assert answer.details.prompts
    assert answer.details.usage or answer.details.notice
