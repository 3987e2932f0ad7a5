"""A table of papers and questions: sorted, filtered, hidden, and every value leads to its words."""

from dataclasses import replace

from fake_assistant import bundled_papers

from assistant.answers import Cell, Citation, Comparison
from assistant.ui.table.grid_view import PAPER, Grid, evidence_html, grid_html

ONE, TWO, THREE = bundled_papers()[:3]


def cell(paper, text, start=0, doubtful=False):  # type: ignore[no-untyped-def]
    return Cell(text, Citation(1, paper, paper.abstract[start : start + 20], start, start + 20), doubtful)


GRID = Grid(
    Comparison(
        ("Songs", "Data"),
        (ONE, TWO, THREE),
        (
            (cell(ONE, "1,200 songs"), Cell(), cell(THREE, "90 songs")),
            (cell(ONE, "b", 30), cell(TWO, "a", 30, doubtful=True), cell(THREE, "c", 30)),
        ),
    ),
    of=3,
)


def test_numbers_sort_as_numbers_and_what_is_not_stated_comes_last_either_way() -> None:
    once = GRID.sorted_by("Songs")
    assert once.shown.papers == (THREE, ONE, TWO)
    assert once.sorted_by("Songs").shown.papers == (ONE, THREE, TWO)
    assert GRID.sorted_by("Nothing") == GRID
    assert len(GRID.sorted_by(PAPER).shown.papers) == 3


def test_a_filter_looks_into_values_quotes_and_titles() -> None:
    assert replace(GRID, query="1,200").shown.papers == (ONE,)
    assert replace(GRID, query=" ".join(TWO.title.split()[:3])).shown.papers == (TWO,)


def test_a_hidden_column_is_neither_shown_nor_taken_away_and_comes_back() -> None:
    hidden = replace(GRID, hidden=frozenset({"Songs"}))
    assert hidden.shown.aspects == ("Data",)
    assert "1,200 songs" not in grid_html(hidden)
    assert hidden.with_column(GRID.whole).shown.aspects == ("Songs", "Data")


def test_a_column_is_added_once_and_taken_out() -> None:
    added = Comparison(("Year",), GRID.whole.papers, (tuple(Cell("2020") for _ in range(3)),))
    more = GRID.with_column(added).with_column(added)
    assert more.whole.aspects == ("Songs", "Data", "Year")
    assert more.sorted_by("Year").without_column("Year").sort is None


def test_doubt_silence_and_quotes_are_shown() -> None:
    html = grid_html(GRID)
    assert html.count('class="not-stated"') == 1
    assert html.count('class="doubt"') == 1
    assert html.count("data-quote=") == 5


def test_the_evidence_of_a_value_is_its_papers_card_with_that_quote_set_off() -> None:
    html = evidence_html(GRID, ONE, "Data")
    assert html.count('class="card-number active"') == 1
    assert f'<mark class="active" data-numbers="2">{ONE.abstract[30:50]}' in html
    assert "Click a value" in evidence_html(GRID, None)


def test_hostile_values_stay_text() -> None:
    hostile = '"><img src=http://leak.example onerror=alert(1)>'
    column = tuple(replace(cell(paper, hostile), text=hostile) for paper in GRID.whole.papers)
    html = grid_html(Grid(Comparison((hostile,), GRID.whole.papers, (column,))))
    assert "<img" not in html
