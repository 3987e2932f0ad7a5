"""Narrowing as a reader does it: by the form, by a chip of a question, kept with the conversation."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask, in_each_scheme, shoot, visit
from playwright.sync_api import Browser, expect
from test_craft import RULES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1440, 390])
def test_a_form_narrows_and_a_chip_is_dropped(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        page.locator(".narrow summary").click()
        page.get_by_label("From").fill("2025")
        page.get_by_label("Only with code").and_(page.locator("form input")).check()
        for scheme in in_each_scheme(page):
            shoot(page, f"narrow-{width}-{scheme}")
            assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []
        page.get_by_role("button", name="Apply").click()
        expect(page.locator(".scope .chip")).to_have_count(2)
        ask(page, "How many papers are there?")
        expect(page.locator(".how summary")).to_contain_text("since 2025, with code")
        page.get_by_role("button", name="Drop “with code”").click()
        expect(page.locator(".scope .chip")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_question_asked_is_kept_and_stays_with_its_conversation(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "Which papers since 2024 use diffusion?")
        page.get_by_role("button", name="Keep “since 2024” for this chat").click()
        expect(page.locator(".scope")).to_contain_text("since 2024")
        ask(page, "Which papers generate music for a video?")
        expect(page.locator(".how summary").last).to_contain_text("since 2024")
        page.get_by_label("Toggle Sidebar").click()
        page.get_by_role("button", name="New chat").click()
        expect(page.locator(".scope")).to_have_count(0)
        page.locator(".kept .title-link").first.click()
        expect(page.locator(".scope")).to_contain_text("since 2024")


def test_an_at_sign_names_a_paper(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        box = page.locator("#question textarea")
        box.press_sequentially("What is @melod")
        expect(page.locator(".offered [role=option]").first).to_contain_text("MeLoDy")
        shoot(page, "naming-1440-light")
        page.keyboard.press("Enter")
        expect(box).to_have_value("What is MeLoDy ")
        expect(page.locator(".answer")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(page.locator(".answer[aria-busy=false]")).to_contain_text("LM-guided diffusion")


def test_a_slash_is_a_command(browser: Browser, site: str) -> None:
    with visit(browser, site, 390) as page:
        ask(page, "Which papers use diffusion?")
        box = page.locator("#question textarea")
        box.press_sequentially("/ta")
        expect(page.locator(".offered [role=option]")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator(".sheet tbody tr")).to_have_count(12)


def test_escape_closes_what_is_offered_and_keeps_what_was_typed(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        box = page.locator("#question textarea")
        box.press_sequentially("/")
        expect(page.locator(".offered")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".offered")).to_be_hidden()
        expect(box).to_have_value("/")
