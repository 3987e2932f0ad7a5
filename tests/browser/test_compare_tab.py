"""The Compare tab as its readers use it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import ask, in_each_scheme, open_tab, served, shoot, visit
from fake_assistant import FakeAssistant
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexWalker

pytestmark = pytest.mark.browser
TITLES = ["Efficient Neural Music Generation", "Mustango: Toward Controllable Text-to-Music Generation"]


def choose(page: Page, *titles: str) -> None:
    box = page.locator("#compare-papers input")
    for title in titles:
        box.fill(title)
        box.press("End")
        page.locator("#compare-papers [role=option]", has_text=title).first.click()


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_a_comparison_of_the_chat_opens_and_each_cell_shows_its_evidence(
    browser: Browser, site: str, width: int
) -> None:
    with visit(browser, site, width) as page:
        ask(page, "Compare MusicLDM and Mustango")
        for scheme in in_each_scheme(page):
            shoot(page, f"chat-table-{width}-{scheme}")
        page.get_by_role("button", name="Open in Compare").click()
        table = page.locator(".comparison table")
        expect(table).to_contain_text("MusicLDM")
        table.locator("td.stated").nth(1).click()
        expect(page.locator(".card.active mark.active")).to_be_in_viewport()
        expect(page.locator(".card.active")).to_contain_text("Mustango")
        page.wait_for_timeout(400)
        for scheme in in_each_scheme(page):
            shoot(page, f"compare-cell-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_papers_and_aspects_are_chosen_and_the_table_is_saved(browser: Browser, site: str, tmp_path: Path) -> None:
    with visit(browser, site) as page:
        open_tab(page, "Compare")
        expect(page.locator("#comparison")).to_contain_text("Choose two to five papers above.")
        expect(page.get_by_role("button", name="Save as .csv")).to_be_hidden()
        choose(page, "Efficient Neural Music Generation", "Mustango")
        page.locator("#compare-aspects input").fill("sampling speed")
        page.locator("#compare-aspects input").press("Enter")
        page.locator("#compare-now").click()
        expect(page.locator(".comparison tbody th")).to_have_text(["sampling speed"])
        page.locator("#compare-aspects input").fill("Data")
        page.locator("#compare-aspects [role=option]", has_text="Data").click()
        page.locator("#compare-now").click()
        expect(page.locator(".comparison tbody th")).to_have_text(["sampling speed", "Data"])
        csv_text, markdown, latex = (saved(page, suffix, tmp_path) for suffix in (".csv", ".md", ".tex"))
    head, *rows = csv.reader(io.StringIO(csv_text.removeprefix("\ufeff")))
    assert head[1:] == TITLES and [row[0] for row in rows[:2]] == ["sampling speed", "Data"]
    table = MarkdownIt("commonmark").enable("table").render(markdown)
    assert table.count("<th>") == 3 and table.count("<td>") == 6 and "Mustango" in table
    nodes, _, _ = LatexWalker(latex, tolerant_parsing=False).get_latex_nodes()
    (tabular,) = [node for node in nodes if isinstance(node, LatexEnvironmentNode)]
    assert len([node for node in tabular.nodelist if getattr(node, "macroname", None) == "\\"]) == 3


def saved(page: Page, suffix: str, folder: Path) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {suffix}").click()
    assert download.value.suggested_filename == f"comparison{suffix}"
    download.value.save_as(folder / suffix)
    return (folder / suffix).read_text(encoding="utf-8")


def test_on_a_telephone_each_aspect_is_a_heading_with_the_papers_beneath(browser: Browser, site: str) -> None:
    with visit(browser, site, 390) as page:
        open_tab(page, "Compare")
        choose(page, "Efficient Neural Music Generation", "Mustango")
        page.locator("#compare-now").click()
        row = page.locator(".comparison tbody tr").first
        boxes = [part.bounding_box() for part in (row.locator("th"), *row.locator("td").all())]
        assert [box["y"] for box in boxes if box] == sorted(box["y"] for box in boxes if box)
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)


@pytest.mark.parametrize("width", [1440, 768])
def test_the_names_of_the_aspects_stay_in_view(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        open_tab(page, "Compare")
        choose(page, "Efficient Neural Music Generation", "Mustango", "MusicRL", "VMAS", "ChoreoMuse")
        page.locator("#compare-now").click()
        expect(page.locator(".comparison thead th")).to_have_count(6)
        shoot(page, f"compare-five-{width}")
        table = page.locator(".comparison")
        table.evaluate("table => table.scrollTo(table.scrollWidth, 0)")
        aspect, view = table.locator("tbody th").first.bounding_box(), table.bounding_box()
        assert aspect and view and abs(aspect["x"] - view["x"]) <= 2
        assert aspect["width"] <= 0.4 * view["width"]
        last = table.locator("tbody tr").first.locator("td").last.bounding_box()
        assert last and last["x"] >= aspect["x"] + aspect["width"] - 2 and last["x"] + last["width"] <= width
        assert page.locator("#compare-papers [role=option]").count() == 0


def test_what_no_abstract_states_is_grey_and_leads_nowhere(browser: Browser) -> None:
    with served(FakeAssistant()) as address, visit(browser, address) as page:
        ask(page, "Compare MusicLDM and Mustango")
        page.get_by_role("button", name="Open in Compare").click()
        silent, stated = page.locator("td.not-stated").first, page.locator("td.stated").first
        expect(silent).to_have_text("not stated")
        colour = "cell => getComputedStyle(cell).color"
        assert silent.evaluate(colour) != stated.evaluate(colour)
        expect(silent.locator("a")).to_have_count(0)


def test_a_cell_opens_its_evidence_by_keys_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "Compare MusicLDM and Mustango")
        page.get_by_role("button", name="Open in Compare").focus()
        page.keyboard.press("Enter")
        marker = page.locator(".comparison .marker").first
        marker.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".card.active")).to_be_focused()
        page.keyboard.press("j")
        expect(page.locator("#compare-sources .card-number").nth(1)).to_have_class("card-number active")


def test_one_paper_is_too_few(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_tab(page, "Compare")
        page.locator("#compare-now").click()
        expect(page.get_by_text("Choose at least two papers.")).to_be_visible()
