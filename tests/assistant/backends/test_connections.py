"""Routes: a key and an address belong together, and to one kind of backend."""

from __future__ import annotations

import pytest

from assistant.backends.connections import Route, provider_key, route_to
from assistant.settings import Settings

OFFICIAL = "https://api.openai.com/v1"


@pytest.fixture(autouse=True)
def known_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """One provider's key, and nothing else."""
    for name in ("ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    monkeypatch.chdir(str(tmp_path))


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[call-arg,arg-type]


def test_a_provider_is_reached_at_its_own_address_with_its_own_key() -> None:
    assert route_to("openai", settings(llm="openai:gpt-4o")) == Route(OFFICIAL, "sk-openai")


def test_a_server_of_ones_own_never_gets_the_providers_key() -> None:
    own = settings(llm="openai:qwen", llm_base_url="http://gpu:8000/v1/")
    assert route_to("openai", own) == Route("http://gpu:8000/v1", "", chosen=True)


def test_the_set_address_and_key_are_for_the_configured_kind_alone() -> None:
    own = settings(
        llm="ollama:qwen3", llm_base_url="http://gpu:11434", llm_api_key="secret", llm_choices="openai:gpt-4o"
    )
    assert route_to("ollama", own) == Route("http://gpu:11434", "secret", chosen=True)
    assert route_to("openai", own) == Route(OFFICIAL, "sk-openai")
    assert route_to("anthropic", own).key == ""


@pytest.mark.parametrize("llm", ["auto", "extractive", "local"])
def test_without_a_provider_the_address_is_an_openai_compatible_one(llm: str) -> None:
    own = settings(llm=llm, llm_base_url="http://127.0.0.1:8080/v1")
    assert route_to("openai", own).address == "http://127.0.0.1:8080/v1"
    assert route_to("ollama", own).address == "http://127.0.0.1:11434"


def test_a_model_in_this_process_goes_nowhere() -> None:
    assert route_to("local", settings(llm="local", llm_base_url="http://gpu/v1", llm_api_key="x")) == Route()


def test_ollamas_own_variable_needs_no_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "gpu:11434")
    assert route_to("ollama", settings(llm="ollama:qwen3")).address == "http://gpu:11434"


def test_no_key_is_shown() -> None:
    assert "sk-openai" not in repr(route_to("openai", settings(llm="openai:gpt-4o")))
    assert provider_key("openai") == "sk-openai"
    assert provider_key("ollama") == ""
