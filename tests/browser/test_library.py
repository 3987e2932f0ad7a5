"""The Library tab as its readers use it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ask, open_tab, real_assistant, served, shoot, visit
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
BIBTEX = """@article{newt, title={A Newt in the Library}, author={Doe, Jane}, year={2026},
  abstract={The authors introduce NEWT, a toolkit for amphibian song synthesis.}}"""


def open_library(page: Page) -> None:
    open_tab(page, "Library")
    expect(page.locator(".papers tbody tr").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 768, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_paper_is_found_and_read(browser: Browser, site: str, width: int, scheme: str) -> None:
    with visit(browser, site, width, scheme) as page:
        open_library(page)
        shoot(page, f"library-{width}-{scheme}")
        page.locator("#library-search textarea, #library-search input").fill("efficient neural")
        expect(page.locator(".papers tbody tr")).to_have_count(1)
        page.get_by_role("button", name="Efficient Neural Music Generation").click()
        paper = page.locator(".paper")
        expect(paper).to_be_in_viewport()
        expect(paper).to_contain_text("MeLoDy")
        expect(paper.locator(".neighbours li")).to_have_count(5)
        page.wait_for_timeout(400)
        shoot(page, f"paper-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_sorts_and_narrows(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        first = page.locator(".papers tbody tr").first
        page.locator(".papers th").get_by_role("button", name="Title").click()
        expect(page.locator(".papers th.col-title")).to_have_attribute("aria-sort", "ascending")
        expect(first).to_contain_text("A")
        page.locator("#library-facets input").fill("video")
        page.locator("#library-facets [role=option]", has_text="input: video").click()
        expect(page.locator(".picked-bar")).to_contain_text("10 papers")


def test_picked_papers_scope_the_chat_and_are_compared(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        for title in ("ChoreoMuse", "CMI-Bench"):
            page.get_by_label(f"Pick “{title}").click()
            expect(page.get_by_label(f"Pick “{title}")).to_be_checked()
        page.get_by_role("button", name="Chat only with these").click()
        expect(page.locator(".scope")).to_contain_text("2 papers only")
        ask(page, "What is MeLoDy?")
        expect(page.locator(".how summary")).to_contain_text("2 papers only")
        expect(page.locator(".card", has_text="Efficient Neural Music Generation")).to_have_count(0)
        page.get_by_role("button", name="Ask all papers again").click()
        expect(page.locator(".scope")).to_have_count(0)
        open_tab(page, "Library")
        page.get_by_role("button", name="Compare these").click()
        expect(page.locator(".comparison thead")).to_contain_text("CMI-Bench")
        open_tab(page, "Library")
        page.get_by_role("button", name="Pick none").click()
        expect(page.get_by_label("Pick “CMI-Bench")).not_to_be_checked()


def test_asking_about_a_paper_begins_a_question(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        page.get_by_role("button", name="CMI-Bench").click()
        page.get_by_role("button", name="Ask about this").click()
        expect(page.locator("#question textarea")).to_have_value(
            "What is new in “CMI-Bench: A Comprehensive Benchmark for Evaluating Music Instruction Following”?"
        )


def test_papers_are_added_found_by_a_running_chat_undone_and_removed(
    browser: Browser, index_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    upload = tmp_path / "two.jsonl"
    upload.write_text('{"title": "No abstract"}\n{"title": "Olm", "abstract": "It introduces OLM, a blind vocoder."}\n')
    with real_assistant(folder) as assistant, served(assistant) as address, visit(browser, address) as page:
        open_library(page)
        page.get_by_role("button", name="Add papers").click()
        page.locator("#add-pasted textarea").fill(BIBTEX)
        page.locator("#add-now").click()
        expect(page.locator("#add-report")).to_contain_text("1 added")
        open_tab(page, "Chat")
        ask(page, "What is NEWT?")
        expect(page.locator(".answer").last).to_contain_text("amphibian")
        open_tab(page, "Library")
        page.locator("#add-undo").click()
        expect(page.locator("#add-report")).to_contain_text("1 removed")
        page.locator("#add-files input[type=file]").set_input_files(upload)
        expect(page.locator("#add-files")).to_contain_text("two")
        page.locator("#add-now").click()
        expect(page.locator("#add-report")).to_contain_text("two.jsonl, line 1")
        page.locator("#library-search textarea, #library-search input").fill("olm")
        page.get_by_label("Pick “Olm”").click()
        page.get_by_role("button", name="Remove").click()
        expect(page.locator("#add-report")).to_contain_text("1 removed")
        expect(page.locator("#library-table")).to_contain_text("No paper fits")


def test_a_bar_of_a_chart_narrows_the_library(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        expect(page.locator(".charts")).to_contain_text("2023")
        page.locator(".charts").get_by_role("button", name="contrastive learning").click()
        expect(page.locator(".picked-bar")).to_contain_text("4 papers")
