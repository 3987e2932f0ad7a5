"""Papers as choices: found by their words, never all of them at once."""

from fake_assistant import FakeAssistant

from assistant.ui.table.paper_choices import MOST_CHOICES, choices

ASSISTANT = FakeAssistant()


def test_papers_are_found_by_words_of_their_title_author_or_id() -> None:
    papers = ASSISTANT.papers()
    assert [paper_id for _, paper_id in choices(papers, "music lam efficient")] == ["2305.15719"]
    assert [paper_id for _, paper_id in choices(papers, "2311.08355")] == ["2311.08355"]


def test_chosen_papers_stay_among_the_choices() -> None:
    found = choices(ASSISTANT.papers(), "no such paper", keep=["2305.15719"])
    assert found == [("Efficient Neural Music Generation (2023)", "2305.15719")]


def test_a_large_library_offers_no_endless_list() -> None:
    papers = ASSISTANT.papers() * 100
    assert len(choices(papers)) == MOST_CHOICES
