"""A few papers side by side in the Table tab, as readers compare them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import ask, in_each_scheme, open_tab, shoot, visit
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def choose(page: Page, *titles: str) -> None:
    open_tab(page, "Table")
    page.locator("#table-rows input").click()
    page.get_by_role("option", name="Chosen by title").click()
    box = page.locator("#table-chosen input")
    for title in titles:
        box.fill(title)
        box.press("End")
        page.locator("#table-chosen [role=option]", has_text=title).first.click()


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_a_comparison_of_the_chat_opens_and_each_cell_shows_its_evidence(
    browser: Browser, site: str, width: int
) -> None:
    with visit(browser, site, width) as page:
        ask(page, "Compare MusicLDM and Mustango")
        for scheme in in_each_scheme(page):
            shoot(page, f"chat-table-{width}-{scheme}")
        page.get_by_role("button", name="Open side by side").click()
        table = page.locator(".comparison table")
        expect(table).to_contain_text("MusicLDM")
        row = table.locator("tbody tr").first
        boxes = [part.bounding_box() for part in (row.locator("th"), *row.locator("td").all())]
        placed = [(box["x"], box["y"]) for box in boxes if box]
        axis = 0 if width > 600 else 1  # on a telephone one question after the other, the papers beneath each other
        assert [place[axis] for place in placed] == sorted({place[axis] for place in placed})
        row.locator(".cell").nth(1).click()
        expect(page.locator(".card.active mark.active")).to_be_in_viewport()
        expect(page.locator(".card.active")).to_contain_text("Mustango")
        page.wait_for_timeout(400)
        for scheme in in_each_scheme(page):
            shoot(page, f"compare-cell-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_papers_are_chosen_asked_a_question_turned_and_saved(browser: Browser, site: str, tmp_path: Path) -> None:
    with visit(browser, site) as page:
        choose(page, "Efficient Neural Music Generation", "Mustango")
        expect(page.locator(".comparison thead th")).to_have_count(3)
        page.locator("#table-column textarea, #table-column input").first.fill("sampling speed")
        page.keyboard.press("Enter")
        expect(page.locator(".comparison tbody th").last).to_contain_text("sampling speed")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as .csv").click()
        download.value.save_as(tmp_path / "table.csv")
        page.get_by_role("button", name="Papers as rows").click()
        expect(page.locator(".sheet tbody tr")).to_have_count(2)
        choose(page, "MusicRL", "VMAS", "ChoreoMuse")
        expect(page.locator(".comparison thead th")).to_have_count(6)
        table = page.locator(".comparison")
        table.evaluate("table => table.scrollTo(table.scrollWidth, 0)")
        aspect, view = table.locator("tbody th").first.bounding_box(), table.bounding_box()
        assert aspect and view and abs(aspect["x"] - view["x"]) <= 2 and aspect["width"] <= 0.4 * view["width"]
    head, *rows = csv.reader(io.StringIO((tmp_path / "table.csv").read_text(encoding="utf-8").removeprefix("\ufeff")))
    assert "sampling speed" in head and len(rows) >= 2


def test_a_cell_opens_its_evidence_by_keys_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "Compare MusicLDM and Mustango")
        page.get_by_role("button", name="Open side by side").focus()
        page.keyboard.press("Enter")
        page.locator(".comparison .cell").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#table-sources .card.active mark.active")).to_be_visible()
