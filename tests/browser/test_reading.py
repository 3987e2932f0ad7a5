"""A paper's own view as its reader uses it: roles, record, BibTeX, and notes that stay."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask, open_tab, real_assistant, served, shoot, visit
from playwright.sync_api import Browser, expect
from test_craft import RULES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_site(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page over a copy of the index, in which notes may be kept."""
    folder = tmp_path_factory.mktemp("own") / "index"
    shutil.copytree(index_folder, folder)
    with real_assistant(folder) as assistant, served(assistant) as address:
        yield address


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_roles_record_and_bibtex_are_there_on_demand(browser: Browser, site: str, width: int, scheme: str) -> None:
    with visit(browser, site, width, scheme) as page:
        open_tab(page, "Library")
        page.locator(".title-link", has_text="CMI-Bench").click()
        for name in ("In roles", "Record in full", "BibTeX"):
            page.locator("#paper-view summary", has_text=name).click()
        expect(page.locator(".roles")).to_contain_text("Results")
        expect(page.locator(".bibtex")).to_contain_text("@misc{")
        shoot(page, f"paper-{width}-{scheme}")
        assert Axe().run(page, options={"runOnly": RULES}).response["violations"] == []
        page.locator("#paper-view .copy-text").click()
        assert "@misc{" in page.evaluate("navigator.clipboard.readText()")


def test_a_note_stays_is_found_and_taken_away(browser: Browser, own_site: str) -> None:
    with visit(browser, own_site) as page:
        open_tab(page, "Library")
        page.locator(".title-link", has_text="CMI-Bench").click()
        page.get_by_label("Note (Markdown)").fill("use for *chapter two*")
        page.get_by_label("Tags").fill("evaluation")
        page.get_by_role("button", name="Keep", exact=True).click()
        expect(page.locator(".note em")).to_have_text("chapter two")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save all notes").click()
        assert "chapter two" in download.value.path().read_text(encoding="utf-8")
    with visit(browser, own_site) as page:
        open_tab(page, "Library")
        page.locator("#library-search textarea, #library-search input").first.fill("chapter two")
        expect(page.locator(".papers tbody tr")).to_have_count(1)
        page.locator(".title-link", has_text="CMI-Bench").click()
        expect(page.locator(".note")).to_contain_text("chapter two")


def test_an_answer_is_copied_with_citations_in_a_style(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "What is MeLoDy?")
        page.get_by_role("button", name="Copy (author, year)").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "(Lam et al., 2023)" in copied and "[1]" not in copied
        assert "- Lam et al., 2023. Efficient Neural Music Generation. https://arxiv.org/abs/2305.15719" in copied
        page.get_by_role("button", name="Copy with BibTeX keys").click()
        assert "[@lam2023efficient]" in page.evaluate("navigator.clipboard.readText()")


def test_pinned_answers_are_one_document(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        for question in ("What is MeLoDy?", "Which papers use diffusion?"):
            ask(page, question)
            page.locator(".answer").last.get_by_role("button", name="Pin", exact=True).click()
            page.wait_for_timeout(600)
        page.get_by_label("Toggle Sidebar").click()
        page.locator(".kept .title-link", has_text="Pinned answers").click()
        expect(page.locator(".answer")).to_have_count(2)
        page.get_by_role("button", name="Take this chat away").click()
        with page.expect_download() as download:
            page.locator(".save-conversation", has_text="Markdown").click()
        said = download.value.path().read_text(encoding="utf-8")
        assert "What is MeLoDy?" in said and "Which papers use diffusion?" in said
