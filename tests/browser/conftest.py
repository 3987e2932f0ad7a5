"""The real page in a real browser, watched: no request may leave for another host, no error may reach the console."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

import pytest
from playwright.sync_api import TimeoutError as NotInTime

from assistant.answering import Assistant, open_assistant
from assistant.settings import load_settings

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant" / "ui"))

from serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
# Milliseconds until a page that should look so counts as wrong: a machine that also indexes and embeds is slow.
PATIENCE = 20_000
# Milliseconds until a question that no answer was begun to counts as not heard; one that was heard shows at once.
UNHEARD = 10_000
LOCAL_SCHEMES = {"data", "blob"}


@contextmanager
def real_assistant(folder: Path) -> Iterator[Assistant]:
    """The real thing over an index, answering by quotes."""
    assistant = open_assistant(load_settings(index=folder, llm="extractive"))
    yield assistant
    assistant.index.close()


@pytest.fixture(scope="session")
def site(index_folder: Path) -> Iterator[str]:
    """The address of the real page over the bundled papers, which no test may change."""
    with real_assistant(index_folder) as assistant, served(assistant) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, without a head."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watch:
    """What a page did that it should not have done."""

    def __init__(self, page: Page) -> None:
        self.requests: list[str] = []
        self.refused: list[str] = []  # by the page's own policy, before they left
        self.errors: list[str] = []
        page.on("request", self._saw_request)
        page.on("requestfailed", self._saw_failure)
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _saw_request(self, request: Request) -> None:
        address = urlparse(request.url)
        if address.scheme not in LOCAL_SCHEMES and address.hostname != "127.0.0.1":
            self.requests.append(request.url)

    def _saw_failure(self, request: Request) -> None:
        if request.failure == "csp":
            self.refused.append(request.url)


@contextmanager
def visit(
    browser: Browser, address: str, width: int = 1440, scheme: str = "light", policy_may_refuse: bool = False
) -> Iterator[Page]:
    """A page at this width and colour scheme; leaving it fails on any foreign request or console error.

    With `policy_may_refuse`, a request that the page's policy held back is no failure.
    """
    height = 900 if width > 700 else 844
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    watch = Watch(page)
    try:
        page.goto(address)
        page.wait_for_selector("#question textarea")
        yield page
    finally:
        context.close()
    if policy_may_refuse:
        assert sorted(watch.requests) == sorted(watch.refused)
        return
    assert watch.requests == []
    assert watch.errors == []


def in_each_scheme(page: Page) -> Iterator[str]:
    """Light, then dark, on the same page, which follows its reader's system as it changes."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function("dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark")
        yield scheme


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page for eyes to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer is whole.

    On a loaded machine the box may stand there before its keys do anything: a question of which nothing was heard for
    `UNHEARD` is typed again. One that was heard must not be, or it would be asked twice.
    """
    answers, box = page.locator(".answer"), page.locator("#question textarea")
    before = answers.count()
    for patience in (UNHEARD, PATIENCE):
        box.fill(question)
        box.press("Enter")
        with suppress(NotInTime):
            answers.nth(before).wait_for(state="attached", timeout=patience)
            break
    page.locator(".answer[aria-busy=false]").nth(before).wait_for()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio runs in our process: its queue sets an option that pandas deprecates, and it leaves sockets open."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            for warning in (
                "pandas.errors.Pandas4Warning",
                "pytest.PytestUnraisableExceptionWarning",
                "ResourceWarning",
            ):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{warning}"))


def open_tab(page: Page, name: str) -> None:
    """Open a tab by its name (Gradio keeps a second, hidden row of tabs for measuring)."""
    page.locator("#tabs > .tab-wrapper .tab-container:not(.visually-hidden)").get_by_role("tab", name=name).click()
