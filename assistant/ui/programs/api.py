"""The tools as endpoints: of Gradio's API, for `gradio_client`, and of an MCP server, for language-model clients."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from gradio.events import api
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import AssistantError, BackendMissing
from assistant.ui.base import texts
from assistant.ui.programs.tools import Tool, Tools
from ingest.errors import IngestError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from assistant.answering import Assistant

MCP_PATH = "/mcp"
CALLS_AT_ONCE = 8
CALLS = "/gradio_api/call/"


def add_endpoints(assistant: Assistant) -> None:
    """Give the page's Blocks, within which this is called, one named endpoint for each tool."""
    for name, tool in Tools(assistant).by_name().items():
        api(_telling(tool, _gradio_error), api_name=name, concurrency_limit=CALLS_AT_ONCE)


def mcp_server(assistant: Assistant) -> MCPServer:
    """An MCP server with the five tools, to be mounted in a web app or run over standard input and output.

    Raises BackendMissing, with the extra to install, where the package is not there.
    """
    if find_spec("mcp") is None:
        raise BackendMissing("MCP needs a further package: pip install 'footnote[mcp]'")
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    server = MCPServer(texts.TITLE, instructions=texts.MCP_INSTRUCTIONS, log_level="WARNING")
    for name, tool in Tools(assistant).by_name().items():
        server.add_tool(_telling(tool, ToolError), name=name)
    return server


def mount_mcp(app: FastAPI, assistant: Assistant) -> None:
    """Serve MCP beside the page at MCP_PATH, where its package is installed; elsewhere the page goes without."""
    if find_spec("mcp") is None:
        return
    served = mcp_server(assistant).streamable_http_app(streamable_http_path=MCP_PATH, host=assistant.settings.host)
    app.router.routes.extend(served.routes)
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(whole: FastAPI) -> AsyncIterator[Any]:
        async with before(whole) as state, served.router.lifespan_context(served):
            yield state

    app.router.lifespan_context = lifespan


def refuse_what_cannot_be_read(app: FastAPI) -> None:
    """Answer calls whose arguments fit no endpoint, for which Gradio has only a fault of the server, with 422.

    Gradio's app is mounted in ours; its handlers are asked first.
    """
    inner = (getattr(route, "app", None) for route in app.routes)
    for each in (app, *(found for found in inner if isinstance(found, FastAPI))):
        for kind in (KeyError, TypeError, ValueError, AttributeError):
            each.add_exception_handler(kind, _unreadable)


def _unreadable(request: Request, error: Exception) -> Response:
    if not request.url.path.startswith(CALLS):
        raise error
    return JSONResponse({"detail": texts.CALL_UNREADABLE}, 422)


def _gradio_error(line: str) -> Exception:
    return gr.Error(line, print_exception=False)


def _telling(tool: Tool, error_of: Callable[[str], Exception]) -> Tool:
    """The tool, telling its callers in one line what went wrong."""

    @wraps(tool)
    def told(*values: Any, **named: Any) -> Any:
        try:
            return tool(*values, **named)
        except (AssistantError, IngestError) as error:
            raise error_of(str(error)) from error

    return told
