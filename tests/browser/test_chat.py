"""The Chat tab as its readers use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ask, served, shoot, visit
from fake_assistant import FakeAssistant
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.answering import open_assistant
from assistant.answers import Answer
from assistant.settings import load_settings

pytestmark = pytest.mark.browser
QUESTION = "What is MeLoDy and how much faster is it than MusicLM?"


@pytest.mark.parametrize("width", [1440, 768, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_marker_leads_to_the_highlighted_sentence(browser: Browser, site: str, width: int, scheme: str) -> None:
    with visit(browser, site, width, scheme) as page:
        shoot(page, f"start-{width}-{scheme}")
        ask(page, QUESTION)
        answer = page.locator(".answer")
        expect(answer).to_contain_text("95.7%")
        expect(answer).to_contain_text("99.6%")
        shoot(page, f"answer-{width}-{scheme}")
        sentence_with_figures(page).click()
        card = page.locator(".card.active")
        expect(card).to_be_in_viewport()
        expect(card).to_contain_text("Efficient Neural Music Generation")
        expect(card.locator("mark.active")).to_be_in_viewport()
        expect(card.locator("mark.active")).to_contain_text("95.7%")
        page.wait_for_timeout(400)
        shoot(page, f"marker-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sentence_with_figures(page: Page) -> Locator:
    """The marker behind the words of the answer that hold the figures asked for."""
    number = page.locator(".card mark", has_text="99.6%").get_attribute("data-numbers")
    return page.locator(f'.marker[data-number="{number}"]')


def test_pointing_at_a_marker_shows_its_quote(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        sentence_with_figures(page).hover()
        expect(page.get_by_role("tooltip")).to_contain_text("99.6%")
        page.locator(".marker").first.focus()
        expect(page.get_by_role("tooltip")).to_contain_text("LM-guided diffusion")


def test_a_paper_has_one_card_and_its_numbers_are_tabs(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        expect(page.locator(".card")).to_have_count(1)
        numbers = page.locator(".card-number")
        assert numbers.count() == page.locator(".answer .marker").count() > 1
        numbers.nth(1).click()
        expect(page.locator(".card.open mark.active")).to_contain_text("95.7%")


def test_questions_to_begin_with_come_from_the_library_and_move_nothing(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        heading = page.locator("#conversation .placeholder h2").bounding_box()
        expect(page.locator(".example")).to_have_count(4)
        assert page.locator("#conversation .placeholder h2").bounding_box() == heading
        page.locator(".example").first.click()
        expect(page.locator(".answer[aria-busy=false]")).to_have_count(1)
        expect(page.locator(".answer.abstained")).to_have_count(0)


def test_after_a_refusal_questions_are_offered_that_can_be_answered(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "Who won the football world cup in 2018?")
        expect(page.locator(".answer.abstained")).to_have_count(1)
        page.locator(".option").first.click()
        expect(page.locator(".answer:not(.abstained)[aria-busy=false]")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_comparison_on_a_telephone_lies_as_a_list(browser: Browser, site: str, scheme: str) -> None:
    with visit(browser, site, 390, scheme) as page:
        ask(page, "Compare MusicLDM and Mustango")
        shoot(page, f"comparison-390-{scheme}")
        boxes = [cell.bounding_box() for cell in page.locator(".answer td").all() if cell.is_visible()]
        assert len(boxes) > 8
        assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
        second = page.locator(".answer tbody tr").first.locator("td").nth(2)
        assert "Mustango" in second.evaluate("cell => getComputedStyle(cell, '::before').content")


def comes_to_the_top(page: Page) -> bool:
    """Whether the last question stands at the top of the conversation within five seconds."""
    for _ in range(50):
        question, view = page.locator(".user-row").last.bounding_box(), page.locator(".panel-wrap").bounding_box()
        if question and view and 0 <= question["y"] - view["y"] <= 40:
            return True
        page.wait_for_timeout(100)
    return False


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_each_question_comes_to_the_top_of_its_answer(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site, width) as page:
        page.emulate_media(reduced_motion="reduce")
        for question in (QUESTION, "What is the capital of France?", "Which papers generate music for a video?"):
            ask(page, question)
            assert comes_to_the_top(page)


def test_scores_are_shown_when_they_are_asked_for(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        expect(page.locator(".card .score")).to_have_count(0)
        page.get_by_role("button", name="Scores").click()
        expect(page.locator(".card .score").first).to_contain_text("rank 1 · ")


def test_how_an_answer_came_about_is_told_in_one_line_and_more_on_a_click(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        line = page.locator(".how summary")
        expect(line).to_contain_text("Searched for “What is MeLoDy")
        expect(line).to_contain_text("quotes, no LLM")
        expect(line).to_contain_text(re.compile(r"\d+(\.\d+)? s"))
        expect(page.locator(".how dl")).to_be_hidden()
        line.click()
        expect(page.locator(".how dl")).to_contain_text("sentences fully carried")


def test_doubts_about_a_sentence_stand_behind_it(browser: Browser) -> None:
    with served(FakeAssistant()) as address, visit(browser, address) as page:
        ask(page, QUESTION)
        expect(page.locator(".verdict")).to_have_count(1)
        expect(page.get_by_label("Only partly carried by the quoted words")).to_be_visible()


def test_follow_ups_that_are_offered_are_answered(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        page.locator(".option").first.wait_for()
        for offered in page.locator(".option").all_inner_texts():
            ask(page, offered)
            expect(page.locator(".answer.abstained")).to_have_count(0)


def test_what_is_said_while_there_is_nothing_to_show(browser: Browser) -> None:
    with served(FakeAssistant(pause=0.6)) as address, visit(browser, address) as page:
        expect(page.locator("#sources")).to_contain_text("will stand here")
        expect(page.locator(".example")).to_have_count(2)
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        expect(page.get_by_role("status", name="Reading the papers…")).to_be_visible()
        page.locator("#question .stop-button").click()
        expect(page.locator(".answer[aria-busy=false]")).to_be_visible()


def test_an_assistant_in_trouble_says_so_in_one_line(browser: Browser, index_folder: Path) -> None:
    """A model that cannot be reached costs the answer nothing but its style; the line tells what is amiss."""
    settings = load_settings(index=index_folder, llm="openai:none", llm_base_url="http://127.0.0.1:9/v1")
    assistant = open_assistant(settings)
    with closing(assistant.index), served(assistant) as address, visit(browser, address) as page:
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        # The first question loads the client of the model's protocol.
        expect(page.locator(".answer[aria-busy=false]")).to_contain_text("95.7%", timeout=120_000)
        expect(page.locator(".answer .notice")).to_contain_text("127.0.0.1:9")


class BrokenAssistant(FakeAssistant):
    """Fails in a way that nobody foresaw, once."""

    def stream(self, *values: object, **named: object) -> Iterator[Answer]:  # type: ignore[override]
        yield Answer("The beginning", complete=False)
        if not self.closed:
            self.closed += 1
            raise ZeroDivisionError
        yield Answer("The whole.")


def test_after_a_fault_of_ours_the_chat_goes_on(browser: Browser) -> None:
    with served(BrokenAssistant()) as address, visit(browser, address) as page:
        ask(page, QUESTION)
        expect(page.locator(".answer")).to_contain_text("The beginning")
        ask(page, QUESTION)
        expect(page.locator(".answer").last).to_contain_text("The whole.")


def test_an_older_answer_shows_its_own_sources(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        ask(page, "Compare MusicLDM and Mustango")
        page.locator(".answer").first.locator(".marker").first.click()
        expect(page.locator(".card.active")).to_contain_text("Efficient Neural Music Generation")


def test_examples_and_follow_ups_are_asked_by_a_click(browser: Browser) -> None:
    with served(FakeAssistant()) as address, visit(browser, address) as page:
        page.get_by_text("Compare MusicLDM and Mustango").click()
        expect(page.locator(".answer table")).to_be_visible()
        page.locator(".option").first.click()
        expect(page.locator(".answer")).to_have_count(2)
        expect(page.locator(".answer[aria-busy=false]")).to_have_count(2)


def test_retry_edit_and_undo(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, "What is Foobar & <b>?")
        page.get_by_role("button", name="Retry").click()
        expect(page.locator(".answer[aria-busy=false]")).to_have_count(1)
        page.locator(".user-row").hover()
        page.get_by_role("button", name="Edit").click()
        box = page.locator(".user-row textarea")
        expect(box).to_be_visible()
        box.fill(QUESTION)
        page.get_by_label("Submit").first.click()
        expect(page.locator(".answer[aria-busy=false]")).to_contain_text("95.7%")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".answer")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value(QUESTION)


def test_an_answer_is_copied_with_and_without_its_markers(browser: Browser, site: str) -> None:
    with visit(browser, site) as page:
        ask(page, QUESTION)
        page.get_by_role("button", name="Copy", exact=True).click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert re.search(r"(?:\[\d\]){3,} Efficient Neural Music Generation https://arxiv\.org/abs/2305\.15719", copied)
        page.get_by_role("button", name="Copy without markers").click()
        assert "[" not in page.evaluate("navigator.clipboard.readText()")


def test_stop_keeps_what_has_come_and_stops_the_work(browser: Browser) -> None:
    assistant = FakeAssistant(pause=0.2)
    with served(assistant) as address, visit(browser, address) as page:
        page.fill("#question textarea", QUESTION)
        page.press("#question textarea", "Enter")
        expect(page.locator(".answer")).to_contain_text("MeLoDy is")
        page.locator("#question .stop-button").click()
        expect(page.locator(".answer[aria-busy=false]")).to_contain_text("MeLoDy is")
        page.wait_for_timeout(500)
        assert "99.6%" not in page.locator(".answer").inner_text()
        assert assistant.closed == 1
        expect(page.locator("#question .submit-button")).to_be_visible()
        ask(page, QUESTION)
        expect(page.locator(".answer").last).to_contain_text("99.6%")


def test_two_visitors_do_not_see_each_other(browser: Browser, site: str) -> None:
    with visit(browser, site) as one, visit(browser, site) as other:
        ask(one, QUESTION)
        expect(other.locator(".answer")).to_have_count(0)
        ask(other, "Compare MusicLDM and Mustango")
        expect(one.locator(".answer")).to_have_count(1)
