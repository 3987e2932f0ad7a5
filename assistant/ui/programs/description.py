"""What programs can ask of the server, and what it answers, as OpenAPI describes it: at `/v1/openapi.json`.

Gradio describes its own routes at `/gradio_api/openapi.json`.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

DESCRIPTION = "/v1/openapi.json"

Responses = dict[int | str, dict[str, Any]]


class Fault(BaseModel):
    """What is the matter, in the shape that OpenAI's clients read."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    """A refusal."""

    error: Fault


class Status(BaseModel):
    """How the server does."""

    status: str


def fault(message: str, kind: str = "invalid_request_error", code: str | None = None) -> dict[str, Any]:
    """What an ErrorReply holds."""
    return Fault(message=message, type=kind, param=None, code=code).model_dump()


def _line(what: str) -> dict[str, Any]:
    return {"description": what, "content": {"text/plain": {"schema": {"type": "string"}}}}


def _object(what: str, *needed: str) -> dict[str, Any]:
    schema = {"type": "object", "required": list(needed)}
    return {"description": what, "content": {"application/json": {"schema": schema}}}


REFUSALS: Responses = {
    401: {"description": "Nobody is logged in.", "model": ErrorReply},
    403: _line("Another site may not ask."),
    413: _line("The body is too large."),
    421: _line("The host is not this one."),
    429: _line("Too many requests."),
}
"""What the gate says on every route."""

COUNTS: Responses = {200: _line("Counts, in the text format of Prometheus.")}
HEALTH: Responses = {200: {"description": "It does well.", "model": Status}}
READINESS: Responses = HEALTH | {503: {"description": "The index cannot be read.", "model": Status}}
LIBRARIES: Responses = {200: _object("The libraries, the first of which is always there.", "libraries")}
_IN_ONE_LINE = _object("Why not, in one line.", "detail")
LIBRARY: Responses = {
    200: _object("The library.", "key", "name", "fixed"),
    400: _object("The body is no JSON.", "detail"),
    403: {"description": "Libraries are not changed from here."},
    404: _IN_ONE_LINE,
    409: _IN_ONE_LINE,
    422: _IN_ONE_LINE,
}
MODELS: Responses = {200: _object("The models: one.", "object", "data")}
COMPLETION: Responses = {
    200: {
        "description": "The answer, whole or as a stream of chunks.",
        "content": {
            **_object("", "id", "object", "created", "model", "choices", "usage", "footnote")["content"],
            "text/event-stream": {"schema": {"type": "string"}},
        },
    },
    400: {"description": "The request cannot be read.", "model": ErrorReply},
    503: {"description": "The answer could not be made.", "model": ErrorReply},
}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """An operation's further fields: its body, described by a model that the operation reads for itself."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    content = {"application/json": {"schema": _whole(schema, parts)}}
    return {"requestBody": {"required": True, "content": content}}


def _whole(schema: Any, parts: dict[str, Any]) -> Any:
    """A schema with each part that it refers to in the place of the reference; no part may hold itself."""
    if isinstance(schema, list):
        return [_whole(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _whole(parts[schema["$ref"].rpartition("/")[2]], parts) | rest
    return {key: _whole(value, parts) for key, value in schema.items()}
