"""What the tests of language models are given: a brief, a real server, no keys of ours, short pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_server import LlamaServer, running
from loopback import small_brief

from assistant.backends import chat_model
from assistant.backends.base import Brief

GOOGLES_OWN = (
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning",
    "ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning",
)
"""Google's client derives from a class of aiohttp that is not meant for it, and drops an answer when a server fails."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here talks to a model, so everything here carries the marker."""
    for item in items:
        if "/llm/" in item.path.as_posix():
            item.add_marker(pytest.mark.llm)
            for warning in GOOGLES_OWN:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture
def brief() -> Brief:
    """A question with three passages."""
    return small_brief()


@pytest.fixture(autouse=True)
def no_keys_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have real keys: none may be used."""
    for name in ("OPENAI", "ANTHROPIC", "GOOGLE", "GEMINI"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "OLLAMA_HOST", "LANGSMITH_GATEWAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries without the waiting."""
    monkeypatch.setattr(chat_model, "PAUSES", (0.01, 0.01))


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """A real llama.cpp server with SmolLM2-135M."""
    with running(tmp_path_factory.mktemp("llama") / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def smollm(llama: LlamaServer) -> str:
    """Its base URL."""
    return llama.address
