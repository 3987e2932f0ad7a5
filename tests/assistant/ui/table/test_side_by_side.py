"""A few papers side by side: the small form of the table."""

from dataclasses import replace

from fake_assistant import FakeAssistant

from assistant.answers import Cell, Comparison
from assistant.ui.base.texts import speaking
from assistant.ui.table.grid_view import Grid, evidence_html, grid_html

COMPARISON = FakeAssistant().compare(("2308.01546", "2311.08355")).comparison or Comparison((), (), ())
GRID = Grid(COMPARISON, 2, beside=True)


def test_each_cell_opens_its_evidence_or_is_not_stated() -> None:
    table = grid_html(GRID)
    stated = [cell for row in COMPARISON.cells for cell in row if cell.stated]
    assert table.count('class="cell') == len(stated) > 0
    assert table.count('class="not-stated"') == sum(not cell.stated for row in COMPARISON.cells for cell in row) > 0


def test_an_opened_cell_sets_its_words_off() -> None:
    place, cell = next((row, cells[0]) for row, cells in enumerate(COMPARISON.cells) if cells[0].citation)
    evidence = evidence_html(GRID, COMPARISON.papers[0], COMPARISON.aspects[place])
    assert cell.citation and f'<mark class="active" data-numbers="1">{cell.citation.quote[:20]}' in evidence


def test_a_cell_that_is_shared_has_one_card() -> None:
    cell = COMPARISON.cells[0][0]
    shared = Comparison(("a", "b"), COMPARISON.papers[:1], ((cell,), (Cell(cell.text, cell.citation),)))
    assert len(shared.citations) == 1


def test_the_same_table_turned_has_papers_as_rows() -> None:
    assert 'class="comparison"' in grid_html(GRID) and 'class="sheet"' in grid_html(replace(GRID, beside=False))


def test_columns_of_ours_are_called_in_the_language_of_the_page_and_others_as_they_were_typed() -> None:
    grid = Grid(Comparison(("Data", "Which genres?"), COMPARISON.papers, COMPARISON.cells[:2]), 2)
    with speaking("de"):
        table = grid_html(grid)
    assert ">Daten<" in table and 'data-column="Data"' in table and ">Which genres?<" in table
