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
from pydantic import ValidationError, validate_call

from assistant.errors import AssistantError, BackendMissing
from assistant.ui.base import texts
from assistant.ui.programs.tools import Tool, Tools
from ingest.errors import IngestError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from assistant.answering import Assistant

MCP_PATH = "/mcp"
CALLS_AT_ONCE = 8


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


def first_of(error: ValidationError) -> str:
    """The first thing that does not fit, in one line."""
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else first["msg"]


def _gradio_error(line: str) -> Exception:
    return gr.Error(line, print_exception=False)


def _telling(tool: Tool, error_of: Callable[[str], Exception]) -> Tool:
    """The tool, telling its callers in one line what went wrong."""
    checked = validate_call(tool)

    @wraps(tool)
    def told(*values: Any, **named: Any) -> Any:
        try:
            return checked(*values, **named)
        except ValidationError as error:
            raise error_of(first_of(error)) from error
        except (AssistantError, IngestError) as error:
            raise error_of(str(error)) from error

    return told
