"""The tasks of docs/tasks.md, walked as its last column says, with each action counted by script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import open_tab, visit
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.browser
TOLD = Path(__file__).parents[2] / "docs" / "tasks.md"


class Hand:
    """The reader's hand: an action is a click, a key that acts, or one piece of typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0
        self.counted: dict[int, int] = {}

    def click(self, part: Locator) -> None:
        self.actions += 1
        part.click()

    def type(self, part: Locator, text: str) -> None:
        self.actions += 1
        part.press_sequentially(text)

    def fill(self, part: Locator, text: str) -> None:
        self.actions += 1
        part.fill(text)

    def press(self, key: str) -> None:
        self.actions += 1
        self.page.keyboard.press(key)

    def done(self, task: int) -> None:
        """The task is done: what was counted since the last one is its own."""
        self.counted[task] = self.actions
        self.actions = 0


def told() -> dict[int, int]:
    """What the table says that each task takes now, by its number."""
    rows = re.findall(r"^\| (\d+) \|[^|]*\|[^|]*\| (\d+) \|", TOLD.read_text(encoding="utf-8"), re.M)
    return {int(number): int(now) for number, now in rows}


def test_tasks_take_as_many_actions_as_is_told(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        hand, box = Hand(page), page.locator("#question textarea")
        answers = page.locator(".answer[aria-busy=false]")
        find_and_tabulate(hand, box, answers)
        open_tab(page, "Chat")
        narrow(hand, box, answers)
        name_a_paper(hand, box, answers)
        open_tab(page, "Library")
        hand.click(page.locator(".papers .title-link", has_text="CMI-Bench"))
        hand.click(page.locator("#paper-view summary", has_text="BibTeX"))
        expect(page.locator(".bibtex")).to_contain_text("@")
        hand.done(13)
        page.reload()
        begin_with_what_is_offered(hand, answers)
    assert hand.counted == {task: actions for task, actions in told().items() if task in hand.counted}


def test_the_sums_of_the_table_are_right() -> None:
    sum_told = re.search(r"\*\*sum\*\* \| \*\*\d+\*\* \| \*\*(\d+)\*\*", TOLD.read_text(encoding="utf-8"))
    assert sum_told and int(sum_told[1]) == sum(told().values())


def begin_with_what_is_offered(hand: Hand, answers: Locator) -> None:
    hand.click(hand.page.locator(".example").first)
    expect(answers).to_have_count(1)
    hand.done(20)


def find_and_tabulate(hand: Hand, box: Locator, answers: Locator) -> None:
    page = hand.page
    hand.fill(box, "Which datasets were released, and how large are they?")
    hand.press("Enter")
    expect(answers).to_have_count(1)
    expect(answers.last.locator("strong").first).to_be_visible()
    hand.done(18)
    hand.click(answers.last.locator(".marker").first)
    expect(page.locator(".card.active")).to_be_in_viewport()
    hand.done(11)
    hand.fill(box, "Which papers use diffusion?")
    hand.press("Enter")
    expect(answers).to_have_count(2)
    hand.done(1)
    hand.click(answers.last.get_by_role("button", name="Open as a table"))
    expect(page.locator(".sheet thead")).to_contain_text("Method")
    hand.done(2)
    hand.fill(page.locator("#table-column textarea, #table-column input").first, "Which genres are covered?")
    hand.press("Enter")
    expect(page.locator(".sheet thead")).to_contain_text("Which genres are covered?")
    hand.done(3)
    hand.click(page.locator(".sheet").get_by_role("button", name="Year", exact=True))
    expect(page.locator(".sheet th[aria-sort=ascending]")).to_contain_text("Year")
    hand.done(4)
    with page.expect_download():
        hand.click(page.locator(".saves:visible").get_by_role("button", name="Save as .tex"))
    hand.done(5)


def narrow(hand: Hand, box: Locator, answers: Locator) -> None:
    page = hand.page
    hand.click(page.locator(".narrow summary"))
    hand.fill(page.get_by_label("From", exact=True), "2024")
    hand.click(page.get_by_label("Only with code").and_(page.locator("form input")))
    hand.click(page.get_by_role("button", name="Apply"))
    expect(page.locator(".scope .chip")).to_have_count(2)
    hand.done(7)
    hand.click(page.get_by_role("button", name="Drop “with code”"))
    expect(page.locator(".scope .chip")).to_have_count(1)
    hand.done(9)
    page.get_by_role("button", name="Drop “since 2024”").click()
    expect(page.locator(".scope .chip")).to_have_count(0)
    box.fill("Which papers since 2024 use diffusion?")
    page.keyboard.press("Enter")
    expect(answers).to_have_count(3)
    hand.click(page.get_by_role("button", name="Keep “since 2024” for this chat"))
    expect(page.locator(".scope")).to_contain_text("since 2024")
    hand.done(8)
    page.get_by_role("button", name="Drop “since 2024”").click()


def name_a_paper(hand: Hand, box: Locator, answers: Locator) -> None:
    hand.type(box, "What is @melod")
    expect(hand.page.locator(".offered [role=option]").first).to_contain_text("MeLoDy")
    hand.press("Enter")
    expect(box).to_have_value("What is MeLoDy ")
    hand.press("Enter")
    expect(answers).to_have_count(4)
    hand.done(10)
