"""Servers that speak OpenAI's protocol: OpenAI's own, and llama.cpp, vLLM, LM Studio, OpenRouter and their kin.

The others stream a reasoning model's thoughts in fields that OpenAI does not have, so its client ignores them;
here they are kept, where LangChain's messages have a place for them.
"""

from __future__ import annotations

from typing import Any

from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI

_THOUGHT_FIELDS = ("reasoning_content", "reasoning")  # llama.cpp, vLLM, DeepSeek; OpenRouter, newer vLLM


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
