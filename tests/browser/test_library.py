"""The Library tab as its readers use it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ask, in_each_scheme, open_tab, real_assistant, served, shoot, visit
from playwright.sync_api import Browser, Page, expect
from test_craft import RULES

from ingest.index.paper_index import PaperIndex
from ingest.pipeline import remove_papers

pytestmark = pytest.mark.browser
BIBTEX = """@article{newt, title={A Newt in the Library}, author={Doe, Jane}, year={2026},
  abstract={The authors introduce NEWT, a toolkit for amphibian song synthesis.}}"""

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
  <opensearch:totalResults>1</opensearch:totalResults>
  <entry><id>http://arxiv.org/abs/2601.00001v1</id><published>2026-01-01T00:00:00Z</published>
    <updated>2026-01-01T00:00:00Z</updated><title>The Song of the Axolotl</title>
    <summary>We introduce AXOLOTL, a model that regrows missing notes.</summary><author><name>Jane Doe</name></author></entry>
</feed>"""


def open_library(page: Page) -> None:
    open_tab(page, "Library")
    expect(page.locator(".papers tbody tr").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_a_paper_is_found_and_read(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        open_library(page)
        for scheme in in_each_scheme(page):
            shoot(page, f"library-{width}-{scheme}")
        page.locator("#library-search textarea, #library-search input").fill("efficient neural")
        expect(page.locator(".papers tbody tr")).to_have_count(1)
        page.get_by_role("button", name="Efficient Neural Music Generation").click()
        paper = page.locator(".paper")
        expect(paper).to_be_in_viewport()
        expect(paper).to_contain_text("MeLoDy")
        expect(paper.locator(".neighbours li")).to_have_count(5)
        page.wait_for_timeout(400)
        for scheme in in_each_scheme(page):
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
        picked, other = page.get_by_label("Pick “CMI-Bench"), page.get_by_label("Pick “Exploring Adapter")
        colour = "box => getComputedStyle(box).backgroundColor"
        assert picked.evaluate(colour) != other.evaluate(colour)
        page.locator(".papers tbody tr").last.scroll_into_view_if_needed()
        expect(page.get_by_role("button", name="Chat only with these")).to_be_in_viewport()
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
        expect(page.locator(".news h2")).to_have_text("1 new paper since today")
        expect(page.locator(".status")).to_contain_text("1 new42 papers")
        expect(page.locator(".news li p")).to_contain_text("NEWT")
        assert [v["id"] for v in Axe().run(page, options={"runOnly": RULES}).response["violations"]] == []
        page.get_by_role("button", name="Seen").click()
        expect(page.locator(".news")).to_have_count(0)
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


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A service on loopback that speaks as the arXiv does, and what it was asked."""
    asked: list[str] = []

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(parse_qs(urlsplit(self.path).query)["id_list"][0])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(FEED.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("FOOTNOTE_ARXIV_URL", f"http://127.0.0.1:{server.server_port}/api/query")
        yield asked
        server.shutdown()


def test_pasted_arxiv_ids_are_fetched(browser: Browser, index_folder: Path, tmp_path: Path, arxiv: list[str]) -> None:
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    with real_assistant(folder) as assistant, served(assistant) as address, visit(browser, address) as page:
        open_library(page)
        page.get_by_role("button", name="Add papers").click()
        page.locator("#add-now").click()
        expect(page.get_by_text("Drop a file or paste something first.")).to_be_visible()
        page.locator("#add-pasted textarea").fill("2601.00001")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#add-report")).to_contain_text("1 added. The library holds 42 papers.")
        assert arxiv == ["2601.00001"]
        page.get_by_role("button", name="The Song of the Axolotl").click()
        expect(page.locator(".paper")).to_contain_text("original abstract")


def test_a_paper_shows_where_this_chat_cites_it_and_leads_to_its_neighbours(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "What is MeLoDy?")
        open_library(page)
        page.get_by_role("button", name="Efficient Neural Music Generation").click()
        expect(page.locator(".paper")).to_contain_text("Cited in this chat")
        expect(page.locator(".paper")).to_contain_text("What is MeLoDy?")
        near = page.locator(".neighbours .title-link").first
        title = near.inner_text()
        near.click()
        expect(page.locator(".paper h3")).to_have_text(title)
        page.get_by_role("button", name="Compare with the nearest").click()
        expect(page.locator(".comparison thead")).to_contain_text(title)


def test_the_table_can_be_used_by_keys_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        page.get_by_label("Pick “ChoreoMuse").focus()
        page.keyboard.press("Space")
        expect(page.get_by_label("Pick “ChoreoMuse")).to_be_checked()
        page.locator(".papers th").get_by_role("button", name="Year").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".papers th.col-year")).to_have_attribute("aria-sort", "ascending")
        page.get_by_role("button", name="ChoreoMuse").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".paper h3")).to_contain_text("ChoreoMuse")


def test_an_empty_library_says_how_to_fill_it(
    browser: Browser, index: PaperIndex, index_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    remove_papers([paper.id for paper in index.papers()], folder, index.embedder)
    with real_assistant(folder) as assistant, served(assistant) as address, visit(browser, address) as page:
        ask(page, "What is MeLoDy?")
        expect(page.locator(".answer.abstained")).to_be_visible()
        open_tab(page, "Map")
        expect(page.locator(".map-status")).to_contain_text("No papers yet", timeout=30_000)
        open_tab(page, "Library")
        expect(page.locator("#library-table")).to_contain_text("No papers yet. Add some above")
        page.get_by_role("button", name="Add papers").click()
        page.locator("#add-pasted textarea").fill(BIBTEX)
        page.locator("#add-now").click()
        expect(page.locator("#library-table")).to_contain_text("A Newt in the Library")
        expect(page.locator(".picked-bar")).to_contain_text("1 paper")
        open_tab(page, "Map")
        expect(page.locator(".map-status")).to_contain_text("Point to read a title", timeout=30_000)


def test_a_bar_of_a_chart_narrows_the_library(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        open_library(page)
        expect(page.locator(".charts")).to_contain_text("2023")
        page.locator(".charts").get_by_role("button", name="contrastive learning").click()
        expect(page.locator(".picked-bar")).to_contain_text("4 papers")
