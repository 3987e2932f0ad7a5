"""The wire formats of four protocols: how each streams words, ends, counts and complains."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wire.server import Reply

KEY = "sk-test-0123456789abcdefSECRET"
TOKENS_IN, TOKENS_OUT = 321, 21


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _event(value: Any, name: str = "") -> bytes:
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + _json(value) + b"\n\n"


@dataclass(frozen=True)
class Dialect:
    """One protocol: `kind` and `model` make the spec, `path` is where its base URL points on the server."""

    kind: str
    model: str
    path: str = ""
    content_type: str = "text/event-stream"

    def chunks(self, words: Sequence[str]) -> list[bytes]:
        """The chunks of a stream that says these words; the last `endings` of them end it."""
        raise NotImplementedError

    endings = 1

    def stream(self, words: Sequence[str], **how: Any) -> Reply:
        """A whole stream."""
        return Reply(self.chunks(words), content_type=self.content_type, **how)

    def thinking(self, thoughts: Iterable[str], words: Sequence[str]) -> Reply:
        """A stream of a reasoning model whose server sends the thoughts apart."""
        raise NotImplementedError

    def broken(self, words: Sequence[str]) -> Reply:
        """A stream that hangs up after the words, without its end."""
        chunks = self.chunks(words)
        return Reply(chunks[: len(chunks) - self.endings], content_type=self.content_type, breaks=True)

    def ended_early(self, words: Sequence[str]) -> Reply:
        """A stream that closes politely after the words, but without saying that this was all."""
        chunks = self.chunks(words)
        return Reply(chunks[: len(chunks) - self.endings], content_type=self.content_type)

    def garbled(self, words: Sequence[str]) -> Reply:
        """A stream in which JSON turns into noise."""
        chunks = self.chunks(words)
        return Reply([*chunks[:2], self.noise(), *chunks[2:]], content_type=self.content_type)

    def noise(self) -> bytes:
        """Something in the place of an event that is none."""
        return b'data: {"choices": [{"del\n\n'

    def complaint(self, status: int, message: str, code: str = "", **headers: str) -> Reply:
        """An error in the protocol's own form."""
        body = {"error": {"message": message, "type": "error", "code": code or None}}
        return Reply([_json(body)], status=status, headers=headers)


class OpenAI(Dialect):
    """Chat completions, as OpenAI, llama.cpp, vLLM and LM Studio speak them."""

    endings = 3

    def chunks(self, words: Sequence[str]) -> list[bytes]:
        """Deltas, the finish reason, the usage, and `[DONE]`."""
        deltas = [self._delta({"role": "assistant", "content": ""}), *(self._delta({"content": w}) for w in words)]
        usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": TOKENS_IN + TOKENS_OUT}
        return [*deltas, self._delta({}, "stop"), _event(self._chunk([]) | {"usage": usage}), b"data: [DONE]\n\n"]

    def thinking(self, thoughts: Iterable[str], words: Sequence[str], field: str = "reasoning_content") -> Reply:
        """A reasoning model whose server sends thoughts in a field of their own."""
        chunks = [self._delta({field: thought}) for thought in thoughts] + self.chunks(words)
        return Reply(chunks, content_type=self.content_type)

    def _chunk(self, choices: list[Any]) -> dict[str, Any]:
        return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": self.model, "choices": choices}

    def _delta(self, delta: dict[str, str], reason: str | None = None) -> bytes:
        return _event(self._chunk([{"index": 0, "delta": delta, "finish_reason": reason}]))


class Ollama(Dialect):
    """Ollama's own protocol: JSON Lines."""

    def chunks(self, words: Sequence[str]) -> list[bytes]:
        """A line for each word, and one that is done."""
        counts = {"prompt_eval_count": TOKENS_IN, "eval_count": TOKENS_OUT, "total_duration": 1, "eval_duration": 1}
        return [*(self._line(word) for word in words), self._line("", done=True, done_reason="stop", **counts)]

    def thinking(self, thoughts: Iterable[str], words: Sequence[str]) -> Reply:
        """A reasoning model."""
        lines = [self._line("", thinking=thought) for thought in thoughts]
        return Reply([*lines, *self.chunks(words)], content_type=self.content_type)

    def _line(self, word: str, *, done: bool = False, thinking: str = "", **more: Any) -> bytes:
        message = {"role": "assistant", "content": word} | ({"thinking": thinking} if thinking else {})
        line = {"model": self.model, "created_at": "2026-01-01T00:00:00Z", "message": message, "done": done, **more}
        return _json(line) + b"\n"

    def noise(self) -> bytes:
        """A line that breaks off."""
        return b'{"model": "x", "mess\n'

    def complaint(self, status: int, message: str, code: str = "", **headers: str) -> Reply:
        """Ollama's errors are a plain string."""
        return Reply([_json({"error": message})], status=status, headers=headers)


class Anthropic(Dialect):
    """Anthropic's messages."""

    endings = 3

    def chunks(self, words: Sequence[str]) -> list[bytes]:
        """The message's start, a text block, and its end with the usage."""
        return [
            self._start(),
            _event({"type": "content_block_start", "index": 0, "content_block": _TEXT}, "content_block_start"),
            *(self._delta(0, {"type": "text_delta", "text": word}) for word in words),
            _event({"type": "content_block_stop", "index": 0}, "content_block_stop"),
            _event(
                {
                    "type": "message_delta",
                    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                    "usage": {"input_tokens": TOKENS_IN, "output_tokens": TOKENS_OUT},
                },
                "message_delta",
            ),
            _event({"type": "message_stop"}, "message_stop"),
        ]

    def thinking(self, thoughts: Iterable[str], words: Sequence[str]) -> Reply:
        """A reasoning model: a thinking block before the text block."""
        block = {"type": "thinking", "thinking": "", "signature": ""}
        chunks = self.chunks(words)
        thinking = [
            _event({"type": "content_block_start", "index": 0, "content_block": block}, "content_block_start"),
            *(self._delta(0, {"type": "thinking_delta", "thinking": thought}) for thought in thoughts),
            self._delta(0, {"type": "signature_delta", "signature": "c2ln"}),
            _event({"type": "content_block_stop", "index": 0}, "content_block_stop"),
        ]
        later = [chunk.replace(b'"index": 0', b'"index": 1') for chunk in chunks[1:]]
        return Reply([chunks[0], *thinking, *later], content_type=self.content_type)

    def _start(self) -> bytes:
        message = {
            **{"id": "m1", "type": "message", "role": "assistant", "model": self.model, "content": []},
            **{"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": TOKENS_IN, "output_tokens": 1}},
        }
        return _event({"type": "message_start", "message": message}, "message_start")

    def _delta(self, index: int, delta: dict[str, str]) -> bytes:
        return _event({"type": "content_block_delta", "index": index, "delta": delta}, "content_block_delta")

    def noise(self) -> bytes:
        """An event that breaks off."""
        return b'event: content_block_delta\ndata: {"type": "content_bl\n\n'

    def complaint(self, status: int, message: str, code: str = "", **headers: str) -> Reply:
        """Anthropic's errors."""
        body = {"type": "error", "error": {"type": code or "error", "message": message}}
        return Reply([_json(body)], status=status, headers=headers)


_TEXT = {"type": "text", "text": ""}


class Google(Dialect):
    """Gemini's streamGenerateContent."""

    def chunks(self, words: Sequence[str]) -> list[bytes]:
        """A candidate for each word, the last with its finish reason."""
        return [*(self._part({"text": word}) for word in words), self._part({"text": ""}, "STOP")]

    def thinking(self, thoughts: Iterable[str], words: Sequence[str]) -> Reply:
        """A reasoning model: parts that are marked as thoughts."""
        parts = [self._part({"text": thought, "thought": True}) for thought in thoughts]
        return Reply([*parts, *self.chunks(words)], content_type=self.content_type)

    def _part(self, part: dict[str, Any], reason: str = "") -> bytes:
        candidate = {"content": {"role": "model", "parts": [part]}, "index": 0}
        counts = {
            "promptTokenCount": TOKENS_IN,
            "candidatesTokenCount": TOKENS_OUT,
            "totalTokenCount": TOKENS_IN + TOKENS_OUT,
        }
        ending = {"finishReason": reason} if reason else {}
        return _event({"candidates": [candidate | ending], "usageMetadata": counts, "modelVersion": self.model})

    def noise(self) -> bytes:
        """An event that breaks off."""
        return b'data: {"candidates": [{"con\n\n'

    def complaint(self, status: int, message: str, code: str = "", **headers: str) -> Reply:
        """Google's errors."""
        names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED"}
        body = {"error": {"code": status, "message": message, "status": names.get(status, "INTERNAL")}}
        return Reply([_json(body)], status=status, headers=headers)


OPENAI = OpenAI("openai", "served-model", "/v1")
OLLAMA = Ollama("ollama", "qwen3", "", "application/x-ndjson")
ANTHROPIC = Anthropic("anthropic", "claude-sonnet-4-6")
GOOGLE = Google("google_genai", "gemini-2.5-flash")
DIALECTS = (OPENAI, OLLAMA, ANTHROPIC, GOOGLE)
