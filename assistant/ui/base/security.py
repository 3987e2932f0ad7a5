"""The page's Content-Security-Policy: what slips through every other fence reaches no other host.

Of inline scripts only those run that the page was sent with, which the policy names by their hashes; what gets into the
page later runs neither as a script nor as a handler (`onerror=…`). Gradio's `gr.HTML`, of which the page is built,
compiles its templates and `js_on_load` in the browser, so that `eval` must be allowed; its widgets set styles in
attributes.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval'{hashes}",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    # Other sites learn nothing. With "no-referrer" browsers would send the login form with "Origin: null", as if it
    # came from a foreign page, and the gate would refuse it.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # Browsers resolve the host names of links ahead of a click; even that would tell what was asked.
    "X-DNS-Prefetch-Control": "off",
}
_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_SOURCE = re.compile(rb"\ssrc\s*=", re.IGNORECASE)


class SecurityHeaders:
    """ASGI middleware that puts the policy and HEADERS on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, with the headers added to its response; a page is read before it leaves."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
                if _is_page(Headers(raw=message["headers"])):
                    held.append(message)
                    return
                MutableHeaders(scope=message)["Content-Security-Policy"] = policy_for(b"")
            elif held:
                held.append(message)
                if message.get("more_body"):
                    return
                page = b"".join(part.get("body", b"") for part in held[1:])
                MutableHeaders(scope=held[0])["Content-Security-Policy"] = policy_for(page)
                for part in held:
                    await send(part)
                held.clear()
                return
            await send(message)

        await self.app(scope, receive, send_with_headers)


def policy_for(page: bytes) -> str:
    """The policy that lets the inline scripts of a page run, and no others."""
    inline = (text for attributes, text in _SCRIPT.findall(page) if not _SOURCE.search(attributes))
    hashes = sorted({base64.b64encode(hashlib.sha256(text).digest()).decode() for text in inline})
    return POLICY.format(hashes="".join(f" 'sha256-{each}'" for each in hashes))


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers
