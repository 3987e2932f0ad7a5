"""Choosing: what is allowed, what is missing, what third parties bring, and what `auto` never does."""

from __future__ import annotations

import importlib.machinery
import importlib.metadata
import socket
from pathlib import Path

import pytest

from assistant.backends import registry
from assistant.backends.base import Backend
from assistant.backends.extractive import ExtractiveBackend
from assistant.backends.registry import choose, open_backend
from assistant.backends.specs import Spec, choices, parse_spec
from assistant.errors import BackendError, BackendMissing, BackendRefused, BackendUnknown
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def no_network_and_no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing here may connect anywhere, whatever the machine has set up."""

    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def settings(llm: str, **more: object) -> Settings:
    return Settings(_env_file=None, llm=llm, **more)  # type: ignore[call-arg,arg-type]


def opened(llm: str, **more: object) -> Backend:
    return open_backend(llm, settings(llm, **more))


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("extractive", Spec("extractive")),
        ("ollama:qwen3:8b", Spec("ollama", "qwen3:8b")),
        (" OpenAI:gpt-4o ", Spec("openai", "gpt-4o")),
        ("llamacpp:/models/a b.gguf", Spec("llamacpp", "/models/a b.gguf")),
    ],
)
def test_specs_are_read(text: str, spec: Spec) -> None:
    assert parse_spec(text) == spec
    assert parse_spec(str(spec)) == spec


def test_quotes_need_nothing() -> None:
    assert isinstance(opened("extractive"), ExtractiveBackend)


@pytest.fixture
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all extras were there: opening a backend looks for its package and imports it only at its first use."""
    monkeypatch.setattr(registry, "find_spec", lambda name: importlib.machinery.ModuleSpec(name, None))


@pytest.mark.usefixtures("everything_installed")
def test_only_what_the_operator_allows_can_be_picked() -> None:
    allowed = settings("extractive", llm_choices="ollama:qwen3, ollama:llama3")
    assert choices(allowed) == ("extractive", "ollama:qwen3", "ollama:llama3")
    assert open_backend("ollama:qwen3", allowed).model == "qwen3"
    with pytest.raises(BackendUnknown, match="not allowed here; choose one of: extractive, ollama:qwen3"):
        open_backend("openai:gpt-4o", allowed)


@pytest.mark.parametrize(
    ("spec", "error", "words"),
    [
        ("", BackendUnknown, "names no backend"),
        (":gpt", BackendUnknown, "names no backend"),
        ("openai", BackendUnknown, "write openai:MODEL"),
        ("llamacpp", BackendUnknown, "write llamacpp:FILE.gguf"),
        ("openai:gpt-4o", BackendRefused, "set OPENAI_API_KEY"),
        ("anthropic:claude", BackendRefused, "set ANTHROPIC_API_KEY"),
        ("google_genai:gemini", BackendRefused, "set GOOGLE_API_KEY"),
        ("huggingface:/nowhere", BackendRefused, "no model folder there"),
        ("llamacpp:/nowhere.gguf", BackendRefused, "no GGUF file there"),
        ("nosuch:model", BackendUnknown, "no backend has that name"),
        ("groq:llama", BackendMissing, "pip install langchain-groq"),
    ],
)
@pytest.mark.usefixtures("everything_installed")
def test_what_cannot_be_opened_says_why_in_one_line(spec: str, error: type[BackendError], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        opened(spec)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("everything_installed")
def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_text("not a model")
    with pytest.raises(BackendRefused, match="no GGUF file there"):
        opened(f"llamacpp:{tmp_path / 'model.gguf'}")


@pytest.mark.parametrize("kind", ["openai", "anthropic", "google_genai", "ollama", "huggingface", "llamacpp", "local"])
def test_a_missing_package_names_what_to_install(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda name: None)
    with pytest.raises(BackendMissing, match=r'run: pip install "'):
        opened(kind if kind == "local" else f"{kind}:model")


def test_a_third_party_brings_a_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    point = importlib.metadata.EntryPoint("parrot", f"{__name__}:open_parrot", registry.ENTRY_POINTS)
    monkeypatch.setattr(registry, "entry_points", lambda group, name: [point] if name == "parrot" else [])
    monkeypatch.setattr(importlib.metadata.EntryPoint, "load", lambda self: open_parrot)
    assert opened("parrot:grey").model == "grey"


def open_parrot(model: str, settings: Settings) -> Backend:
    """What another package would bring."""
    parrot = ExtractiveBackend()
    parrot.model = model  # type: ignore[misc]
    return parrot


def test_a_third_partys_backend_of_an_earlier_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        name, model, prompts = "parrot", "grey", ()

    point = importlib.metadata.EntryPoint("parrot", "parrot:open_parrot", "footnote.backends")
    monkeypatch.setattr(registry, "entry_points", lambda group, name: [point])
    monkeypatch.setattr(importlib.metadata.EntryPoint, "load", lambda self: lambda model, settings: Old())
    with pytest.raises(BackendRefused, match="has no understanding, write"):
        opened("parrot:grey")


@pytest.mark.parametrize(("spec", "helps"), [("ollama:qwen3", True), ("local", False), ("extractive", False)])
@pytest.mark.usefixtures("everything_installed")
def test_a_backend_says_itself_whether_it_understands_questions(
    monkeypatch: pytest.MonkeyPatch, spec: str, helps: bool
) -> None:
    monkeypatch.setattr(registry, "_check_files", lambda kind, model: None)
    assert (opened(spec).understanding is not None) is helps


def test_a_third_partys_broken_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    point = importlib.metadata.EntryPoint("parrot", "nosuchmodule:nothing", registry.ENTRY_POINTS)
    monkeypatch.setattr(registry, "entry_points", lambda group, name: [point])
    with pytest.raises(BackendMissing, match="cannot be loaded"):
        opened("parrot:grey")


def test_auto_without_configuration_is_quotes() -> None:
    choice = choose(settings("auto"))
    assert isinstance(choice.backend, ExtractiveBackend)
    assert choice.reason == "no language model is set up"


def test_auto_does_not_take_a_key_for_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-0123456789")
    assert isinstance(choose(settings("auto")).backend, ExtractiveBackend)


def test_auto_says_what_is_missing_for_a_choice() -> None:
    choice = choose(settings("auto", llm_choices="openai:gpt-4o, extractive"))
    assert isinstance(choice.backend, ExtractiveBackend)
    assert choice.reason == "openai:gpt-4o: there is no OPENAI_API_KEY"


def test_a_key_in_the_env_file_counts(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-test-0123456789\n", encoding="utf-8")
    assert opened("openai:gpt-4o").model == "gpt-4o"


@pytest.mark.usefixtures("everything_installed")
def test_opening_a_chat_model_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    for spec in ("openai:gpt-4o", "ollama:qwen3"):
        assert str(Spec(opened(spec).name, opened(spec).model)) == spec


def test_a_word_that_names_no_backend_is_one_clear_line() -> None:
    with pytest.raises(BackendUnknown, match="“nonsense” names no backend"):
        open_backend("nonsense", Settings(llm="nonsense"))
