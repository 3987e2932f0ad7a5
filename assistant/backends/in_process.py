"""Chat models of LangChain that run in this process: one answer at a time, given up when nobody waits for it."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from functools import partial
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel, generate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr

from assistant.backends.streaming import worked_off

LARGEST_WINDOW = 8192
"""Tokens of window at most by default: memory grows with it, and abstracts need no more."""

REPEAT_PENALTY = 1.1
"""The customary brake on loops, which small models need where the likeliest word is always taken."""


class InProcessChat(BaseChatModel):
    """A model in this process. One answer is written at a time; the others wait their turn."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    _turn: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @abstractmethod
    def _written(
        self, messages: list[BaseMessage], stop: Sequence[str], abandoned: threading.Event, options: dict[str, Any]
    ) -> Iterator[ChatGenerationChunk]:
        """The answer in pieces, none of them from a text of `stop` on; it ends early once `abandoned` is set."""

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        abandoned: threading.Event | None = None,
        **kwargs: Any,
    ) -> Generator[ChatGenerationChunk, None, None]:
        abandoned = abandoned or threading.Event()
        with self._turn:
            if abandoned.is_set():  # while it waited for its turn
                return
            yield from self._written(messages, stop or (), abandoned, kwargs)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """As `_stream`, in a worker thread; when the caller goes away, the model stops at its next token."""
        abandoned = threading.Event()
        writing = partial(self._stream, messages, stop, abandoned=abandoned, **kwargs)
        async for chunk in worked_off(writing, abandoned):
            yield chunk


def until(stop: Sequence[str], pieces: Iterator[str]) -> Iterator[str]:
    """The pieces of a text up to the first of the texts of `stop`; what may begin one waits until it is sure."""
    stops = [text for text in stop if text]
    held = ""
    for piece in pieces:
        held += piece
        sure = len(held) - max((_begun(text, held) for text in stops), default=0)
        if _first(stops, held) <= sure:
            break
        if sure:
            yield held[:sure]
        held = held[sure:]
    if left := held[: _first(stops, held)]:
        yield left


def _first(stops: Sequence[str], text: str) -> int:
    """Where the first of these texts stands in a text; behind its end where none does."""
    return min((place for stop in stops if (place := text.find(stop)) >= 0), default=len(text) + 1)


def _begun(stop: str, text: str) -> int:
    """How many signs at the end of a text are the beginning of another."""
    most = min(len(stop) - 1, len(text))
    return next((length for length in range(most, 0, -1) if stop.startswith(text[-length:])), 0)
