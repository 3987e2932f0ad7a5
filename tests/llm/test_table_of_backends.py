"""The README's table of backends, row by row: each line, as it stands there, gives a model that answers.

Only addresses, folders and keys are put in the place of those that a reader would put there, and a provider's own
address leads to a loopback server that speaks its protocol.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from loopback import text_of
from wire.dialects import ANTHROPIC, GOOGLE, KEY, OLLAMA, OPENAI, Dialect
from wire.server import Diary, Reply, serving

from assistant.backends import connections
from assistant.backends.base import Brief
from assistant.backends.registry import open_backend
from assistant.errors import BackendMissing
from assistant.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "README.md").read_text(encoding="utf-8").split("| what you have |")[1].split("\n\n")[0]
LINES = re.findall(r"^\| [^|]+\| `([^`]*make chat[^`]*)` \|", TABLE, re.MULTILINE)
DIALECT_OF = {"openai": OPENAI, "ollama": OLLAMA, "anthropic": ANTHROPIC, "google_genai": GOOGLE, "": OPENAI}
TRIED_ELSEWHERE = {"local", "llamacpp", "huggingface", "parrot"}  # test_real_models.py, test_registry.py
NOT_INSTALLED = {"mistralai"}  # one of LangChain's many; its line is understood, and the missing package named


@dataclass(frozen=True)
class Row:
    """One line: what it sets in the environment, and what `make chat` then gives the page as its model."""

    environment: dict[str, str]
    spec: str

    @classmethod
    def of(cls, line: str) -> Row:
        """The row as make itself understands it."""
        words = shlex.split(line)
        place = words.index("make")
        environment = dict(word.split("=", 1) for word in words[:place])
        command = ["make", "--dry-run", *words[place + 1 :]]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        spec = re.search(r"app\.py .*--llm (\S+)", shown)
        return cls(environment, spec[1] if spec else "")

    @property
    def kind(self) -> str:
        """The kind of backend; empty where the line leaves the choice to `auto`."""
        return self.spec.partition(":")[0]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Dialect], Diary]]:
    """A loopback server for a protocol, which stands where the provider's own would."""
    with serving(lambda heard: speaking[0].stream(["It is ", "so [1]."])) as diary:
        speaking: list[Dialect] = []

        def start(dialect: Dialect) -> Diary:
            speaking.append(dialect)
            diary.asides["/v1/models"] = Reply([b'{"data": [{"id": "a-model"}]}'])
            monkeypatch.setitem(connections._OFFICIAL_ADDRESS, dialect.kind, ((), diary.address + dialect.path))
            return diary

        yield start


def test_the_table_is_found() -> None:
    assert len(LINES) >= 12


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_table_gives_a_model(
    line: str, serve: Callable[[Dialect], Diary], brief: Brief, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = Row.of(line)
    if row.kind == "extractive":
        assert open_backend("extractive", load_settings(llm=row.spec)).name == "extractive"
        return
    if row.kind in TRIED_ELSEWHERE:
        return
    if row.kind in NOT_INSTALLED:
        with pytest.raises(BackendMissing, match=f"langchain-{row.kind}"):
            open_backend(row.spec, load_settings(llm=row.spec))
        return
    monkeypatch.chdir(tmp_path)  # no .env of ours
    diary = serve(DIALECT_OF[row.kind])
    for name, value in row.environment.items():
        path = re.sub(r"^\w+://[^/]+(/api)?", "", value)
        monkeypatch.setenv(name, diary.address + path if "://" in value else KEY)
    settings = load_settings(llm=row.spec or None)
    assert text_of(open_backend(settings.llm, settings).write(brief)) == "It is so [1]."
    (heard,) = diary.questions
    assert (row.spec.partition(":")[2] or "a-model") in heard.path + heard.text
    if any("KEY" in name for name in row.environment):
        assert any(KEY in value for value in heard.headers.values())
