"""Which paths are served: those that the page, gradio_client, chat clients and MCP ask for.

Gradio brings many more routes (a proxy, editing by a model, profiles, other ways to call the same functions). Nobody
needs them here, and what is not served has no holes.
"""

from __future__ import annotations

import re

# Whole paths, and paths whose last part may be anything; the address of the site itself is among them.
_WHOLE = frozenset((
    "", "login", "logout", "healthz", "readyz", "metrics", "mcp", "config", "theme.css", "favicon.ico", "manifest.json",
    "robots.txt", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/queue/join", "gradio_api/queue/data",
    "gradio_api/component_server", "gradio_api/cancel", "gradio_api/reset", "gradio_api/startup-events",
    "gradio_api/app_id", "libraries", "gradio_api/upload", "gradio_api/upload_progress",
))  # fmt: skip
_BEGINNINGS = (
    "v1/", "libraries/", "footnote/", "assets/", "static/", "svelte/", "gradio_api/call/", "gradio_api/file=",
)  # fmt: skip
_HEARTBEAT = re.compile(r"gradio_api/heartbeat/[^/]+")


def is_served(path: str) -> bool:
    """Whether anything is to be had at a path."""
    if not path.startswith("/"):
        return False
    asked = path[1:]
    bare = asked.removesuffix("/")
    begun = any(asked.startswith(beginning) and len(asked) > len(beginning) for beginning in _BEGINNINGS)
    whole = bare in _WHOLE and (bare != "" or asked == "")
    return whole or begun or _HEARTBEAT.fullmatch(bare) is not None
