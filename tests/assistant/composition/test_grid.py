"""Grids: papers by questions, a short value in each cell with the very words or the record it rests on."""

import pytest

from assistant.answering import Assistant
from assistant.answers import Comparison

COLUMNS = ("Year", "Data", "How many participants took part?", "What is the learning rate?")


@pytest.fixture(scope="module")
def grid(assistant: Assistant) -> Comparison:
    return assistant.tabulate([paper.id for paper in assistant.papers()], COLUMNS)


def test_it_has_a_cell_for_each_paper_and_question(grid: Comparison, assistant: Assistant) -> None:
    assert grid.aspects == COLUMNS
    assert [len(column) for column in grid.cells] == [len(assistant.papers())] * len(COLUMNS)


def test_every_value_rests_on_its_papers_own_words_or_record(grid: Comparison) -> None:
    for column in grid.cells:
        for paper, cell in zip(grid.papers, column, strict=True):
            if cell.citation is None:
                assert not cell.text
                continue
            assert cell.citation.paper == paper
            if not cell.citation.is_of_record:
                assert paper.abstract[cell.citation.start : cell.citation.end] == cell.citation.quote
                assert cell.text.removesuffix(" …") in cell.citation.quote


def test_a_field_of_the_record_is_exact(grid: Comparison) -> None:
    assert [cell.text for cell in grid.cells[0]] == [str(paper.year) for paper in grid.papers]


def test_what_no_abstract_states_is_not_stated(grid: Comparison) -> None:
    assert not any(cell.stated for cell in grid.cells[3])


def test_a_number_that_is_asked_for_is_the_value(assistant: Assistant) -> None:
    melody = assistant.tabulate(["2305.15719"], ["How much of the forward passes is saved?"])
    assert "%" in melody.cells[0][0].text
    assert len(melody.cells[0][0].text) < 20


def test_a_place_has_one_number_in_the_whole_grid(grid: Comparison) -> None:
    cited = [cell.citation for column in grid.cells for cell in column if cell.citation]
    places = {(c.paper.id, c.start, c.end): c.number for c in cited}
    assert sorted(set(places.values())) == list(range(1, len(places) + 1))
    assert all(places[c.paper.id, c.start, c.end] == c.number for c in cited)
