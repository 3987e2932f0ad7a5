"""A small language model behind the page: its words come one by one, stop when told to, and end up verified."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import served, shoot, visit
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.answering import Assistant
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex

sys.path.append(str(Path(__file__).parents[1] / "llm"))

from llama_server import MODEL, LlamaServer, running

pytestmark = pytest.mark.browser

LONGEST = 240_000
"""Milliseconds for one answer: two cores that write, verify and draw at once are no racing machine."""

QUESTIONS = (
    "What do MusicLDM and Mustango have in common?",
    "What is MeLoDy and how much faster is it than MusicLM?",
    "How does EmoGen work?",
    "What is Apollo?",
    "Which data does Mustango use?",
    "What does MusicRL learn from?",
    "How was VMAS evaluated?",
)


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    """A real llama.cpp server with SmolLM2-135M."""
    with running(tmp_path_factory.mktemp("llama") / "server.log") as server:
        yield server


@pytest.fixture(scope="module")
def site_with_model(llama: LlamaServer, index: PaperIndex) -> Iterator[str]:
    """The address of the real page, over the bundled papers and that server."""
    settings = Settings(_env_file=None, llm=f"openai:{MODEL}", llm_base_url=llama.address)  # type: ignore[call-arg]
    with served(Assistant(index, settings)) as address:
        yield address


def test_questions_to_a_small_model(browser: Browser, site_with_model: str, llama: LlamaServer) -> None:
    with visit(browser, site_with_model) as page:
        written = asked_until_it_writes(page)
        shoot(page, "model-answer")

        stopped = begun(page, written)
        expect(stopped.locator(".prose-text")).to_be_visible(timeout=LONGEST)
        page.locator("#question .stop-button").click()
        expect(stopped).to_have_attribute("aria-busy", "false", timeout=5_000)
        assert llama.is_idle()
        kept = stopped.inner_text()
        shoot(page, "model-stopped")

        after = begun(page, "Which data does MusicLDM use?")
        finished(after)
        assert_verified(page, after)
        assert stopped.inner_text() == kept


def asked_until_it_writes(page: Page) -> str:
    """The first question whose answer is seen to grow word by word; every answer on the way ends up verified.

    So small a model may begin by repeating what it was told. Such a draft is cut at once, and quotes are shown.
    """
    for question in QUESTIONS:
        answer = begun(page, question)
        grown = seen_growing(page, answer)
        finished(answer)
        assert_verified(page, answer)
        if len(grown) >= 3:
            return question
    raise AssertionError("no answer was seen to grow")


def begun(page: Page, question: str) -> Locator:
    """The answer to a question that was just asked."""
    number = page.locator(".answer").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    answer = page.locator(".answer").nth(number)
    answer.wait_for()
    return answer


def seen_growing(page: Page, answer: Locator) -> list[str]:
    """The texts that a reader saw before the answer was whole, each different from the one before."""
    seen: list[str] = []
    expect(answer.locator(".prose-text")).to_be_visible(timeout=LONGEST)
    while answer.get_attribute("aria-busy") == "true":
        text = answer.locator(".prose-text").inner_text()
        seen += [text] if text.strip() and text not in seen[-1:] else []
        page.wait_for_timeout(50)
    return seen


def finished(answer: Locator) -> None:
    """Wait until the answer is whole."""
    expect(answer).to_have_attribute("aria-busy", "false", timeout=LONGEST)


def assert_verified(page: Page, answer: Locator) -> None:
    """Every marker of the answer opens a card with the words that it rests on, set off in the abstract."""
    markers = answer.locator(".marker")
    assert markers.count() > 0
    for marker in markers.all():
        marker.click()
        marked = page.locator(".card.active mark.active")
        expect(marked.first).to_be_visible()
        assert marked.first.inner_text().strip()
    answer.locator("details.how summary").click()
    carried = re.search(r"(\d+) (?:of|/) (\d+)", answer.locator("details.how dl").inner_text())
    assert carried is not None
    assert int(carried[1]) > 0
