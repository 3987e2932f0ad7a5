"""What an abstract, a title, a question or a model says neither runs nor reaches the network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import ask, served, visit
from fake_assistant import FakeAssistant
from playwright.sync_api import Browser, expect

from assistant.answers import Answer, Citation, Claim, Support

pytestmark = pytest.mark.browser
LEAK = "http://leak.example/x"
HOSTILE = f"""Seen ![]({LEAK}) <img src={LEAK} onerror=window.ran=1> <script>window.ran=1</script>
<svg onload=window.ran=1><image href={LEAK} /></svg> <iframe src={LEAK}></iframe> <style>@import url({LEAK})</style>
<link rel=prefetch href={LEAK}> [x](javascript:window.ran=1) <p style="background:url({LEAK})">x</p> [1] [out]({LEAK})

[1]: {LEAK}"""


class HostileAssistant(FakeAssistant):
    """Repeats the worst that a model or an abstract could say in every place that the page shows."""

    def _answer(self, question: str) -> Answer:
        paper = replace(self.paper("2305.15719"), title=HOSTILE, abstract=HOSTILE, authors=(HOSTILE,))
        citation = Citation(1, paper, HOSTILE[5:80], 5, 80)
        claims = (Claim(HOSTILE, (1,), Support.PARTLY, HOSTILE),)
        details = replace(super()._answer(question).details, searched_for=HOSTILE, notice=HOSTILE)
        return Answer(HOSTILE, (citation,), claims=claims, papers=(paper,), thoughts=HOSTILE, details=details)

    def openings(self) -> tuple[str, ...]:
        return (HOSTILE,)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        return (HOSTILE,)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served(HostileAssistant()) as address:
        yield address


def test_nothing_runs_and_nothing_leaves(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, HOSTILE)
        page.locator(".marker").first.hover()
        page.locator(".marker").first.click()
        page.locator(".how summary").click()
        page.wait_for_timeout(500)
        expect(page.locator("#conversation img, #conversation iframe, #sources img, #quote-tip img")).to_have_count(0)
        assert page.evaluate("window.ran") is None


def test_an_edited_question_runs_nothing_either(browser: Browser, site: str) -> None:
    """Until the server redraws it, Gradio shows an edited question its own way: here the policy is the fence."""
    with visit(browser, site, policy_may_refuse=True) as page:
        ask(page, "harmless")
        page.locator(".user-row").hover()
        page.get_by_role("button", name="Edit").click()
        page.locator(".user-row textarea").fill(HOSTILE)
        page.get_by_label("Submit").first.click()
        page.wait_for_timeout(800)
        assert page.evaluate("window.ran") is None
        expect(page.locator(".user-row")).to_contain_text("img src=")
