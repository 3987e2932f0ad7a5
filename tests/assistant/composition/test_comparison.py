"""Comparisons: exact words in every cell that says something, and nothing in the others."""

from __future__ import annotations

import pytest

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.composition.aspects import ASPECTS, aspect_named, value_told
from assistant.errors import AssistantError

PAIR = ("2305.15719", "2311.08355")


@pytest.fixture(scope="module")
def compared(assistant: Assistant) -> Answer:
    return assistant.compare(PAIR)


def test_the_table_has_a_row_an_aspect_and_a_column_a_paper(compared: Answer) -> None:
    table = compared.comparison
    assert table is not None
    assert [paper.id for paper in table.papers] == list(PAIR)
    said = [aspect.label for aspect in ASPECTS if aspect.label in table.aspects]
    assert list(table.aspects) == said
    assert {"Aim", "Method", "Results"} <= set(said)
    assert all(len(row) == 2 for row in table.cells)


def test_a_cell_holds_exact_words_of_its_own_paper(compared: Answer) -> None:
    assert compared.comparison is not None
    for row in compared.comparison.cells:
        for cell, paper_id in zip(row, PAIR, strict=True):
            if cell.citation:
                assert cell.citation.paper.id == paper_id
                assert cell.text == cell.citation.paper.abstract[cell.citation.start : cell.citation.end]


def test_what_an_abstract_does_not_say_is_not_stated(assistant: Assistant) -> None:
    table = assistant.compare(PAIR, ["funding and grants"]).comparison
    assert table is not None
    assert not any(cell.stated for cell in table.cells[0])


def test_a_wanted_aspect_is_a_row_of_its_own(assistant: Assistant) -> None:
    table = assistant.compare(PAIR, ["Data", "how fast sampling is"]).comparison
    assert table is not None
    assert table.aspects == ("Data", "how fast sampling is")
    assert "sampl" in table.cells[1][0].text


def test_our_aspects_are_known_by_any_spelling() -> None:
    assert aspect_named(" data ") is next(aspect for aspect in ASPECTS if aspect.label == "Data")


@pytest.mark.parametrize("papers", [PAIR[:1], (PAIR[0], PAIR[0])])
def test_one_paper_cannot_be_compared(assistant: Assistant, papers: tuple[str, ...]) -> None:
    with pytest.raises(AssistantError, match="two to 5"):
        assistant.compare(papers)


def test_an_unknown_paper_is_one_clear_line(assistant: Assistant) -> None:
    with pytest.raises(AssistantError, match="no paper here has the id"):
        assistant.compare(["2305.15719", "0000.00000"])


def test_the_row_of_data_sets_off_how_much_data_there_are_and_no_other_number() -> None:
    data = aspect_named("data")
    assert value_told(data, "The authors release Salt, with 52,000 recordings of dogs.") == "52,000 recordings"
    assert value_told(data, "Two strategies of mixing make more of the data.") == ""
