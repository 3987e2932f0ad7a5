"""The gate: one middleware before page, API, MCP, uploads and files, which asks every request the same questions.

    Is it meant for us?        Host and Origin                          421, 403
    Is it small, and seldom?   length of the body, rate of a client     413, 429
    Who sends it?              cookie, Basic, Bearer or a proxy's word  401, or the page to log in
    Is there such a thing?     the paths that are needed                404

What passes carries its reader's name in `scope[USER]`, "" where nobody needs to log in.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.access.attempts import Attempts
from assistant.ui.access.hosts import Hosts, hosts_of, is_loopback
from assistant.ui.access.limits import MOST_BODY_BYTES, MOST_UPLOAD_BYTES, BodyTooLarge, Rate, limited
from assistant.ui.access.places import language_of, place_of
from assistant.ui.access.routes import is_served
from assistant.ui.access.sessions import IDLE_SECONDS, Sessions
from assistant.ui.access.users import LONGEST_NAME, LONGEST_PASSWORD, Users, users_of
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.base.texts import language, speaking

USER = "footnote.user"
COOKIE = "footnote-session"
LOGIN, LOGOUT = "/login", "/logout"
# Seen without a login: whether the server lives, and the style sheets and scripts of the page, which hold nothing.
OPEN, OPEN_FOLDER = frozenset({"/healthz", "/readyz"}), "/footnote/"
UPLOAD = "/gradio_api/upload"
# Name and password, percent-encoded at most three characters for one.
_MOST_LOGIN_BYTES = 12 * (LONGEST_NAME + LONGEST_PASSWORD) + 64
# A password's hash takes 16 MB and a processor on purpose: a crowd that logs in waits, and answers go on meanwhile.
HASHES_AT_ONCE = 2
_READS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Access:
    """Whom the page is served to: which names it answers to, who may log in, and whose word on that counts."""

    hosts: Hosts
    users: Users
    proxies: frozenset[str] = frozenset()
    proxy_header: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether nobody comes in without a name."""
        return bool(self.users or self.proxy_header)

    def described(self, public: bool) -> str:
        """Who may come in, as the end of the line that says that the page is ready."""
        if len(self.users.hashes) == 1:
            return texts.FOR_ONE_READER
        if self.users:
            return texts.FOR_READERS.format(len(self.users.hashes))
        if self.proxy_header:
            return texts.FOR_PROXY
        return texts.FOR_EVERYBODY if public else texts.FOR_THIS_MACHINE


def access_of(settings: Settings) -> Access:
    """What the settings say; SettingsError if they cannot be read."""
    proxies = frozenset(filter(None, map(str.strip, settings.trusted_proxies.split(","))))
    if settings.proxy_user_header and not proxies:
        raise SettingsError(texts.PROXY_UNTRUSTED)
    access = Access(hosts_of(settings), users_of(settings), proxies, settings.proxy_user_header)
    if not (access.is_closed or settings.public or is_loopback(settings.host)):
        raise SettingsError(texts.NOT_PUBLIC.format(host=settings.host))
    return access


class Gate:
    """ASGI middleware that lets through what `Access` allows."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._sessions = Sessions()
        self._attempts = Attempts()
        self._rate = Rate()
        self._hashing = CapacityLimiter(HASHES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what must not pass, and pass on the rest."""
        if scope["type"] != "http":
            # The page uses no web sockets, whose handshakes no browser limits to its own site.
            await (self._app(scope, receive, send) if scope["type"] == "lifespan" else _closed(send))
            return
        request = Request(scope, receive)
        refusal = self._misdirected(request) or self._too_much(request)
        if refusal is None:
            refusal = await self._identified(request) or _nothing_there(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self._passed(request, send)

    async def _passed(self, request: Request, send: Send) -> None:
        begun = False

        async def send_some(message: dict[str, object]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(request.scope, limited(request.receive, _most_bytes(request)), send_some)  # type: ignore[arg-type]
        except BodyTooLarge:
            if not begun:
                await _too_large(request)(request.scope, request.receive, send)

    def _misdirected(self, request: Request) -> Response | None:
        """The refusal of a request that is meant for another host, or that another site sends."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if not self._access.hosts.answer_to(host):
            return _refused(421, texts.FOREIGN_HOST.format(host=host[:100]))
        if origin is not None and not self._access.hosts.trust(origin, host):
            return _refused(403, texts.FOREIGN_ORIGIN)
        return _refused(403, texts.FOREIGN_ORIGIN) if _sent_by_another_site(request.headers) else None

    def _too_much(self, request: Request) -> Response | None:
        """The refusal of a body that is too long, or of one request too many."""
        length = request.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > _most_bytes(request):
            return _too_large(request)
        client = self._client(request)
        # Whoever sits at this machine may do with it what he likes.
        seconds = 0.0 if request.method in _READS or is_loopback(client) else self._rate.wait(client)
        return _later(seconds) if seconds else None

    async def _identified(self, request: Request) -> Response | None:
        """The reply to who must not pass; None, with the reader's name in the scope, for who may."""
        request.scope[USER] = ""
        path = _path(request).rstrip("/")
        if not self._access.is_closed:
            return RedirectResponse("/", 303) if path in (LOGIN, LOGOUT) else None
        if path == LOGIN:
            return await self._login(request)
        if path == LOGOUT:
            self._sessions.end(request.cookies.get(COOKIE, ""))
            return _without_cookie(RedirectResponse(LOGIN, 303))
        user = self._named_by_proxy(request) or self._of_cookie(request) or await self._of_credentials(request)
        if user:
            request.scope[USER] = user
            return None
        if path in OPEN or _path(request).startswith(OPEN_FOLDER):
            return None
        return _please_log_in(request)

    def _named_by_proxy(self, request: Request) -> str | None:
        """The reader whom a trusted proxy names; from any other address the header says nothing."""
        header = self._access.proxy_header
        trusted = bool(header) and _peer(request) in self._access.proxies
        # A proxy that adds its header beside the one that somebody sent names two readers, and so nobody.
        named = request.headers.getlist(header) if trusted else []
        return named[0].strip()[:LONGEST_NAME] or None if len(named) == 1 else None

    def _of_cookie(self, request: Request) -> str | None:
        token = request.cookies.get(COOKIE, "")
        return self._sessions.user(token) if token else None

    async def _of_credentials(self, request: Request) -> str | None:
        """The reader of an Authorization header: Basic, or Bearer with `name:password` as the key."""
        name, password = credentials_in(request.headers.get("authorization", ""))
        if not name:
            return None
        secret = f"{name}:{password}"
        if self._sessions.user(secret) == name:  # scrypt is slow on purpose: what was proved once is remembered
            return name
        if await self._is_right(request, name, password):
            self._sessions.begin(name, secret)
            return name
        return None

    async def _login(self, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            return _refused(405, texts.LOGIN_BY_FORM)
        if request.method == "GET":
            return _login_page(request, "", 200)
        body = await _beginning(request, _MOST_LOGIN_BYTES)
        name, password = (_field(body, key) for key in ("username", "password"))
        seconds = self._attempts.wait(*self._keys(request, name))
        if seconds:
            return _login_page(request, "LOGIN_LATER", 429, seconds)
        if not await self._is_right(request, name, password):
            if _wants_page(request):
                return _login_page(request, "LOGIN_WRONG", 401)
            return _refused(401, texts.LOGIN_WRONG)
        reply: Response = RedirectResponse("/", 303) if _wants_page(request) else JSONResponse({"success": True})
        token = self._sessions.begin(name)
        secure = self._is_secure(request)
        reply.set_cookie(COOKIE, token, max_age=int(IDLE_SECONDS), httponly=True, samesite="lax", secure=secure)
        return reply

    async def _is_right(self, request: Request, name: str, password: str) -> bool:
        """Whether name and password belong together; after too many failures not even the right one is looked at."""
        keys = self._keys(request, name)
        if self._attempts.wait(*keys):
            return False
        admit = partial(self._access.users.admit, name, password)
        right = await to_thread.run_sync(admit, limiter=self._hashing)
        (self._attempts.succeeded if right else self._attempts.failed)(*keys)
        return right

    def _keys(self, request: Request, name: str) -> tuple[str, str]:
        return f"address {self._client(request)}", f"name {name[:LONGEST_NAME]}"

    def _client(self, request: Request) -> str:
        """The address of who sends a request; behind a trusted proxy the one that the proxy saw."""
        peer = _peer(request)
        forwarded = request.headers.get("x-forwarded-for", "") if peer in self._access.proxies else ""
        return forwarded.rpartition(",")[2].strip() or peer

    def _is_secure(self, request: Request) -> bool:
        """Whether the reader's side of the connection is encrypted, by us or by a trusted proxy."""
        proxied = _peer(request) in self._access.proxies and request.headers.get("x-forwarded-proto") == "https"
        return request.url.scheme == "https" or proxied


def credentials_in(header: str) -> tuple[str, str]:
    """Name and password of an Authorization header; empty where there are none that can be read."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
    elif scheme.lower() != "bearer":
        return "", ""
    name, _, password = value.strip().partition(":")
    return name, password


def _sent_by_another_site(headers: Headers) -> bool:
    """Whether a browser says that another site sends this, and not by a link that somebody follows."""
    foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return foreign and headers.get("sec-fetch-mode") != "navigate"


def _nothing_there(request: Request) -> Response | None:
    return None if is_served(_path(request)) else JSONResponse({"detail": texts.NOTHING_THERE}, 404)


def _please_log_in(request: Request) -> Response:
    if _wants_page(request) and request.method == "GET":
        return RedirectResponse(LOGIN, 303)
    # In the shape of Gradio's errors, and in that of OpenAI's.
    error = {"message": texts.LOGIN_NEEDED, "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    return JSONResponse({"detail": texts.LOGIN_NEEDED, "error": error}, 401)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _login_page(request: Request, message: str, status: int, wait: float = 0.0) -> Response:
    """The form, in the language that the browser wants; `message` is the name of what is the matter."""
    headers = {"Retry-After": str(int(wait) + 1)} if wait else None
    with speaking(language_of(request, language())):
        told = str(getattr(texts, message)).format(round(wait) + 1) if message else ""
        return HTMLResponse(rendered("login", message=told), status, headers)


def _without_cookie(reply: Response) -> Response:
    reply.delete_cookie(COOKIE)
    return reply


def _most_bytes(request: Request) -> int:
    return MOST_UPLOAD_BYTES if _path(request) == UPLOAD else MOST_BODY_BYTES


def _too_large(request: Request) -> Response:
    return _refused(413, texts.TOO_LARGE.format(_most_bytes(request) // 1024**2))


def _later(seconds: float) -> Response:
    return PlainTextResponse(texts.TOO_MANY, 429, {"Retry-After": str(int(seconds) + 1)})


def _refused(status: int, line: str) -> Response:
    return PlainTextResponse(f"{line}\n", status)


def _path(request: Request) -> str:
    """The path within its place as the routes will see it; `request.url` heeds what the Host header says."""
    return place_of(request.scope["path"])[1]


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


def _field(form: bytes, key: str) -> str:
    """A field of a form that was sent, empty where there is none, or more fields than any page of ours has."""
    try:
        fields = parse_qs(form.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:
        return ""
    return fields.get(key, [""])[0]


async def _beginning(request: Request, most: int) -> bytes:
    """The body of a request as far as `most` bytes."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > most:
            break
    return read[:most]


async def _closed(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})
