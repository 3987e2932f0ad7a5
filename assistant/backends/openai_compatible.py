"""Servers that speak OpenAI's protocol: OpenAI's own, and llama.cpp, vLLM, LM Studio, OpenRouter and their kin.

The others stream a reasoning model's thoughts in fields that OpenAI does not have, so its client ignores them;
here they are kept, where LangChain's messages have a place for them.
"""

from __future__ import annotations

from typing import Any

import httpx
from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

_THOUGHT_FIELDS = ("reasoning_content", "reasoning")  # llama.cpp, vLLM, DeepSeek; OpenRouter, newer vLLM
_WINDOW_FIELDS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
_ASKING_SECONDS = 3.0


class CompatibleChat(ChatOpenAI):
    """OpenAI's client, for servers that are not OpenAI's."""

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        converted = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        if converted is not None and (thought := _thought_in(chunk)):
            converted.message.additional_kwargs["reasoning_content"] = thought
        return converted


def _thought_in(chunk: dict[str, Any]) -> str:
    choices = chunk.get("choices") or [{}]
    delta = choices[0].get("delta") or {}
    return next((delta[field] for field in _THOUGHT_FIELDS if isinstance(delta.get(field), str)), "")


def served_models(address: str, key: str, seconds: float = _ASKING_SECONDS) -> dict[str, int]:
    """The models that a server lists, each with its window in tokens (0 where it does not tell).

    Raises httpx.HTTPError when nothing usable answers; a server without such a list gives an empty one.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = httpx.get(
        f"{address.rstrip('/')}/models", headers=headers, timeout=seconds, trust_env=not is_near(address)
    )
    if answer.status_code == httpx.codes.NOT_FOUND:
        return {}
    answer.raise_for_status()
    try:
        listed = answer.json()["data"]
        return {str(model["id"]): _window_of(model) for model in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise httpx.DecodingError("not a list of models") from error


def _window_of(model: dict[str, Any]) -> int:
    told = {**(model.get("meta") or {}), **model}  # where llama.cpp tells it
    return next((told[field] for field in _WINDOW_FIELDS if isinstance(told.get(field), int)), 0)


def is_near(address: str) -> bool:
    """Whether an address is this very machine: then no proxy of the environment stands between."""
    host = httpx.URL(address).host if "//" in address else address.partition(":")[0]
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")
