"""Tables of many papers, read back by those who know their formats."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from export_samples import MELODY as PAPER
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from assistant.answers import Cell, Citation, Comparison
from assistant.export.formats import GRID_FORMATS
from assistant.export.grids import grid_to_csv, grid_to_latex, grid_to_markdown
from assistant.export.workbook import grid_to_xlsx

WORDS = PAPER.abstract[:41]
GRID = Comparison(
    ("Year", "=A1 & 50%"),
    (PAPER, PAPER),
    (
        (Cell("2023", Citation(1, PAPER, PAPER.title, -1, -1)), Cell()),
        (Cell("95.7%", Citation(2, PAPER, WORDS, 0, 41)), Cell("-1", Citation(2, PAPER, WORDS, 0, 41), doubtful=True)),
    ),
)


def test_csv_has_a_row_a_paper_with_each_value_beside_its_quote() -> None:
    rows = list(csv.reader(io.StringIO(grid_to_csv(GRID))))
    assert len(rows) == 3
    assert {len(row) for row in rows} == {7}
    assert rows[1][2] == "2023" and rows[1][4] == "95.7%" and rows[1][5] == WORDS
    assert rows[2][2] == ""
    assert not any(value.startswith(("=", "-1")) for row in rows for value in row)


def test_markdown_is_one_table_with_a_row_a_paper() -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(grid_to_markdown(GRID))
    assert sum(token.type == "tr_open" for token in tokens) == 3
    assert "not stated" in grid_to_markdown(GRID) and "?" in grid_to_markdown(GRID)


def test_latex_cites_each_paper_and_escapes_what_it_says() -> None:
    latex = grid_to_latex(GRID)
    assert latex.count(r"\cite{") == 2
    assert r"95.7{\%}" in latex and r"50{\%}" in latex
    assert latex.count(r"\\") == 3


def test_a_workbook_has_a_row_a_paper_that_is_filtered_and_its_quotes_on_a_second_sheet() -> None:
    book = load_workbook(io.BytesIO(grid_to_xlsx(GRID)))
    table, sources = (list(sheet.values) for sheet in book.worksheets)
    assert [row[2:4] for row in table] == [("Year", "=A1 & 50%"), ("2023", "95.7% [1]"), (None, "-1 ? [1]")]
    assert book.worksheets[0].auto_filter.ref == "A1:E3"
    assert [row[:3] for row in sources[1:]] == [("[1]", PAPER.title, WORDS)]
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)


def test_in_a_workbook_columns_that_were_numbered_apart_keep_their_own_quotes() -> None:
    later = PAPER.abstract[42:60]
    apart = Comparison(
        ("a", "b"),
        (PAPER,),
        ((Cell("x", Citation(1, PAPER, WORDS, 0, 41)),), (Cell("y", Citation(1, PAPER, later, 42, 60)),)),
    )
    table, sources = (list(sheet.values) for sheet in load_workbook(io.BytesIO(grid_to_xlsx(apart))).worksheets)
    assert table[1][2:4] == ("x [1]", "y [2]")
    assert [row[2] for row in sources[1:]] == [WORDS, later.strip()]


@pytest.mark.parametrize("suffix", list(GRID_FORMATS))
def test_an_empty_table_is_written_as_well(suffix: str) -> None:
    assert GRID_FORMATS[suffix](Comparison((), (), ()))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here")
def test_latex_compiles(tmp_path: Path) -> None:
    body = "\\documentclass{article}\\usepackage{array,booktabs,longtable}\\begin{document}\n"
    (tmp_path / "t.tex").write_text(f"{body}{grid_to_latex(GRID)}\\end{{document}}\n", encoding="utf-8")
    subprocess.run(["pdflatex", "-interaction=batchmode", "-halt-on-error", "t.tex"], cwd=tmp_path, check=True)
