"""The page in German, with no English left in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Watch, ask, in_each_scheme, open_tab, shoot
from playwright.sync_api import Browser, Page, expect
from serving import served

from assistant.answering import open_assistant
from assistant.libraries import Libraries
from assistant.settings import load_settings
from assistant.ui.base.texts import words_of

pytestmark = pytest.mark.browser
# All that is read, seen or heard on the page, but not what papers and readers say.
SAID = """() => {
  const papers = ".prose-text, .passage, .abstract, .card-title, .title-link, .paper h3, .roles dd, .record dd, .facets dd, pre, .user-row, .option, .example, .kept, .neighbours, .byline span:not(.badge), .cell, .backend, .bars, .trait, .map-names, .map-legend, .sheet [role=row], ul.options, select option";
  const said = [];
  for (const part of document.querySelectorAll("body *")) {
    if (part.closest(papers) || ["SCRIPT", "STYLE"].includes(part.tagName)) continue;
    for (const name of ["aria-label", "title", "placeholder"]) if (part.getAttribute(name)) said.push(part.getAttribute(name));
    for (const node of part.childNodes) if (node.nodeType === 3 && node.textContent.trim()) said.push(node.textContent.trim());
  }
  return said;
}"""


@pytest.fixture(scope="module")
def shelf(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with a folder for further libraries."""
    assistant = open_assistant(load_settings(index=index_folder, llm="extractive"))
    libraries = Libraries(assistant, (), tmp_path_factory.mktemp("shelf") / "libraries")
    with served(assistant, libraries=libraries) as address:
        yield address
    libraries.close()
    assistant.index.close()


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from strings(inner)


def english_only() -> set[str]:
    """The page's English words that are none of the German ones."""
    english, german = ({*strings(dict(words_of(code)))} for code in ("en", "de"))
    german.add("undo")  # what Gradio calls one of its own buttons in every language
    return {text for text in english - german if "{" not in text and len(text) > 3}


def walk(page: Page) -> set[str]:
    """All that the page says in its tabs, its sidebar and an answer."""
    ask(page, "Compare MusicLDM and Mustango")
    page.locator(".how summary").click()
    page.locator(".marker").first.click()
    said = set(page.evaluate(SAID))
    for tab in ("Bibliothek", "Tabelle", "Karte"):
        open_tab(page, tab)
        page.wait_for_timeout(1_500)
        if tab == "Bibliothek":
            page.locator(".papers .title-link").first.click()
            expect(page.locator(".paper h3")).to_be_visible()
        said |= set(page.evaluate(SAID))
    page.locator("#sidebar .toggle-button, .toggle-button").first.click()
    page.locator("#settings button").first.click()
    page.locator(".libraries summary").click()
    return said | set(page.evaluate(SAID))


def test_no_english_is_left_on_the_page_in_german(browser: Browser, shelf: str) -> None:
    context = browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch = Watch(page)
    page.goto(shelf)
    page.wait_for_selector("#question textarea")
    assert page.url == f"{shelf}/de/" and page.evaluate("document.documentElement.lang") == "de"
    said = walk(page)
    for scheme in in_each_scheme(page):
        shoot(page, f"german-settings-{scheme}")
    context.close()
    assert len(said) > 80 and sorted(said & english_only()) == []
    assert (watch.requests, watch.errors) == ([], [])
