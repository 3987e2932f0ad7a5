"""An endpoint that every chat client speaks: OpenAI's `/v1/chat/completions` and `/v1/models`.

The messages are the conversation; the last one of the user is the question. A reply's citations stand beside its text
as annotations (`url_citation` where a paper has a link), and in full under `footnote`. Which papers may answer is said
by further fields of the request, under `footnote`, as `Narrowing` has them.

The reference of the wire format is OpenAI's "Create chat completion" (platform.openai.com/docs/api-reference/chat).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from anyio import to_thread
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.answers import Answer, Citation
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.escaping import safe_address
from assistant.filters import Filters
from assistant.generation.harmless import harmless
from assistant.markers import MARKER
from assistant.ui.programs.api import first_of
from assistant.ui.programs.description import COMPLETION, MODELS, body_of, fault
from assistant.ui.programs.tools import harmless_record
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.answering import Assistant

MODEL = "footnote"
# A question may bring a pasted page along; a conversation, many of them.
LONGEST_MESSAGE, MOST_MESSAGES = 40_000, 200

_PIECES = re.compile(r"\S+\s*|\s+")


class Part(BaseModel):
    """One part of a message; parts that are no text, such as pictures, are refused."""

    type: Literal["text"]
    text: str = Field(max_length=LONGEST_MESSAGE)


class Message(BaseModel):
    """One message of the conversation; system messages are taken and not followed: answers come from the papers."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] = Field(max_length=LONGEST_MESSAGE)

    @property
    def text(self) -> str:
        """All that it says."""
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)


class Narrowing(BaseModel):
    """Which papers may answer: all conditions must be met; a field that is left out is no condition."""

    model_config = ConfigDict(extra="forbid")

    paper_ids: list[str] = []
    first_year: int | None = None
    last_year: int | None = None
    has_code: bool = False

    @property
    def filters(self) -> Filters:
        """The same as the assistant takes it."""
        return Filters(frozenset(self.paper_ids), self.first_year, self.last_year, self.has_code)


class Completion(BaseModel):
    """What a client sends; fields that only make sense for a bare model (temperature, tools, …) are passed over."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool = False
    footnote: Narrowing = Narrowing()


@dataclass(frozen=True, slots=True)
class _Reply:
    """One answer on its way out, with the id and the second that all its pieces carry."""

    answer: Answer
    model: str
    id: str
    created: int

    def whole(self) -> dict[str, Any]:
        message = {"role": "assistant", "content": self.answer.text, "annotations": annotations_of(self.answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return self._object("chat.completion", choice) | {"usage": _usage(self.answer), "footnote": self._own()}

    def pieces(self) -> Iterator[dict[str, Any]]:
        """The same as chunks. Nothing leaves before it was verified, so the text comes when it is whole."""
        yield self._chunk({"role": "assistant", "content": ""})
        for piece in _PIECES.findall(self.answer.text):
            yield self._chunk({"content": piece})
        yield self._chunk({"annotations": annotations_of(self.answer)}) | {"footnote": self._own()}
        yield self._chunk({}, "stop") | {"usage": _usage(self.answer)}

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return self._object("chat.completion.chunk", {"index": 0, "delta": delta, "finish_reason": finish})

    def _object(self, kind: str, choice: dict[str, Any]) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": [choice]}

    def _own(self) -> dict[str, Any]:
        record = harmless_record(self.answer)
        return {key: value for key, value in record.items() if key != "text"}


def add_chat_completions(app: FastAPI, assistant: Assistant) -> None:
    """Serve both routes beside the page, behind its gate."""

    @app.get("/v1/models", responses=MODELS)
    def models() -> JSONResponse:
        return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": MODEL}]})

    @app.post("/v1/chat/completions", responses=COMPLETION, openapi_extra=body_of(Completion))
    async def completions(request: Request) -> Response:
        try:
            asked = Completion.model_validate_json(await request.body())
            question, conversation = conversation_in(asked.messages)
        except ValidationError as error:
            return error_reply(first_of(error), 400)
        if not question:
            return error_reply("the last message must be the user's, and say something", 400)
        try:
            answer = await to_thread.run_sync(assistant.ask, question, conversation, asked.footnote.filters)
        except (AssistantError, IngestError) as error:
            return error_reply(str(error), 503, "server_error")
        reply = _Reply(answer, asked.model, f"chatcmpl-{uuid4().hex}", int(time.time()))
        if asked.stream:
            return StreamingResponse(_events(reply), media_type="text/event-stream")
        return JSONResponse(reply.whole())


def conversation_in(messages: list[Message]) -> tuple[str, Conversation]:
    """The question that messages end with, empty if they end otherwise, and what was said before it."""
    conversation, question = Conversation(), ""
    for message in messages:
        if message.role == "user":
            question = message.text.strip()
        elif message.role == "assistant" and question:
            conversation, question = conversation.with_turn(question, Answer(message.text)), ""
    return question, conversation


def annotations_of(answer: Answer) -> list[dict[str, Any]]:
    """For every marker in the text that leads to a paper with a link: where it stands, in characters, and the link."""
    cited = {citation.number: citation for citation in answer.citations}
    found = ((mark, cited.get(int(mark[1]))) for mark in MARKER.finditer(answer.text))
    return [_annotation(mark, citation) for mark, citation in found if citation and citation.paper.link]


def error_reply(
    message: str, status: int, kind: str = "invalid_request_error", code: str | None = None
) -> JSONResponse:
    """An error in the shape that OpenAI's clients read."""
    return JSONResponse({"error": fault(message, kind, code)}, status)


def _annotation(mark: re.Match[str], citation: Citation) -> dict[str, Any]:
    paper = citation.paper
    place = {
        "start_index": mark.start(),
        "end_index": mark.end(),
        "url": safe_address(paper.link),
        "title": harmless(paper.title),
    }
    return {"type": "url_citation", "url_citation": place}


def _usage(answer: Answer) -> dict[str, int]:
    usage = answer.details.usage
    read, written = (usage.tokens_in or 0, usage.tokens_out or 0) if usage else (0, 0)
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


async def _events(reply: _Reply) -> AsyncIterator[str]:
    for piece in reply.pieces():
        yield f"data: {json.dumps(piece, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"
