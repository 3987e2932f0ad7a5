"""The corpus of attacks in the real page: in every field of a library's records, in questions, in what a model says.

All names lead to a trap on this machine, which counts who comes: a request that the page's policy would have held back
counts as well, because none may even be tried.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from conftest import CHROMIUM, ask, open_tab, real_assistant, served, visit
from fake_assistant import FakeAssistant
from payloads import LEAK_HOST, PAYLOADS, hostile_answer, hostile_papers, raw_paper
from playwright.sync_api import Browser, Error, Page, expect

from assistant.answers import Answer
from assistant.conversation import Conversation
from assistant.export.formats import CONVERSATION_FORMATS
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.pipeline import ingest_papers

pytestmark = pytest.mark.browser
TOGETHER = 12
"""Payloads of one question: each alone would take minutes."""


NAMES = (LEAK_HOST.encode(), b"known.example", b"github.com", b"arxiv.org", b"doi.org")
"""Whom the payloads and the records name."""


class Trap:
    """Listens where every name leads."""

    def __init__(self) -> None:
        self.caught: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(2)
                try:
                    said = caller.recv(8192)  # a request with its host, or a TLS greeting that names it
                except OSError:
                    continue
                if any(name in said for name in NAMES):  # the browser's own services come by as well
                    self.caught.append(said)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture(scope="module")
def trapped(browser: Browser, trap: Trap) -> Iterator[Browser]:
    """A browser for which every other host is the trap."""
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{trap.port}, EXCLUDE 127.0.0.1"
    other = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", rules])
    bait = other.new_page()
    with suppress(Error):  # the trap says nothing
        bait.goto(f"http://{LEAK_HOST}/bait")
    bait.close()
    assert any(LEAK_HOST.encode() in said for said in trap.caught)  # it does catch
    trap.caught.clear()
    yield other
    other.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """A real index whose records hold a payload in every field."""
    folder = tmp_path_factory.mktemp("hostile") / "index"
    report = ingest_papers(hostile_papers(), folder, embedder)
    assert report.papers + len(report.merged) >= len(PAYLOADS) - 1, report.refused
    return folder


@contextmanager
def watched(browser: Browser, address: str, trap: Trap) -> Iterator[Page]:
    """A visit in which nothing may run, open, ask or be asked."""
    with visit(browser, address) as page:
        opened: list[str] = []
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        page.context.on("page", lambda other: opened.append(other.url))
        yield page
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran") is None
        assert page.locator(INJECTED).evaluate_all("found => found.map(each => each.outerHTML)") == []
        assert opened == []
    assert trap.caught == []


INJECTED = ", ".join(
    f":is(#conversation, #sources, #library, #comparison, #sidebar, #paper, .papers, .map-stage, #quote-tip) {tag}"
    for tag in (
        "script",
        "img[src*=leak]",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "link",
        "video",
        "audio",
    )
)


def packs() -> list[list[str]]:
    texts = [payload for _, payload in PAYLOADS]
    return [texts[first : first + TOGETHER] for first in range(0, len(texts), TOGETHER)]


def test_records_neither_run_nor_leave(trapped: Browser, trap: Trap, library: Path, tmp_path: Path) -> None:
    with real_assistant(library) as assistant, served(assistant) as address, watched(trapped, address, trap) as page:
        ask(page, "What is HostileNet7?")
        page.locator(".marker").first.hover()
        page.locator(".marker").first.click()
        ask(page, "List the papers about subject 5")
        ask(page, "Compare HostileNet3 and HostileNet4")
        open_tab(page, "Library")
        expect(page.locator(".papers tbody tr").first).to_be_visible()
        pages = 0
        while True:
            pages += 1
            rows = page.locator(".papers .title-link")
            for row in range(0, rows.count(), 7):
                rows.nth(row).click()
                expect(page.locator(".paper h3")).to_have_text(rows.nth(row).inner_text())
            forward = page.get_by_role("button", name="Next")
            if forward.is_disabled():
                break
            forward.click()
            expect(page.locator(".pager")).to_contain_text(f"{pages + 1} of")
        assert pages > 2
        open_tab(page, "Map")
        expect(page.locator(".map-status")).to_contain_text("papers.", timeout=60_000)


def test_questions_and_what_a_model_says_neither_run_nor_leave(trapped: Browser, trap: Trap) -> None:
    every = packs()

    class Hostile(FakeAssistant):
        asked = 0

        def _answer(self, question: str) -> Answer:
            pack = "\n\n".join(every[Hostile.asked % len(every)])
            Hostile.asked += 1
            return hostile_answer(raw_paper(Hostile.asked, pack), pack)

        def openings(self) -> tuple[str, ...]:
            return tuple(text for pack in every for text in pack)[:40]

        def suggestions(self, answer: Answer) -> tuple[str, ...]:
            return tuple(every[Hostile.asked % len(every)][:3])

    with served(Hostile()) as address, watched(trapped, address, trap) as page:
        for pack in every:
            ask(page, "\n".join(text for text in pack if "\n" not in text))
            page.locator(".marker").last.hover()
        page.locator(".how summary").last.click()
        page.get_by_label("Toggle Sidebar").click()
        expect(page.locator(".kept li")).to_have_count(1)


def test_a_page_taken_away_neither_runs_nor_leaves(trapped: Browser, trap: Trap, tmp_path: Path) -> None:
    conversation = Conversation()
    for number, (_, payload) in enumerate(PAYLOADS):
        conversation = conversation.with_turn(payload, hostile_answer(raw_paper(number, payload), payload))
    (tmp_path / "taken.html").write_text(CONVERSATION_FORMATS[".html"](conversation), encoding="utf-8")
    page = trapped.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto((tmp_path / "taken.html").as_uri())
    page.wait_for_timeout(300)
    assert page.locator("section").count() == len(PAYLOADS)
    assert page.evaluate("window.ran") is None
    assert len(requests) == 1 and trap.caught == []
    page.close()
