"""The agent of docs/langgraph.md runs as it stands there: a model calls Footnote's tools over the wire."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from wire.server import Heard, Reply, serving

PAGE = Path(__file__).parents[2] / "docs" / "langgraph.md"
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
QUESTION = "What is MeLoDy and how much faster is it than MusicLM?"


def message(heard: Heard) -> dict[str, Any]:
    """What a model says that asks the tool first, and then repeats the words that it got."""
    last = heard.body["messages"][-1]
    if last["role"] != "tool":
        called = {"name": "ask", "arguments": json.dumps({"question": QUESTION})}
        call = {"id": "call_1", "type": "function", "function": called}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    quotes = [citation["quote"] for citation in json.loads(last["content"])["citations"]]
    return {"role": "assistant", "content": " ".join(quotes)}


def reply(heard: Heard) -> Reply:
    """One completion in OpenAI's form."""
    said = message(heard)
    reason = "tool_calls" if "tool_calls" in said else "stop"
    choice = {"index": 0, "message": said, "finish_reason": reason}
    body = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return Reply([json.dumps(body).encode()])


def test_the_agent_calls_a_tool_and_gets_cited_words(
    index_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "FOOTNOTE_INDEX", str(index_folder))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-loopback")
    with serving(reply) as diary:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{diary.address}/v1")
        exec(compile(EXAMPLE, PAGE.name, "exec"), {})
    offered = [tool["function"]["name"] for tool in diary.questions[0].body["tools"]]
    assert offered == ["ask", "search", "compare"]
    assert "95.7%" in capsys.readouterr().out
