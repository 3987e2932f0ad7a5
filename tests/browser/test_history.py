"""Conversations kept, renamed, found, deleted, taken away, and judged."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import bibtexparser
import pytest
import rispy
from conftest import Watch, ask, real_assistant, served, shoot, visit
from fake_assistant import FakeAssistant
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.export.saved import conversation_from_json
from assistant.ui.chat.feedback import Notes
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.pipeline import ingest_papers, remove_papers
from ingest.sources import Found

pytestmark = pytest.mark.browser
QUESTION = "What is MeLoDy and how much faster is it than MusicLM?"


def open_sidebar(page: Page) -> None:
    page.get_by_label("Toggle Sidebar").click()
    expect(page.locator("#sidebar.open")).to_be_visible()
    page.wait_for_timeout(400)


@pytest.mark.parametrize("width", [1440, 768, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_conversation_is_kept_and_opened_again(browser: Browser, site: str, width: int, scheme: str) -> None:
    with visit(browser, site, width, scheme) as page:
        ask(page, QUESTION)
        open_sidebar(page)
        expect(page.locator(".kept li")).to_have_count(1)
        page.locator("#new-chat").click()
        expect(page.locator(".answer")).to_have_count(0)
        if width <= 768:  # where the sidebar covers the chat, a new one has closed it
            open_sidebar(page)
        shoot(page, f"sidebar-{width}-{scheme}")
        page.locator(".kept .title-link").click()
        expect(page.locator(".answer")).to_contain_text("99.6%")
        expect(page.locator(".card").first).to_contain_text("Efficient Neural Music Generation")


def test_conversations_outlive_a_restart_with_their_citations(
    browser: Browser, index_folder: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path
) -> None:
    """One browser, two runs of the server; in between one cited paper is taken out and another one changed."""
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    with closing(browser.new_context()) as context:
        page = context.new_page()
        watch = Watch(page)
        with real_assistant(folder) as assistant, served(assistant) as address:
            page.goto(address)
            ask(page, QUESTION)
            ask(page, "Compare MusicLDM and Mustango")
            open_sidebar(page)
            expect(page.locator(".kept li")).to_have_count(1)
            name_box(page).fill("Speed of MeLoDy")
            name_box(page).press("Enter")
            expect(page.locator(".kept")).to_contain_text("Speed of MeLoDy")
            changed = replace(
                assistant.paper("2311.08355"), abstract="The authors introduce Mustango, and that is all."
            )
            page.goto("about:blank")
        remove_papers(["2305.15719"], folder, embedder)
        ingest_papers([Found(changed, "test", 1)], folder, embedder)
        with real_assistant(folder) as assistant, served(assistant, int(address.rsplit(":", 1)[1])) as address:
            page.goto(address)
            page.wait_for_selector("#question textarea")
            open_sidebar(page)
            page.locator(".kept .title-link", has_text="Speed of MeLoDy").click()
            expect(page.locator(".answer").first).to_contain_text("99.6%")
            citations_are_intact(page)
            page.get_by_label("Delete “Speed of MeLoDy”").click()
            expect(page.locator(".kept")).to_have_count(0)
            page.goto("about:blank")
    assert watch.requests == [] and watch.errors == []


def name_box(page: Page) -> Locator:
    return page.locator("#conversation-name textarea, #conversation-name input")


def citations_are_intact(page: Page) -> None:
    """Each marker leads to the words that it quoted, and what became of their paper is marked."""
    page.locator(".answer").first.locator(".marker").nth(1).click()
    expect(page.locator(".card.active mark.active")).to_contain_text("95.7%")
    expect(page.locator(".card.active .fate")).to_have_text("no longer in the library")
    page.locator('.answer:has(table) .marker[data-number="2"]').first.click()
    expect(page.locator(".card.active mark.active")).to_contain_text("Mustango")
    expect(page.locator(".card.active .fate")).to_have_text("its text has changed since")
    unchanged = page.locator('.turn-sources[data-turn="1"] .card', has_text="MusicLDM: Enhancing").first
    expect(unchanged.locator(".fate")).to_have_count(0)


def test_conversations_are_found_by_their_words(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        open_sidebar(page)
        page.locator("#new-chat").click()
        expect(page.locator(".answer")).to_have_count(0)
        ask(page, "Compare MusicLDM and Mustango")
        expect(page.locator(".kept li")).to_have_count(2)
        page.locator("#find-conversation textarea, #find-conversation input").fill("mustango compare")
        expect(page.locator(".kept li")).to_have_count(1)


def test_a_conversation_is_taken_away_in_every_form(browser: Browser, site: str, tmp_path: Path) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        open_sidebar(page)
        page.get_by_role("button", name="Take this chat away").click()
        saved = {}
        for name in ("Markdown", "HTML", "JSON", "BibTeX", "RIS", "CSL-JSON"):
            with page.expect_download() as download:
                page.get_by_role("button", name=name, exact=True).click()
            file = tmp_path / download.value.suggested_filename
            download.value.save_as(file)
            saved[name] = file.read_text(encoding="utf-8")
    tokens = MarkdownIt().parse(saved["Markdown"])
    assert "99.6%" in "".join(token.content for token in tokens) and tokens[0].type == "heading_open"
    read = _Read()
    read.feed(saved["HTML"])
    assert QUESTION in read.text and "99.6%" in read.text and not read.fetched
    assert conversation_from_json(saved["JSON"]).turns[0].question == QUESTION
    (entry,) = bibtexparser.parse_string(saved["BibTeX"]).entries
    assert entry["title"].replace("{", "").startswith("Efficient") and entry["eprint"] == "2305.15719"
    (record,) = rispy.loads(saved["RIS"])
    assert record["title"] == "Efficient Neural Music Generation" and record["year"] == "2023"
    (item,) = json.loads(saved["CSL-JSON"])
    assert item["title"] == "Efficient Neural Music Generation" and item["issued"]["date-parts"] == [[2023]]


class _Read(HTMLParser):
    """The text of a page, and what a browser would fetch with it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.fetched: list[str] = []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [tag for name, _ in attrs if name == "src" or (tag == "link" and name == "href")]


def test_the_sidebar_can_be_used_by_keys_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        page.get_by_label("Toggle Sidebar").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#sidebar.open")).to_be_visible()
        expect(page.locator("#new-chat")).to_be_visible()  # it can be focused only when the sidebar has slid in
        page.locator("#new-chat").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_have_count(0)
        page.locator(".kept .title-link").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".answer")).to_contain_text("99.6%")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Delete “")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".kept")).to_have_count(0)


def test_a_verdict_with_its_reason_is_kept(browser: Browser, index_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    with real_assistant(folder) as assistant, served(assistant) as address, visit(browser, address) as page:
        ask(page, QUESTION)
        page.get_by_role("button", name="Like", exact=True).click()
        expect(page.get_by_text("Noted, thank you.")).to_be_visible()
        page.get_by_role("button", name="Feedback").hover()
        page.get_by_text("Wrong source").click()
        page.wait_for_timeout(500)
        verdicts = [json.loads(line)["verdict"] for line in Notes(folder).feedback_lines()]
        assert verdicts == ["like", "Wrong source"]


def test_with_a_login_conversations_follow_the_reader_and_nobody_else(browser: Browser) -> None:
    assistant = FakeAssistant()
    logins = "ada:pass-a,bob:pass-b"

    def enter(page: Page, name: str, password: str) -> None:
        page.locator("input[type=text], textarea").first.fill(name)
        page.locator("input[type=password]").fill(password)
        page.get_by_role("button", name="Login").click()
        page.wait_for_selector("#question textarea")

    with served(assistant, logins=logins) as address:
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"{address}/config")
        for name, password, kept in (("ada", "pass-a", 0), ("ada", "pass-a", 1), ("bob", "pass-b", 0)):
            context = browser.new_context()
            page = context.new_page()
            foreign: list[str] = []
            page.on(
                "request", lambda request, foreign=foreign: "127.0.0.1" in request.url or foreign.append(request.url)
            )
            page.goto(address)
            enter(page, name, password)
            open_sidebar(page)
            expect(page.locator(".kept li")).to_have_count(kept)
            if not kept and name == "ada":
                ask(page, QUESTION)
                expect(page.locator(".kept li")).to_have_count(1)
            assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
            context.close()
