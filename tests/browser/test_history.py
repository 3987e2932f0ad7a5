"""Conversations kept, renamed, found, deleted, taken away, and judged."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from pathlib import Path

import bibtexparser
import pytest
from conftest import ask, real_assistant, served, shoot, visit
from fake_assistant import FakeAssistant
from playwright.sync_api import Browser, Page, expect

from assistant.export.saved import conversation_from_json
from assistant.ui.notes import Notes

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


def test_conversations_outlive_a_reload_and_a_restart(browser: Browser, index_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    context = browser.new_context()
    page = context.new_page()
    with real_assistant(folder) as assistant, served(assistant) as address:
        page.goto(address)
        ask(page, QUESTION)
        open_sidebar(page)
        expect(page.locator(".kept li")).to_have_count(1)
        page.locator("#conversation-name textarea, #conversation-name input").fill("Speed of MeLoDy")
        page.locator("#conversation-name textarea, #conversation-name input").press("Enter")
        expect(page.locator(".kept")).to_contain_text("Speed of MeLoDy")
        port = int(address.rsplit(":", 1)[1])
    with real_assistant(folder) as assistant:
        assistant_papers = assistant.papers()
        from ingest.pipeline import remove_papers

        remove_papers([assistant_papers[0].id, "2305.15719"], folder, assistant.index.embedder)
        with served(assistant, port) as address:
            page.goto(address)
            page.wait_for_selector("#question textarea")
            open_sidebar(page)
            page.locator(".kept .title-link", has_text="Speed of MeLoDy").click()
            expect(page.locator(".answer")).to_contain_text("99.6%")
            expect(page.locator(".card .fate").first).to_have_text("no longer in the library")
            page.get_by_label("Delete “Speed of MeLoDy”").click()
            expect(page.locator(".kept")).to_have_count(0)
    context.close()


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
    assert "99.6%" in saved["Markdown"] and "99.6%" in saved["HTML"]
    assert conversation_from_json(saved["JSON"]).turns[0].question == QUESTION
    assert bibtexparser.parse_string(saved["BibTeX"]).entries[0]["title"].replace("{", "").startswith("Efficient")
    assert "TY  - " in saved["RIS"] and json.loads(saved["CSL-JSON"])[0]["title"]


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
    logins = [("ada", "pass-a"), ("bob", "pass-b")]

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
