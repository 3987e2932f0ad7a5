"""The Compare tab: its table, its evidence, its choices."""

from fake_assistant import FakeAssistant

from assistant.answers import Cell, Comparison
from assistant.ui.compare.comparison_view import evidence_html, table_html
from assistant.ui.compare.paper_choices import MOST_CHOICES, choices

ASSISTANT = FakeAssistant()
COMPARISON = ASSISTANT.compare(("2308.01546", "2311.08355")).comparison


def test_each_cell_leads_to_its_evidence_or_is_not_stated() -> None:
    assert COMPARISON is not None
    table, evidence = table_html(COMPARISON), evidence_html(COMPARISON)
    for citation in COMPARISON.citations:
        assert f'data-number="{citation.number}"' in table
        assert f'id="source-compare-{citation.number}"' in evidence
    unstated = sum(not cell.stated for row in COMPARISON.cells for cell in row)
    assert table.count('class="not-stated"') == unstated > 0


def test_a_cell_that_is_shared_has_one_card() -> None:
    assert COMPARISON is not None
    cell = COMPARISON.cells[0][0]
    shared = Comparison(("a", "b"), COMPARISON.papers[:1], ((cell,), (Cell(cell.text, cell.citation),)))
    assert len(shared.citations) == 1


def test_without_a_comparison_the_tab_says_what_to_do() -> None:
    assert "Choose two to five papers" in table_html(None)


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
