"""What a reader sets for this browser holds at once, and when the page is opened again."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import shoot, visit
from playwright.sync_api import Browser, Page, expect
from test_craft import RULES

pytestmark = pytest.mark.browser


def is_dark(page: Page) -> bool:
    return bool(page.evaluate("document.body.classList.contains('dark')"))


def test_colours_and_density_are_set_and_kept(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        page.get_by_label("Toggle Sidebar").click()
        page.locator("#settings button").first.click()
        assert not is_dark(page)
        page.get_by_label("Colours").select_option("dark")
        assert is_dark(page)
        page.get_by_label("Density").select_option("compact")
        page.wait_for_timeout(400)
        shoot(page, "settings-1440-dark")
        assert [v["id"] for v in Axe().run(page, options={"runOnly": RULES}).response["violations"]] == []
        page.reload()
        expect(page.locator(".example")).to_have_count(4)
        assert is_dark(page)
        assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--fn-leading')") == "1.45"
        page.get_by_label("Toggle Sidebar").click()
        page.locator("#settings button").first.click()
        expect(page.get_by_label("Density")).to_have_value("compact")
        page.get_by_label("Colours").select_option("")
        assert not is_dark(page)
