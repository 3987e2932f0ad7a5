"""Settings: few, typed, from the environment (`FOOTNOTE_…`) and a `.env` file beside the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

DEFAULT_INDEX = Path("index")
DEFAULT_LIBRARIES = Path("libraries")


class Settings(BaseSettings):
    """What an operator can set; every field is the environment variable `FOOTNOTE_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="FOOTNOTE_", env_file=".env", extra="ignore", frozen=True)

    index: Path = DEFAULT_INDEX
    """The folder of the index."""
    libraries: Path = DEFAULT_LIBRARIES
    """The folder of further libraries, each a folder with an index, where the page makes new ones."""
    language: Literal["en", "de", "zh"] = "en"
    """The language of the page where a reader chose none and the browser wants none of ours."""
    embedding_model: str = ""
    """A sentence-transformers id or folder; empty means the bundled all-MiniLM-L6-v2."""
    embedding_precision: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    """In what the model reads papers; `auto` takes what this machine is fastest in. Questions are read in float32."""
    llm: str = "auto"
    """Which backend answers: `auto`, `extractive`, `openai:MODEL`, `ollama:MODEL`, …"""
    llm_choices: str = ""
    """Comma-separated further backends that the page's picker offers; empty offers the configured one alone."""
    llm_base_url: str = ""
    """Address of an OpenAI-compatible server (or another host for Ollama)."""
    llm_api_key: SecretStr = SecretStr("")
    """A key for that server, if it wants one; provider keys are read from their own variables."""
    llm_window: int = 0
    """The model's window in tokens; 0 asks the model, else 4,096."""
    llm_timeout: float = 120.0
    """Seconds without a sign of life after which a language model is given up."""
    llm_understands: bool = True
    """Ask the chosen model what a question means where the rules are unsure."""
    llm_strength: Literal["auto", "small", "capable"] = "auto"
    """How far the model is trusted: `small` keeps to a few sentences, `capable` reads and writes; `auto` probes it."""
    llm_budget: int = 0
    """Tokens that a question may cost before nothing more is sent; 0 sets no limit."""
    strict: bool = False
    """Remove sentences that the cited words do not support."""
    entailment_model: str = ""
    """A cross-encoder for natural language inference (id or folder) that helps verification; empty means none."""
    host: str = "127.0.0.1"
    port: int = 7860
    log: Literal["", "json"] = ""
    """`json` writes a line to standard error for every request: no question, no name, no address."""
    public: bool = False
    """Serve an address that other machines reach without a login."""
    users: Path | None = None
    """A file of readers and hashes of their passwords, made by `footnote users add`."""
    logins: SecretStr = SecretStr("")
    """Further readers, as `name:password` or `name:hash` with commas between."""
    allowed_hosts: str = ""
    """Comma-separated further host names under which the page is asked for, such as that of a reverse proxy."""
    trusted_proxies: str = ""
    """Comma-separated addresses of reverse proxies whose X-Forwarded headers count."""
    proxy_user_header: str = ""
    """A header by which a trusted proxy names the reader, such as X-Forwarded-User; empty means none does."""


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, with `overrides` (those not None) on top; SettingsError names a bad one."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "FOOTNOTE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}={first.get('input')!r} cannot be used: {first['msg']}") from error
