"""The gate: whose requests pass, and what the others are told. Over a small app, and over the whole page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import gradio_client
import httpx
import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from serving import served
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.access.gate import USER, Gate, access_of, credentials_in
from assistant.ui.access.limits import MOST_BODY_BYTES
from assistant.ui.access.passwords import hashed
from assistant.ui.access.routes import is_served

HERE = "http://127.0.0.1:7860"
LOGINS = f"ada:{hashed('pass-word-a')},bob:{hashed('pass-word-b')}"
PAGE = {"accept": "text/html"}


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


async def who(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse(request.scope[USER] or "nobody in particular")


def client(host: str = "127.0.0.1", peer: str = "127.0.0.1", **values: object) -> TestClient:
    methods = ["GET", "POST"]
    app = Starlette(routes=[Route("/{path:path}", who, methods=methods)])
    app.add_middleware(Gate, access=access_of(settings(host=host, **values)))
    return TestClient(app, base_url=HERE, client=(peer, 1234), follow_redirects=False)


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def logged_in(caller: TestClient, name: str, password: str) -> TestClient:
    assert caller.post("/login", data={"username": name, "password": password}).status_code == 200
    return caller


# Is it meant for us?


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "",
        "[::1",
        "10.0.0.7",
        "evil@127.0.0.1",
        "127.0.0.1/healthz?",
        "127.0.0.1#",
        "127.0.0.1:x",
        "127.0.0.1, evil.example",
    ],
)
def test_a_foreign_host_is_misdirected(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860", "localhost."])
def test_this_machine_is_answered(host: str) -> None:
    assert client().get("/", headers={"host": host}).status_code == 200


def test_a_host_that_the_operator_allows_is_answered() -> None:
    assert client(allowed_hosts="papers.example").get("/", headers={"host": "papers.example"}).status_code == 200


def test_an_address_served_to_others_answers_to_addresses_but_not_to_strange_names() -> None:
    caller = client(host="0.0.0.0", public=True)
    assert caller.get("/", headers={"host": "192.0.2.7:7860"}).status_code == 200
    assert caller.get("/", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1.evil.example", "http://[::1"])
def test_another_sites_origin_is_refused(origin: str) -> None:
    assert client().post("/v1/ask", headers={"origin": origin}).status_code == 403


def test_the_pages_own_origin_passes() -> None:
    assert client().post("/v1/ask", headers={"origin": HERE}).status_code == 200


def test_what_a_browser_says_another_site_sends_is_refused_without_an_origin() -> None:
    assert (
        client().get("/v1/papers", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}).status_code
        == 403
    )


def test_a_link_that_somebody_follows_passes() -> None:
    assert client().get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}).status_code == 200


def test_web_sockets_are_closed() -> None:
    with pytest.raises(Exception), client().websocket_connect("/"):  # noqa: B017 - starlette's own, unnamed
        pass


# Is it small, and seldom?


def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    reply = client().post("/v1/ask", content=b"x", headers={"content-length": str(MOST_BODY_BYTES + 1)})
    assert reply.status_code == 413 and reply.text == "A request may have at most 4 MB.\n"


def test_a_body_that_grows_too_large_is_refused() -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(MOST_BODY_BYTES // 2**20 + 1):
            yield b"x" * 2**20

    assert client().post("/v1/ask", content=pieces()).status_code == 413


def test_a_client_that_floods_waits() -> None:
    caller = client(host="0.0.0.0", public=True, peer="192.0.2.9")
    replies = [caller.post("/v1/ask") for _ in range(100)]
    late = next(reply for reply in replies if reply.status_code == 429)
    assert replies[0].status_code == 200 and int(late.headers["retry-after"]) >= 1


def test_this_machine_may_ask_as_often_as_it_likes() -> None:
    caller = client()
    assert {caller.post("/v1/ask").status_code for _ in range(100)} == {200}


# Who sends it?


def test_without_readers_everybody_here_passes() -> None:
    assert client().get("/v1/papers").text == "nobody in particular"


@pytest.mark.parametrize(
    "path", ["/config", "/gradio_api/call/ask", "/mcp", "/openapi.json", "/gradio_api/upload", "/v1/models"]
)
def test_without_a_login_nothing_is_told(path: str) -> None:
    caller = client(logins=LOGINS)
    assert caller.get(path).status_code == caller.post(path).status_code == 401


def test_a_browser_is_led_to_the_login_page() -> None:
    reply = client(logins=LOGINS).get("/", headers=PAGE)
    assert reply.status_code == 303 and reply.headers["location"] == "/login"


@pytest.mark.parametrize(
    "path", ["/healthzoo", "/healthz/papers", "/readyz.papers", "/footnotes", "/login/papers", "/logoutx", "//healthz"]
)
def test_what_only_begins_like_an_open_path_is_closed(path: str) -> None:
    assert client(logins=LOGINS).get(f"{HERE}{path}").status_code == 401


def test_who_logs_in_is_known_by_a_cookie_that_scripts_cannot_read() -> None:
    caller = client(logins=LOGINS)
    cookie = caller.post("/login", data={"username": "ada", "password": "pass-word-a"}).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "secure" not in cookie
    assert caller.get("/v1/papers").text == "ada"


def test_behind_tls_the_cookie_is_sent_over_tls_alone() -> None:
    caller = client(logins=LOGINS, trusted_proxies="127.0.0.1")
    form = {"username": "ada", "password": "pass-word-a"}
    assert (
        "secure"
        in caller.post("/login", data=form, headers={"x-forwarded-proto": "https"}).headers["set-cookie"].lower()
    )


def test_who_logs_out_is_nobody_again() -> None:
    caller = logged_in(client(logins=LOGINS), "ada", "pass-word-a")
    session = caller.cookies["footnote-session"]
    caller.get("/logout")
    assert caller.get("/v1/papers", headers={"cookie": f"footnote-session={session}"}).status_code == 401


@pytest.mark.parametrize(("name", "password"), [("ada", "pass-word-b"), ("eve", "x"), ("", ""), ("ada", "p" * 10_000)])
def test_a_wrong_password_is_told_as_such(name: str, password: str) -> None:
    reply = client(logins=LOGINS).post("/login", data={"username": name, "password": password}, headers=PAGE)
    assert reply.status_code == 401 and "do not belong together" in reply.text and "set-cookie" not in reply.headers


def test_forty_wrong_passwords_are_not_forty_tries() -> None:
    caller = client(logins=LOGINS)
    tries = [caller.post("/login", data={"username": "ada", "password": f"guess{n}"}).status_code for n in range(40)]
    assert tries.count(401) <= 4 and tries[-1] == 429
    assert caller.post("/login", data={"username": "ada", "password": "pass-word-a"}).status_code == 429


def test_wrong_passwords_by_authorization_count_as_well() -> None:
    caller = client(logins=LOGINS)
    assert {caller.get("/", headers=basic("ada", f"guess{n}")).status_code for n in range(10)} == {401}
    assert caller.get("/", headers=basic("ada", "pass-word-a")).status_code == 401


@pytest.mark.parametrize("header", [basic("bob", "pass-word-b"), {"authorization": "Bearer bob:pass-word-b"}])
def test_programs_log_in_by_authorization(header: dict[str, str]) -> None:
    caller = client(logins=LOGINS)
    assert caller.get("/v1/papers", headers=header).text == caller.get("/v1/papers", headers=header).text == "bob"


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Basic /////w==", "Digest x", "Bearer", "Bearer ada", "Negotiate YQ=="]
)
def test_an_authorization_that_cannot_be_read_names_nobody(header: str) -> None:
    name, password = credentials_in(header)
    assert not (name and password)


def test_a_made_up_session_is_nobodys() -> None:
    assert client(logins=LOGINS).get("/v1/papers", headers={"cookie": "footnote-session=abc"}).status_code == 401


def test_a_trusted_proxy_names_the_reader() -> None:
    caller = client(proxy_user_header="X-Forwarded-User", trusted_proxies="127.0.0.1")
    assert caller.get("/v1/papers", headers={"x-forwarded-user": "ada"}).text == "ada"
    assert caller.get("/v1/papers").status_code == 401


def test_a_proxy_that_passes_on_a_second_name_names_nobody() -> None:
    caller = client(proxy_user_header="X-Forwarded-User", trusted_proxies="127.0.0.1")
    both = [("x-forwarded-user", "root"), ("x-forwarded-user", "ada")]
    assert caller.get("/v1/papers", headers=both).status_code == 401


def test_anybody_elses_word_on_the_reader_is_nothing() -> None:
    values = {"proxy_user_header": "X-Forwarded-User", "trusted_proxies": "192.0.2.1"}
    assert client(**values).get("/v1/papers", headers={"x-forwarded-user": "ada"}).status_code == 401


# Settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "papers.example"])
def test_an_address_for_others_needs_logins_or_a_word(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^\S+ can be reached from other machines: .*--public[^\n]*$"):
        access_of(settings(host=host))
    assert (
        access_of(settings(host=host, public=True)) and access_of(settings(host=host, logins="ada:pass-word")).is_closed
    )


def test_a_proxys_header_without_a_proxy_is_one_clear_line() -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_TRUSTED_PROXIES"):
        access_of(settings(proxy_user_header="X-User"))


# The whole page


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[httpx.Client, list[str]]]:
    """A client of the real page with readers, and the paths of all its routes that are not open."""
    built: list[FastAPI] = []
    with served(FakeAssistant(), logins=LOGINS, built=built) as address, httpx.Client(base_url=address) as caller:
        yield caller, paths(built[0])


def routes_of(app: object) -> Iterator[str]:
    """The paths of an app, of what is mounted in it, and of the routers that it includes."""
    for route in getattr(app, "routes", ()):
        yield getattr(route, "path", None) or ""
        for inner in (getattr(route, "app", None), getattr(route, "original_router", None)):
            yield from routes_of(inner)


def paths(app: FastAPI) -> list[str]:
    opened = ("/healthz", "/readyz", "/footnote", "/login", "/logout")
    closed = {path.rstrip("/") or "/" for path in routes_of(app) if not path.startswith(opened)}
    return sorted(re.sub(r"\{[^}]*\}", "x", path) for path in closed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "headers", [{}, basic("ada", "wrong"), {"cookie": "footnote-session=guess"}, {"x-forwarded-user": "ada"}]
)
def test_no_route_of_the_page_lets_a_stranger_in(page: tuple[httpx.Client, list[str]], headers: dict[str, str]) -> None:
    caller, routes = page
    assert len(routes) > 40
    told = {
        (m, p): caller.request(m, p, headers=headers).status_code for p in routes for m in ("GET", "POST", "DELETE")
    }
    assert set(told.values()) == {401}


def test_a_route_that_nobody_needs_is_not_there(page: tuple[httpx.Client, list[str]]) -> None:
    caller, routes = page
    unneeded = [path for path in routes if not is_served(path)]
    assert {"/gradio_api/proxy=x", "/gradio_api/vibe-edit", "/monitoring", "/openapi.json"} <= set(unneeded)
    reader = basic("bob", "pass-word-b")
    told = {(m, p): caller.request(m, p, headers=reader).status_code for p in unneeded for m in ("GET", "POST")}
    assert set(told.values()) == {404}


def test_health_is_told_to_everybody_and_nothing_else(page: tuple[httpx.Client, list[str]]) -> None:
    caller, _ = page
    assert [caller.get(path).json() for path in ("/healthz", "/readyz")] == [{"status": "ok"}, {"status": "ready"}]


def test_the_gates_own_replies_carry_the_policy(page: tuple[httpx.Client, list[str]]) -> None:
    caller, _ = page
    assert "default-src 'self'" in caller.get("/login").headers["content-security-policy"]


def test_gradios_own_client_logs_in(page: tuple[httpx.Client, list[str]]) -> None:
    caller, _ = page
    client = gradio_client.Client(str(caller.base_url), auth=("bob", "pass-word-b"), verbose=False)
    assert client.predict("", 1, 0, api_name="/list_papers")["total"] == len(FakeAssistant().papers())
