"""How each kind of language model is reached: its address, its key, its client, and the window it has.

What is set by `FOOTNOTE_LLM_BASE_URL` and `FOOTNOTE_LLM_API_KEY` belongs to one kind of backend, the configured
one, and is never used for another: a key must not reach a server that it was not meant for. For the same reason
every address is passed on explicitly, so that no library's own environment variable can send questions elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from dotenv import dotenv_values
from langchain_core.language_models import BaseChatModel

from assistant.backends.servers import is_near, served_models
from assistant.backends.specs import parse_spec
from assistant.errors import BackendMissing
from assistant.prompts import Count, approximate_tokens
from assistant.settings import Settings

DEFAULT_WINDOW = 4096
"""Tokens of window that are assumed of a model that does not tell."""

LARGEST_OLLAMA_WINDOW = 8192
"""Ollama reserves memory for the window it is asked for; abstracts need no more than this."""

CONNECT_SECONDS = 10.0
"""A server that takes longer to accept a connection is as good as not there."""

LONGEST_STREAM = 3600.0
"""The time-out that clients are given, which some take for the whole stream: silence is noticed without them."""

NO_KEY = "none"
"""What a server that wants no key is sent: OpenAI's client insists on sending something."""

ONE_REQUEST = {"Connection": "close"}
"""Questions are minutes apart and idle connections are dropped after seconds, so none is kept."""

OPENAI, ANTHROPIC, GOOGLE, OLLAMA = "openai", "anthropic", "google_genai", "ollama"

KEY_VARIABLES = {
    OPENAI: ("OPENAI_API_KEY",),
    ANTHROPIC: ("ANTHROPIC_API_KEY",),
    GOOGLE: ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
}
"""Where each provider's users keep its key, in the environment or in `.env`."""

_OFFICIAL_ADDRESS = {
    OPENAI: (("OPENAI_BASE_URL", "OPENAI_API_BASE"), "https://api.openai.com/v1"),
    ANTHROPIC: (("ANTHROPIC_BASE_URL",), "https://api.anthropic.com"),
    GOOGLE: ((), "https://generativelanguage.googleapis.com"),
    OLLAMA: (("OLLAMA_HOST",), "http://127.0.0.1:11434"),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """A chat model that is ready to be asked.

    `window` is in tokens, `count_tokens` counts in the model's own where they are known. `tells_ending` says that
    the end of an answer is marked by the server, so that an answer without such a mark broke off; `structured`
    says that the provider itself holds a reply to a given shape.
    """

    chat: BaseChatModel
    window: int
    count_tokens: Count = approximate_tokens
    tells_ending: bool = True
    structured: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Where a backend's words go, and with which key; both empty for a model in this process."""

    address: str = ""
    key: str = field(default="", repr=False)
    chosen: bool = False  # the operator's own address, not the provider's


def route_to(kind: str, settings: Settings) -> Route:
    """The address and the key for one kind of backend, under these settings."""
    home = settings.llm_base_url if kind == home_kind(settings) else ""
    secret = settings.llm_api_key.get_secret_value() if kind == home_kind(settings) else ""
    if home:  # a provider's key from the environment is for the provider, not for this server
        return Route(home.rstrip("/"), secret, chosen=True)
    variables, official = _OFFICIAL_ADDRESS.get(kind, ((), ""))
    address = next((value for variable in variables if (value := os.environ.get(variable))), official)
    address = address if "//" in address or not address else f"http://{address}"  # OLLAMA_HOST is often host:port
    return Route(address.rstrip("/"), secret or provider_key(kind), chosen=address != official)


def home_kind(settings: Settings) -> str:
    """The kind of backend that `llm_base_url` and `llm_api_key` are meant for."""
    kind = parse_spec(settings.llm).kind
    return kind if kind in _OFFICIAL_ADDRESS else OPENAI


def provider_key(kind: str) -> str:
    """The provider's key from its own variable, in the environment or in `.env`, or nothing."""
    kept = dotenv_values(Path(".env")) if Path(".env").is_file() else {}
    values = (os.environ.get(variable) or kept.get(variable) for variable in KEY_VARIABLES.get(kind, ()))
    return next((value for value in values if value), "")


def connect(kind: str, model: str, settings: Settings) -> Connection:
    """A connection to this model. Only servers that run models themselves are asked anything (their window)."""
    connecting = _CONNECTING.get(kind)
    if connecting is not None:
        return connecting(model, route_to(kind, settings), settings)
    chat = _chat_model(model, model_provider=kind)
    return Connection(chat, _known_window(chat, settings), tells_ending=False)


def _chat_model(model: str, model_provider: str, **options: Any) -> BaseChatModel:
    """LangChain's client of a provider; BackendMissing where LangChain itself is not installed."""
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as error:
        spec = f"{model_provider}:{model}"
        raise BackendMissing(f'{spec}: not installed; run: pip install "footnote[langchain]"') from error
    chat: BaseChatModel = init_chat_model(model, model_provider=model_provider, **options)
    return chat


def _to_openai(model: str, route: Route, settings: Settings) -> Connection:
    import openai

    from assistant.backends.openai_compatible import CompatibleChat

    timeout = openai.Timeout(LONGEST_STREAM, connect=CONNECT_SECONDS)
    options: dict[str, Any] = {
        "base_url": route.address,
        "api_key": route.key or NO_KEY,
        "timeout": timeout,
        "max_retries": 0,
        "stream_usage": True,
        "default_headers": ONE_REQUEST,
        "http_async_client": openai.DefaultAsyncHttpxClient(timeout=timeout, trust_env=not is_near(route.address)),
    }
    if not route.chosen:
        chat = _chat_model(model, model_provider=OPENAI, **options)
        return Connection(chat, _known_window(chat, settings), structured=True)
    # Small models cite more steadily when they take the likeliest word; some remote ones refuse to be told so.
    temperature = 0.0 if is_near(route.address) else None
    compatible = CompatibleChat(model=model, use_responses_api=False, temperature=temperature, **options)
    return Connection(compatible, _served_window(model, route, settings))


def _served_window(model: str, route: Route, settings: Settings) -> int:
    if settings.llm_window:
        return settings.llm_window
    try:
        return served_models(route.address, route.key).get(model) or DEFAULT_WINDOW
    except httpx.HTTPError:
        return DEFAULT_WINDOW  # whatever is wrong there will be told by the question itself


def _to_anthropic(model: str, route: Route, settings: Settings) -> Connection:
    chat = _chat_model(
        model,
        model_provider=ANTHROPIC,
        base_url=route.address,
        api_key=route.key or NO_KEY,
        timeout=LONGEST_STREAM,
        max_retries=0,
        default_headers=ONE_REQUEST,
    )
    return Connection(chat, _known_window(chat, settings), structured=True)


def _to_google(model: str, route: Route, settings: Settings) -> Connection:
    chat = _chat_model(
        model,
        model_provider=GOOGLE,
        base_url=route.address,
        api_key=route.key or NO_KEY,
        timeout=LONGEST_STREAM,
        max_retries=1,  # this client counts the first try as well
        vertexai=False,
        additional_headers=ONE_REQUEST,
    )
    return Connection(chat, _known_window(chat, settings), structured=True)


def _to_ollama(model: str, route: Route, settings: Settings) -> Connection:
    shown = _ollama_shows(model, route.address)
    window = settings.llm_window or min(shown.window or DEFAULT_WINDOW, LARGEST_OLLAMA_WINDOW)
    timeout = httpx.Timeout(LONGEST_STREAM, connect=CONNECT_SECONDS)
    headers = ONE_REQUEST | ({"Authorization": f"Bearer {route.key}"} if route.key else {})
    chat = _chat_model(
        model,
        model_provider=OLLAMA,
        base_url=route.address,
        temperature=0.0,
        num_ctx=window,  # its own default is small, and it cuts longer prompts without a word
        reasoning=True if shown.thinks else None,
        client_kwargs={"timeout": timeout, "trust_env": not is_near(route.address), "headers": headers},
    )
    return Connection(chat, window, structured=True)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What Ollama tells about a model: its largest window in tokens (0 if unknown) and whether it thinks aloud."""

    window: int = 0
    thinks: bool = False


def _ollama_shows(model: str, address: str) -> _Shown:
    try:
        answer = httpx.post(
            f"{address}/api/show", json={"model": model}, timeout=CONNECT_SECONDS, trust_env=not is_near(address)
        )
        shown = answer.raise_for_status().json()
        known = shown.get("model_info") or {}
        window = next((int(value) for key, value in known.items() if key.endswith(".context_length")), 0)
        return _Shown(window, "thinking" in (shown.get("capabilities") or ()))
    except (httpx.HTTPError, ValueError, AttributeError, TypeError):
        return _Shown()  # whatever is wrong there will be told by the question itself


def _to_gguf(model: str, _route: Route, settings: Settings) -> Connection:
    from assistant.backends.llama import load_llama

    chat = load_llama(Path(model).expanduser().resolve(), settings.llm_window)
    return Connection(chat, chat.window, chat.count_tokens)


def _to_bundled(_model: str, route: Route, settings: Settings) -> Connection:
    from assistant.backends.llama import bundled_model

    return _to_gguf(str(bundled_model()), route, settings)


def _to_folder(model: str, _route: Route, settings: Settings) -> Connection:
    from assistant.backends.transformers_folder import load_folder

    chat = load_folder(Path(model).expanduser().resolve(), settings.llm_window)
    return Connection(chat, chat.window, chat.count_tokens)


def _known_window(chat: BaseChatModel, settings: Settings) -> int:
    """The window that was set, or that LangChain's own table has for the model, or the default."""
    known = (chat.profile or {}).get("max_input_tokens")
    return settings.llm_window or (known if isinstance(known, int) and known > 0 else DEFAULT_WINDOW)


_CONNECTING: dict[str, Callable[[str, Route, Settings], Connection]] = {
    OPENAI: _to_openai,
    ANTHROPIC: _to_anthropic,
    GOOGLE: _to_google,
    OLLAMA: _to_ollama,
    "llamacpp": _to_gguf,
    "local": _to_bundled,
    "huggingface": _to_folder,
}
