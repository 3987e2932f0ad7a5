"""A 135-million-parameter model must never make the assistant worse than no model: the open questions, with both."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from llama_server import gguf

from assistant.answering import Assistant
from assistant.conversation import Conversation
from assistant.records import answer_record, read_batch
from assistant.settings import Settings
from ingest.index import PaperIndex


def scores(llm: str, index: PaperIndex, shared: Path, folder: Path) -> dict[str, float]:
    """What the scorer says of one backend: strict, dangling markers, unsafe replies."""
    questions, answers = shared / "questions" / "open.jsonl", folder / f"{llm}.jsonl"
    assistant = Assistant(index, Settings(_env_file=None, llm=llm))  # type: ignore[call-arg]
    with answers.open("w", encoding="utf-8") as out:
        for question in read_batch(questions):
            conversation = Conversation()
            for turn in question.turns:
                conversation = conversation.with_turn(turn, assistant.ask(turn, conversation))
            replies = [answer_record(turn.answer) for turn in conversation.turns]
            out.write(json.dumps({"id": question.id, "replies": replies}) + "\n")
    command = [sys.executable, str(shared / "questions" / "score.py"), str(questions), str(answers)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    print(f"\n{llm}\n{told}")
    found = re.search(r"dangling markers (\d+); unsafe (\d+)[\s\S]*strict ([\d.]+)", told)
    assert found is not None
    return {"dangling": int(found[1]), "unsafe": int(found[2]), "strict": float(found[3])}


def test_a_tiny_model_makes_nothing_worse(index: PaperIndex, shared: Path, tmp_path: Path) -> None:
    gguf()
    quotes = scores("extractive", index, shared, tmp_path)
    written = scores("local", index, shared, tmp_path)
    assert written["dangling"] == 0
    assert written["unsafe"] == 0
    assert written["strict"] >= quotes["strict"]


@pytest.mark.parametrize("question", ["What is MeLoDy?", "Which papers propose a data set?"])
def test_what_a_tiny_model_costs_is_told(index: PaperIndex, question: str) -> None:
    gguf()
    answer = Assistant(index, Settings(_env_file=None, llm="local")).ask(question)  # type: ignore[call-arg]
    assert answer.details.backend == "local"
    assert answer.details.prompts
