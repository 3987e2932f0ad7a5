"""The Table tab as a reader uses it: columns by typing, evidence by a click, taken away as files."""

from __future__ import annotations

import csv
import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask, in_each_scheme, open_tab, shoot, visit
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from test_craft import RULES

pytestmark = pytest.mark.browser


def opened(page: Page) -> None:
    open_tab(page, "Table")
    expect(page.locator(".sheet tbody tr")).to_have_count(41)


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_a_column_is_typed_and_a_value_opens_its_words(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        opened(page)
        page.locator("#table-column textarea, #table-column input").first.fill("Which genres are covered?")
        page.keyboard.press("Enter")
        expect(page.locator(".sheet thead")).to_contain_text("Which genres are covered?")
        row = page.locator(".sheet tbody tr", has_text="CMI-Bench")
        row.get_by_role("button", name="CMI-Bench covers music captioning").click()
        expect(page.locator("#table-sources .card mark.active")).to_contain_text("instrument classification")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for scheme in in_each_scheme(page):
            shoot(page, f"table-{width}-{scheme}")
            violations = [v["id"] for v in Axe().run(page, options={"runOnly": RULES}).response["violations"]]
            assert violations == []


def test_it_is_sorted_filtered_and_columns_are_hidden(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        opened(page)
        page.locator(".sheet").get_by_role("button", name="Year", exact=True).click()
        expect(page.locator(".sheet tbody tr").first).to_contain_text("2018")
        page.get_by_role("button", name="Hide “Method”").click()
        expect(page.locator(".sheet thead")).not_to_contain_text("Method")
        page.get_by_role("button", name="Show Method").click()
        expect(page.locator(".sheet thead")).to_contain_text("Method")
        page.locator("#table-filter textarea, #table-filter input").first.fill("108,023")
        expect(page.locator(".sheet tbody tr")).to_have_count(1)


def test_a_list_answer_becomes_a_table_and_the_table_a_file(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "Which datasets were released, and how large are they?")
        page.get_by_role("button", name="Open as a table").click()
        expect(page.locator(".sheet tbody tr")).to_have_count(11)
        with page.expect_download() as download:
            page.locator(".saves:visible").get_by_role("button", name="Save as .csv").click()
        rows = list(csv.reader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
        assert len(rows) == 12
        with page.expect_download() as download:
            page.locator(".saves:visible").get_by_role("button", name="Save as .xlsx").click()
        sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
        assert sheet.max_row == 12 and sheet["A2"].value == rows[1][0]


def test_it_is_used_by_keys_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        opened(page)
        page.locator(".sheet .cell").nth(1).focus()
        expect(page.get_by_role("tooltip")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#table-sources .card.active")).to_be_visible()
