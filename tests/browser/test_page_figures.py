"""Figures of the page, by script: first paint, interactive, bytes, what moves, and memory after fifty answers (run with -s).

Times are told and not judged, since machines differ; what moves after it was shown, and what is left over, is judged.
"""

from __future__ import annotations

import pytest
from conftest import ask, open_tab, visit
from playwright.sync_api import Browser, Page, expect

MOST_SHIFT = 0.02
# Each answer that stays on the page may take this much of the browser's memory, in MB: its own words and cards, and its
# part of the conversation as the browser keeps it. Listeners do not grow at all, since page.js delegates them.
MOST_AN_ANSWER = 0.5
MOST_LISTENERS = 5
QUESTIONS = (
    "What is MeLoDy?",
    "Compare MusicLDM and Mustango",
    "Which papers generate music for a video?",
    "What is the capital of France?",
    "Which datasets were released, and how large are they?",
)
WATCH_SHIFTS = """() => {
  window.shifts = 0;
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries().filter((entry) => !entry.hadRecentInput)) {
      window.shifts += entry.value;
      window.moved.push(...entry.sources.map(({ node, previousRect, currentRect }) =>
        `${node?.id || node?.className || node?.nodeName} ${previousRect.y}→${currentRect.y}`));
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
FIGURES = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const files = performance.getEntriesByType("resource");
  const bytes = files.reduce((sum, file) => sum + file.encodedBodySize, page.encodedBodySize);
  return { paint, loaded: page.loadEventEnd, bytes, files: files.length };
}"""


def heap(page: Page) -> float:
    """The memory that the page's script holds once what is left over was collected, in MB."""
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    used: float = client.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    client.detach()
    return used


def counted(page: Page) -> dict[str, int]:
    """How many documents, nodes and listeners the browser holds for the page."""
    client = page.context.new_cdp_session(page)
    found: dict[str, int] = client.send("Memory.getDOMCounters")
    client.detach()
    return found


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_moves_after_it_was_shown(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        page.evaluate(WATCH_SHIFTS)
        expect(page.locator(".example")).to_have_count(4)
        page.wait_for_timeout(500)
        begun = page.evaluate("window.shifts")
        for question in QUESTIONS[:3]:
            ask(page, question)
            page.wait_for_timeout(700)
        answered = page.evaluate("window.shifts")
        print(f"{width} px: layout shift {begun:.4f} until ready, {answered - begun:.4f} over three answers")
        assert answered < MOST_SHIFT, page.evaluate("window.moved")


@pytest.mark.benchmark
def test_first_paint_interactive_and_bytes(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        interactive = page.evaluate("performance.now()")
        page.wait_for_load_state("load")
        figures = page.evaluate(FIGURES)
        print(
            f"first paint {figures['paint']:.0f} ms, question box there {interactive:.0f} ms, loaded "
            f"{figures['loaded']:.0f} ms, {figures['bytes'] / 1e6:.2f} MB in {figures['files']} files"
        )
        assert figures["bytes"] < 8e6


@pytest.mark.benchmark
def test_memory_after_fifty_answers_grows_by_what_is_shown_alone(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        before, listeners = {}, {}
        for number in range(51):
            if number in (1, 25, 50):
                before[number] = heap(page)
                listeners[number] = counted(page)["jsEventListeners"]
            ask(page, QUESTIONS[number % len(QUESTIONS)])
        print("JavaScript heap: " + ", ".join(f"{mb:.1f} MB after {n} answers" for n, mb in before.items()))
        print("Listeners: " + ", ".join(f"{held} after {n} answers" for n, held in listeners.items()))
        assert (before[50] - before[25]) / 25 < MOST_AN_ANSWER
        assert listeners[50] - listeners[25] < MOST_LISTENERS
        open_tab(page, "Table")
        expect(page.locator(".sheet tbody tr")).to_have_count(41)
