"""Generated libraries: a script makes them and scores the replies; its own verdict is what counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answers import Answer
from assistant.conversation import Conversation
from assistant.errors import EvaluationError
from assistant.evaluation.generated import make_library, score_library

SCRIPT = """
import json, sys
from pathlib import Path
words = sys.argv[1:]
if words[0] == "make":
    out = Path(words[1]); out.mkdir(parents=True, exist_ok=True)
    (out / "papers.jsonl").write_text(Path(words[3]).read_text())
    asked = [{"id": "a", "type": "count", "turns": ["How many?"]}, {"id": "b", "type": "newest", "turns": ["Which?"]}]
    (out / "questions.jsonl").write_text("".join(json.dumps(q) + chr(10) for q in asked))
else:
    replies = [json.loads(line) for line in open(words[2])]
    rows = [{"type": r["id"], "right": r["replies"][-1]["text"] == "3", "opposite": 1} for r in replies]
    json.dump(rows, open(words[4], "w"))
    print("a table")
"""


class SaysThree:
    """Knows one number."""

    def ask(self, question: str, conversation: Conversation) -> Answer:
        return Answer("3" if question == "How many?" else "I do not know")


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"id": "k"}), encoding="utf-8")
    return path


def test_a_library_is_made_and_its_answers_scored_by_the_script(script: Path, tmp_path: Path) -> None:
    papers = make_library(script, tmp_path / "made", tmp_path / "corpus.jsonl", size=1, seed=2)
    assert json.loads(papers.read_text(encoding="utf-8")) == {"id": "k"}
    figures = score_library(script, tmp_path / "made", SaysThree())
    assert figures.by_kind == {"a": 1.0, "b": 0.0}
    assert (figures.passed, figures.opposite, figures.table.strip()) == (0.5, 2, "a table")


def test_a_script_that_fails_is_told_in_one_line(script: Path, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"script\.py failed: .*No such file") as caught:
        make_library(script, tmp_path / "made", tmp_path / "none.jsonl", size=1, seed=2)
    assert "\n" not in str(caught.value)
