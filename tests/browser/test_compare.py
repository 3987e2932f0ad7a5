"""The Compare tab as its readers use it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import ask, open_tab, shoot, visit
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def choose(page: Page, *titles: str) -> None:
    box = page.locator("#compare-papers input")
    for title in titles:
        box.fill(title)
        box.press("End")
        page.locator("#compare-papers [role=option]", has_text=title).first.click()


@pytest.mark.parametrize("width", [1440, 768, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_comparison_of_the_chat_opens_and_each_cell_shows_its_evidence(
    browser: Browser, site: str, width: int, scheme: str
) -> None:
    with visit(browser, site, width, scheme) as page:
        ask(page, "Compare MusicLDM and Mustango")
        shoot(page, f"chat-table-{width}-{scheme}")
        page.get_by_role("button", name="Open in Compare").click()
        table = page.locator(".comparison table")
        expect(table).to_contain_text("MusicLDM")
        shoot(page, f"compare-{width}-{scheme}")
        table.locator("td.stated").nth(1).click()
        expect(page.locator(".card.active mark")).to_be_in_viewport()
        expect(page.locator(".card.active")).to_contain_text("Mustango")
        page.wait_for_timeout(400)
        shoot(page, f"compare-cell-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_papers_and_aspects_are_chosen_and_the_table_is_saved(browser: Browser, site: str, tmp_path: Path) -> None:
    with visit(browser, site) as page:
        open_tab(page, "Compare")
        choose(page, "Efficient Neural Music Generation", "Mustango")
        page.locator("#compare-aspects input").fill("sampling speed")
        page.locator("#compare-aspects input").press("Enter")
        page.locator("#compare-now").click()
        expect(page.locator(".comparison tbody th")).to_have_text(["sampling speed"])
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as .csv").click()
        file = tmp_path / saved.value.suggested_filename
        saved.value.save_as(file)
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        assert "Mustango: Toward Controllable Text-to-Music Generation" in str(rows[0])


def test_one_paper_is_too_few(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_tab(page, "Compare")
        page.locator("#compare-now").click()
        expect(page.get_by_text("Choose at least two papers.")).to_be_visible()
