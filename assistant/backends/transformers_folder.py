"""A folder with a local transformers model as a chat model of LangChain. Nothing is downloaded, ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, TextIteratorStreamer

from assistant.backends.in_process import LARGEST_WINDOW, REPEAT_PENALTY, InProcessChat, until

LONGEST_ANSWER = 1024
"""New tokens at most, for models that find no end."""


class ChatTransformers(InProcessChat):
    """One transformers model in this process."""

    model: Any
    tokenizer: Any
    window: int = LARGEST_WINDOW

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def count_tokens(self, text: str) -> int:
        """Tokens of a text in the model's own vocabulary."""
        return len(self.tokenizer.encode(text, add_special_tokens=False))

    def _written(
        self, messages: list[BaseMessage], stop: Sequence[str], abandoned: threading.Event, options: dict[str, Any]
    ) -> Iterator[ChatGenerationChunk]:
        prompt = self._prompt(messages)
        words = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        # An event of its own: who asks for the next chunk after `abandoned` gets none, not even the cost.
        ended = threading.Event()
        writing = _Writing(self.model, prompt, words, (abandoned, ended))
        writing.start()
        try:
            for text in until(stop, words):
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        finally:
            ended.set()
            writing.join()
        yield writing.ending(int(prompt["input_ids"].shape[-1]))

    def _prompt(self, messages: list[BaseMessage]) -> Any:
        """The messages in the model's chat template as token tensors of shape (1, tokens)."""
        spoken = convert_to_openai_messages(messages)
        if self.tokenizer.chat_template:
            return self.tokenizer.apply_chat_template(
                spoken, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
        text = "\n\n".join(str(message["content"]) for message in spoken) + "\n\n"
        return self.tokenizer(text, return_tensors="pt")


class _Writing(threading.Thread):
    """The generation, in a thread of its own because the streamer is read while it runs."""

    def __init__(self, model: Any, prompt: Any, words: TextIteratorStreamer, ends: Sequence[threading.Event]) -> None:
        super().__init__(name="transformers", daemon=True)
        self._model, self._prompt, self._words, self._ends = model, prompt, words, ends
        self._error: Exception | None = None
        self._tokens = 0

    def run(self) -> None:
        try:
            tokens = self._model.generate(
                **self._prompt,
                streamer=self._words,
                stopping_criteria=[_Ended(self._ends)],
                max_new_tokens=LONGEST_ANSWER,
                do_sample=False,
                repetition_penalty=REPEAT_PENALTY,
            )
            self._tokens = int(tokens.shape[-1])
        except (RuntimeError, ValueError, IndexError) as error:  # torch's own: out of memory, positions exceeded
            self._error = error
            self._words.end()  # type: ignore[no-untyped-call]

    def ending(self, tokens_in: int) -> ChatGenerationChunk:
        """The last chunk, with what it cost; raises what went wrong in the thread."""
        if self._error is not None:
            raise self._error
        tokens_out = max(0, self._tokens - tokens_in)
        usage = UsageMetadata(input_tokens=tokens_in, output_tokens=tokens_out, total_tokens=self._tokens)
        return ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=usage), generation_info={"finish_reason": "stop"}
        )


class _Ended(StoppingCriteria):
    """Ends a generation that nobody waits for any more, or of which enough is written."""

    def __init__(self, ends: Sequence[threading.Event]) -> None:
        self._ends = ends

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: Any) -> torch.Tensor:
        """One flag for each sequence: shape (batch,)."""
        return torch.full((input_ids.shape[0],), any(end.is_set() for end in self._ends), dtype=torch.bool)


@lru_cache(maxsize=2)
def load_folder(folder: Path, window: int) -> ChatTransformers:
    """The model and tokenizer in a folder (weights as safetensors, or one GGUF file), loaded once."""
    weights = _weights(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, **weights)
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, **weights)
    trained = int(getattr(model.config, "max_position_embeddings", LARGEST_WINDOW))
    return ChatTransformers(model=model, tokenizer=tokenizer, window=min(window or LARGEST_WINDOW, trained))


def _weights(folder: Path) -> dict[str, str]:
    """What transformers must be told about a folder: nothing, or the name of the GGUF file that it holds instead."""
    if (folder / "config.json").is_file():
        return {}
    files = sorted(folder.glob("*.gguf"))
    return {"gguf_file": files[0].name} if files else {}
