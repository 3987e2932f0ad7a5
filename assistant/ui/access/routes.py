"""Which paths are served: those that the page, gradio_client, chat clients and MCP ask for.

Gradio brings many more routes (a proxy, editing by a model, profiles, other ways to call the same functions). Nobody
needs them here, and what is not served has no holes.
"""

from __future__ import annotations

import re

_OWN = r"login|logout|healthz|readyz|metrics|mcp|v1/.+|footnote/.+"
_PAGE = r"config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|(?:assets|static|svelte)/.+"
_CALLS = r"info|openapi\.json|queue/(?:join|data)|call/.+|component_server|cancel|reset"
_LIVES = r"heartbeat/[^/]+|startup-events|app_id"
_FILES = r"upload|upload_progress|file=.+"
_SERVED = re.compile(rf"/(?:(?:{_OWN}|{_PAGE}|gradio_api/(?:{_CALLS}|{_LIVES}|{_FILES}))/?)?", re.DOTALL)


def is_served(path: str) -> bool:
    """Whether anything is to be had at a path."""
    return _SERVED.fullmatch(path) is not None
