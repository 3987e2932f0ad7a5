"""What no route has a reply for gets one: in one line, and in the shapes that clients read."""

from __future__ import annotations

from fastapi import FastAPI
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.ui.base import texts
from assistant.ui.programs.description import fault
from assistant.ui.programs.operations import REQUEST_ID

# What Gradio's routes raise where a request names no event, page or session, or holds what they do not expect.
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, RecursionError, FnIndexInferError)


def answer_faults(app: FastAPI) -> None:
    """Answer what Gradio's routes cannot read, for which they have only a fault, with 422; faults with 500.

    Gradio's app is mounted in ours; its handlers are asked first.
    """
    app.add_exception_handler(Exception, _failed)
    for gradios in (found for route in app.routes if isinstance(found := getattr(route, "app", None), FastAPI)):
        for kind in _UNREADABLE:
            gradios.add_exception_handler(kind, _unreadable)
        gradios.add_exception_handler(Exception, _failed)


def _unreadable(_request: Request, _error: Exception) -> Response:
    return JSONResponse({"detail": texts.CALL_UNREADABLE}, 422)


def _failed(request: Request, _error: Exception) -> Response:
    line = texts.FAILED_HERE.format(request.scope.get(REQUEST_ID, ""))
    # In the shape of Gradio's errors, and in that of OpenAI's.
    return JSONResponse({"detail": line, "error": fault(line, "server_error")}, 500)
