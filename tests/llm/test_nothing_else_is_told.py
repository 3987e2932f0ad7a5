"""With a model chosen, no other socket is opened: not by us, not by LangChain, not by its tracing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from wire.dialects import DIALECTS, KEY, Dialect
from wire.server import Diary, Reply, serving

ROOT = Path(__file__).resolve().parent.parent.parent

# Runs in a process of its own, because an audit hook stays for good. It writes down every address that anything
# (also a library, in any thread) connects to or looks up, then answers one question.
SCRIPT = """
import json, sys
seen = set()

def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        seen.add(f"{arguments[1][0]}:{arguments[1][1]}")
    if event == "socket.getaddrinfo":
        seen.add(f"{arguments[0]}:{arguments[1]}")

sys.addaudithook(watch)
sys.path[:0] = ["tests/llm"]
from loopback import ABSTRACTS
from assistant.answers import Hit, Intent
from assistant.backends.base import Brief
from assistant.backends.registry import open_backend
from assistant.settings import Settings
from ingest.papers import Paper
from ingest.passages import Passage

settings = Settings(_env_file=None)
paper = Paper(id="1", title="A", abstract=ABSTRACTS[0])
brief = Brief("How fast?", Intent.FACT, (Hit(Passage("1", 0, len(paper.abstract), paper.abstract), paper, 1.0),))
text = "".join(piece.text for piece in open_backend(settings.llm, settings).write(brief))
print(json.dumps({"text": text, "seen": sorted(seen)}))
"""


def answered(environment: dict[str, str]) -> tuple[str, list[str]]:
    """The text and the addresses of one answer in a process with this environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=ROOT, env=kept | environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert KEY not in done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return told["text"], told["seen"]


def tempting(elsewhere: Diary) -> dict[str, str]:
    """Everything in an environment that could lead a question astray: keys, tracing, gateways, other servers."""
    return {
        **dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"), "sk-somebody-elses-key"),
        **{"OPENAI_BASE_URL": elsewhere.address, "OLLAMA_HOST": elsewhere.address},
        **{"ANTHROPIC_BASE_URL": elsewhere.address, "LANGSMITH_GATEWAY": elsewhere.address},
        **{"LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_API_KEY": "lsv2_pt_x"},
        **{"LANGSMITH_ENDPOINT": elsewhere.address, "LANGCHAIN_ENDPOINT": elsewhere.address},
        **{"HTTP_PROXY": elsewhere.address, "http_proxy": elsewhere.address, "ALL_PROXY": elsewhere.address},
    }


@pytest.fixture
def elsewhere() -> object:
    """A server that nobody chose."""
    with serving(lambda _: Reply([b"{}"])) as diary:
        yield diary


@pytest.mark.compiled
def test_a_model_in_this_process_opens_no_socket_at_all(elsewhere: Diary) -> None:
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed: make test-local")
    text, seen = answered(tempting(elsewhere) | {"FOOTNOTE_LLM": "local"})
    assert text
    assert seen == []
    assert elsewhere.heard == []


@pytest.mark.parametrize("dialect", [d for d in DIALECTS if d.kind in ("openai", "ollama")], ids=lambda d: d.kind)
def test_a_chosen_server_is_the_only_one_that_is_spoken_to(dialect: Dialect, elsewhere: Diary) -> None:
    with serving(lambda _: dialect.stream(["It is ", "so [1]."])) as diary:
        chosen = {
            "FOOTNOTE_LLM": f"{dialect.kind}:{dialect.model}",
            "FOOTNOTE_LLM_BASE_URL": diary.address + dialect.path,
        }
        text, seen = answered(tempting(elsewhere) | chosen)
    assert text == "It is so [1]."
    assert {address.rpartition(":")[2] for address in seen} == {diary.address.rpartition(":")[2]}
    assert elsewhere.heard == []
    assert not any("sk-somebody" in str(heard.headers) for heard in diary.heard)


def test_quotes_open_no_socket(elsewhere: Diary) -> None:
    _, seen = answered(tempting(elsewhere) | {"FOOTNOTE_LLM": "auto"})
    assert seen == []
    assert elsewhere.heard == []
