"""What the tests of language models share: a brief, settings that point at a loopback server, short pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_server import running
from wire.dialects import KEY, Dialect
from wire.server import Diary

from assistant.answers import Hit, Intent
from assistant.backends import chat_model
from assistant.backends.base import Backend, Brief, Piece
from assistant.backends.registry import open_backend
from assistant.settings import Settings
from ingest.papers import Paper
from ingest.passages import Passage

ABSTRACTS = (
    "MeLoDy is a language-model-guided diffusion model. It cuts 95.7% of the forward passes of MusicLM for 10 s.",
    "MusicLDM adapts Stable Diffusion to music. It mixes beats to make its training data more varied.",
    "Lyra holds 1570 pieces of Greek traditional music. About 80 hours were gathered from a documentary series.",
)


GOOGLES_OWN = (
    "ignore:Inheritance class AiohttpClientSession:DeprecationWarning",
    "ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning",
)
"""Google's client derives from a class of aiohttp that is not meant for it, and drops an answer when a server fails."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here talks to a server, so everything here carries the marker."""
    for item in items:
        if "/llm/" in item.path.as_posix():
            item.add_marker(pytest.mark.llm)
            for warning in GOOGLES_OWN:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture
def brief() -> Brief:
    """A question with three passages."""
    hits = []
    for number, abstract in enumerate(ABSTRACTS, 1):
        paper = Paper(id=f"2301.0000{number}", title=f"Paper {number}", abstract=abstract, year=2023)
        hits.append(Hit(Passage(paper.id, 0, len(abstract), abstract), paper, 1.0 / number))
    return Brief("How many forward passes does MeLoDy save?", Intent.FACT, tuple(hits))


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


def settings_for(dialect: Dialect, address: str, **more: object) -> Settings:
    """Settings of an operator who chose this backend at this address."""
    chosen = {"llm": f"{dialect.kind}:{dialect.model}", "llm_base_url": f"{address}{dialect.path}", "llm_api_key": KEY}
    return Settings(_env_file=None, **(chosen | more))  # type: ignore[call-arg,arg-type]


def backend_for(dialect: Dialect, diary: Diary, **more: object) -> Backend:
    """The real backend, pointed at a loopback server."""
    settings = settings_for(dialect, diary.address, **more)
    return open_backend(settings.llm, settings)


def text_of(pieces: Iterator[Piece] | list[Piece]) -> str:
    """The text of a draft."""
    return "".join(piece.text for piece in pieces)


@pytest.fixture(scope="session")
def smollm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a real llama.cpp server with SmolLM2-135M."""
    with running(tmp_path_factory.mktemp("llama") / "server.log") as address:
        yield address
