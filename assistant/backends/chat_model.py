"""Any chat model of LangChain as a backend: one adapter, whatever the provider.

A draft goes through these, from the inside out: one try (`_try`: the model's stream, thoughts told apart, what it
cost), several tries (`_tries`: what may pass is waited for), and `_draft` (markers filtered, the guard watching).
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from threading import Lock

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata, add_usage
from langsmith import tracing_context

from assistant.answers import Usage
from assistant.backends.base import Brief, Piece, Shape, Understanding
from assistant.backends.connections import Connection
from assistant.backends.costs import Meter
from assistant.backends.guard import DraftGuard
from assistant.backends.streaming import drain, resting
from assistant.backends.thoughts import ThoughtSplitter
from assistant.backends.troubles import EmptyAnswer, StreamBroke, TimedOut, Translator, WindowExceeded
from assistant.errors import BackendRefused, BackendTrouble
from assistant.markers import MarkerFilter
from assistant.prompts import Message, Request, load_prompt, messages_for, tokens_in

PAUSES = (1.0, 3.0)
"""Seconds before the second and the third try, each up to a half longer so that not all callers return at once."""

LONGEST_PAUSE = 20.0
"""A server that asks for a longer wait than this is given up: somebody sits before the page."""

SMALLER = 0.8
"""The share of a prompt's tokens that is taken for the whole window after a server found the prompt too long for it."""

LOADING_SECONDS = 600.0
"""A large model on a slow disk may take minutes to load; a server is asked nothing in this time but its window."""

LONGEST_THOUGHTS = 60_000
"""Characters of thinking after which a model is not expected to come to an answer any more."""


class ChatModelBackend:
    """Writes answers with a chat model. It is connected at its first use, so that making one costs nothing."""

    def __init__(  # noqa: PLR0913 - what it is, and whom it asks
        self,
        kind: str,
        model: str,
        connect: Callable[[], Connection],
        translate: Translator,
        meter: Meter,
        *,
        understands: bool = True,
    ) -> None:
        self.name = kind
        self.model = model
        self.prompts = tuple(load_prompt(name).label for name in ("answer", "compare", "list"))
        self._understands = understands
        self._connect = connect
        self._connection: Connection | None = None
        self._connecting = Lock()
        self._translate = translate
        self._meter = meter

    @property
    def understanding(self) -> Understanding | None:
        """Itself, unless its model is known to be too weak to tell what a question means."""
        return self if self._understands else None

    @property
    def spec(self) -> str:
        """Its kind and model, as a user names them."""
        return self._translate.spec

    def write(self, brief: Brief) -> Iterator[Piece]:
        """The draft in pieces; the last one carries the usage, what was left out, and the prompt's version.

        An empty piece comes several times a second while the model is silent. Closing stops the model, also at a
        server. BackendError tells a trouble; pieces that came before it stand.
        """
        yield Piece()  # whoever shows the answer learns at once that the work has begun
        yield from self._connecting_now()
        connection = self._connect_once()
        request = messages_for(brief, connection.window, connection.count_tokens)
        try:
            yield from self._draft(connection, request)
        except WindowExceeded as exceeded:
            window = int(SMALLER * tokens_in(request.messages, connection.count_tokens))
            yield from self._draft(connection, _smaller(brief, window, connection, exceeded))

    def connect(self) -> None:
        """Connects now instead of at the first use; BackendError says what is in the way."""
        for _ in self._connecting_now():
            pass

    def complete(self, prompt: str, seconds: float, **values: str) -> Generator[None, None, str]:
        """Signs of life, then (returned) the whole reply to a prompt of `prompts/`, without thoughts.

        BackendError if the model cannot be asked or takes longer than so many seconds. Closing stops the model.
        """
        until = time.monotonic() + seconds
        text = ""
        with closing(self._completing(prompt, values)) as pieces:
            for piece in pieces:
                yield
                text += piece.text
                if time.monotonic() > until:
                    raise TimedOut(f"{self._translate.spec}: no whole reply within {seconds:g} seconds")
        return text.strip()

    def structured(
        self, prompt: str, shape: type[Shape], seconds: float, **values: str
    ) -> Generator[None, None, Shape]:
        """As `complete`, but the reply is an instance of a pydantic class, held to it by the provider where it can.

        ValueError if the reply does not have that shape.
        """
        yield from (None for _ in self._connecting_now())
        connection = self._connect_once()
        if not connection.structured:
            reply = yield from self.complete(prompt, seconds, **values)
            return shape.model_validate_json(reply[reply.find("{") : reply.rfind("}") + 1])
        shaped = connection.chat.with_structured_output(shape)

        async def ask() -> AsyncIterator[object]:
            with tracing_context(enabled=False):
                yield await shaped.ainvoke(_spoken(load_prompt(prompt).fill(**values)))

        given: object = None
        with closing(drain(ask, seconds, self._translate)) as answers:
            for answer in answers:
                given = given if answer is None else answer
                yield
        return shape.model_validate(given)

    def _completing(self, prompt: str, values: dict[str, str]) -> Generator[Piece, None, None]:
        yield from self._connecting_now()
        yield from self._try(self._connect_once(), load_prompt(prompt).fill(**values))

    def _connecting_now(self) -> Iterator[Piece]:
        """Signs of life while the connection is made, if there is none yet: loading a model's file takes its time."""

        async def making() -> AsyncIterator[Connection]:
            yield await asyncio.to_thread(self._connect_once)

        if self._connection is None:
            for _ in drain(making, LOADING_SECONDS, self._translate):
                yield Piece()

    def _connect_once(self) -> Connection:
        with self._connecting:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection

    def _draft(self, connection: Connection, request: Request) -> Iterator[Piece]:
        """One draft with its markers filtered; it is cut as soon as the guard finds a flaw."""
        markers = MarkerFilter(request.numbers)
        guard = DraftGuard(request.prompt.instructions)
        usage: Usage | None = None
        said, thought = False, 0
        ending = Piece(dropped=request.dropped, prompts=(request.prompt.label,))
        with closing(self._tries(connection, request.messages)) as pieces:
            for piece in pieces:
                usage = piece.usage or usage
                said = said or bool(piece.text.strip())
                thought += len(piece.thought)
                if flaw := guard.feed(piece.text):
                    yield replace(ending, cut=f"the model {flaw.reason}")
                    return
                if thought > LONGEST_THOUGHTS:
                    yield replace(ending, cut="the model thought without end")
                    return
                yield replace(piece, text=markers.feed(piece.text), usage=None)
        if flaw := guard.finish():
            ending = replace(ending, cut=f"the model {flaw.reason}")
        if not said:
            raise EmptyAnswer(f"{self._translate.spec}: the model gave an empty answer; ask again or choose another")
        yield replace(ending, text=markers.finish(), usage=usage)

    def _tries(self, connection: Connection, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        """The pieces of the first try that gets to speak; troubles before its first word are waited out."""
        for pause in (*PAUSES, None):
            spoke = False
            try:
                for piece in self._try(connection, messages):
                    spoke = spoke or bool(piece.text or piece.thought)
                    yield piece
                return
            except BackendTrouble as trouble:
                wait = pause_after(trouble, pause)
                if spoke or wait is None:
                    raise
            for _ in resting(wait):
                yield Piece()

    def _try(self, connection: Connection, messages: Sequence[Message]) -> Generator[Piece, None, None]:
        """The pieces of one stream; the last one carries the usage."""
        thoughts = ThoughtSplitter()
        tokens: UsageMetadata | None = None
        ended, spoken = False, 0
        began = time.monotonic()
        with closing(self._chunks(connection, messages)) as chunks:
            for chunk in chunks:
                if chunk is None:
                    yield Piece()
                    continue
                tokens = add_usage(tokens, chunk.usage_metadata) if chunk.usage_metadata else tokens
                ended = ended or _is_last(chunk)
                answer, aloud = thoughts.feed(str(chunk.text))
                thought = _thought_in(chunk) + aloud
                spoken += bool(chunk.text or thought)
                yield Piece(answer, thought)
        if connection.tells_ending and not ended:
            raise StreamBroke(f"{self._translate.spec}: the answer broke off before its end; ask again")
        seconds = time.monotonic() - began
        if tokens is None:  # a server that does not count sends token by token
            usage = Usage(tokens_out=spoken, seconds=seconds)
        else:
            usage = self._meter.usage(tokens["input_tokens"], tokens["output_tokens"], seconds)
        yield Piece(*thoughts.finish(), usage=usage)

    def _chunks(
        self, connection: Connection, messages: Sequence[Message]
    ) -> Generator[AIMessageChunk | None, None, None]:
        spoken = _spoken(messages)

        async def stream() -> AsyncIterator[AIMessageChunk]:
            with tracing_context(enabled=False):  # nothing that is asked here goes to a tracing service
                async for chunk in connection.chat.astream(spoken):
                    yield chunk

        return drain(stream, self._translate.timeout, self._translate)


def _smaller(brief: Brief, window: int, connection: Connection, exceeded: WindowExceeded) -> Request:
    """A request for a smaller window than the model was thought to have; the trouble itself if nothing fits it."""
    try:
        return messages_for(brief, window, connection.count_tokens)
    except BackendRefused:
        raise exceeded from None


def pause_after(trouble: BackendTrouble, pause: float | None) -> float | None:
    """Seconds to wait before another try, or None if there should be none."""
    if pause is None or isinstance(trouble, TimedOut):  # who waited that long once need not wait again
        return None
    asked = trouble.retry_after or 0.0
    return max(asked, pause * random.uniform(1.0, 1.5)) if asked <= LONGEST_PAUSE else None


def _spoken(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """Our messages as LangChain takes them."""
    return [(message.role.value, message.text) for message in messages]


def _thought_in(chunk: AIMessageChunk) -> str:
    """What of a chunk the server itself marked as thinking."""
    blocks = [str(block.get("reasoning", "")) for block in chunk.content_blocks if block["type"] == "reasoning"]
    return "".join(blocks) or str(chunk.additional_kwargs.get("reasoning_content") or "")


def _is_last(chunk: AIMessageChunk) -> bool:
    """Whether a server says with this chunk that the answer is at its end."""
    said = chunk.response_metadata
    return any(said.get(name) for name in ("finish_reason", "stop_reason", "done_reason", "done", "status"))
