"""A comparison as a table: every program that opens it sees the same cells."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from export_samples import COMPARISON, comparisons
from hypothesis import given, settings
from markdown_it import MarkdownIt
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexWalker

from assistant.answers import CELL_NOT_STATED, Cell, Comparison
from assistant.export.tables import comparison_to_csv, comparison_to_latex, comparison_to_markdown
from assistant.export.workbook import comparison_to_xlsx
from ingest.papers import Paper


def test_csv_has_aspects_papers_and_links() -> None:
    rows = list(csv.reader(io.StringIO(comparison_to_csv(COMPARISON))))
    assert rows[0] == ["Aspect", "Efficient Neural Music Generation", "M²UGen: Music & Understanding, 100% {LLM}"]
    assert rows[1][2] == "M2UGen bridges with LLaMA 2, up 79% on C#_1 | x."
    assert rows[2] == ["[approach] & data", "'=HYPERLINK(1)", CELL_NOT_STATED]
    assert rows[3][1:] == ["https://arxiv.org/abs/2305.15719", "https://arxiv.org/abs/2311.11255"]


@settings(max_examples=40)
@given(comparisons())
def test_csv_keeps_its_shape_and_calculates_nothing(comparison: Comparison) -> None:
    rows = list(csv.reader(io.StringIO(comparison_to_csv(comparison), newline="")))
    assert len(rows) == len(comparison.aspects) + 2
    assert {len(row) for row in rows} == {len(comparison.papers) + 1}
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)


def test_markdown_cites_each_cell_and_lists_the_quotes() -> None:
    text = comparison_to_markdown(COMPARISON)
    assert "MeLoDy saves 95.7% of the forward passes. [1]" in text
    assert f"*{CELL_NOT_STATED}*" in text
    assert "[3] Efficient Neural Music Generation: “It is guided by a language model.”" in text


@settings(max_examples=40)
@given(comparisons())
def test_markdown_renders_as_one_table_of_the_right_shape(comparison: Comparison) -> None:
    page = MarkdownIt("commonmark").enable("table").render(comparison_to_markdown(comparison))
    assert page.count("<table>") == 1
    assert page.count("<th>") == len(comparison.papers) + 1
    assert page.count("<td>") == len(comparison.aspects) * (len(comparison.papers) + 1)


@settings(max_examples=40)
@given(comparisons())
def test_latex_is_one_tabular_with_a_line_break_a_row(comparison: Comparison) -> None:
    nodes, _, _ = LatexWalker(comparison_to_latex(comparison), tolerant_parsing=False).get_latex_nodes()
    (tabular,) = [node for node in nodes if isinstance(node, LatexEnvironmentNode)]
    breaks = [node for node in tabular.nodelist if getattr(node, "macroname", None) == "\\"]
    columns = [node for node in tabular.nodelist if getattr(node, "specials_chars", None) == "&"]
    assert len(breaks) == len(comparison.aspects) + 1
    assert len(columns) == len(comparison.papers) * (len(comparison.aspects) + 1)


EVERY_SIGN = "".join(chr(code) for code in range(0x20, 0x17F)) + "ΑΩαω–—‘’“”…⁰₂€™→−∞≈≠≤≥"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed (Debian: texlive-latex-base)")
def test_latex_compiles(tmp_path: Path) -> None:
    letters = EVERY_SIGN.replace("ŉ", "")  # the one Latin letter of these that pdfLaTeX has given up
    hard = Comparison((f"*{letters}",), (Paper(id="x", title=letters, abstract=letters),), ((Cell(),),))
    body = comparison_to_latex(COMPARISON) + "\n\n" + comparison_to_latex(hard)
    document = (
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{array,booktabs}"
        f"\\begin{{document}}\n{body}\\end{{document}}\n"
    )
    (tmp_path / "table.tex").write_text(document, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "table.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-2000:].decode(errors="replace")


def test_letters_beyond_pdflatex_are_kept_and_said() -> None:
    comparison = Comparison(("数据",), (Paper(id="x", title="音乐", abstract="a"),), ((Cell(),),))
    text = comparison_to_latex(comparison)
    assert "数据" in text and "XeLaTeX" in text
    assert "XeLaTeX" not in comparison_to_latex(COMPARISON)


def cells_of(workbook: bytes) -> list[list[str]]:
    """The cells of the first sheet, as its own library reads them; a formula would be of another type."""
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None for row in sheet.iter_rows() for cell in row if cell.data_type == "n")
    return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_has_aspects_papers_links_and_sources() -> None:
    workbook = comparison_to_xlsx(COMPARISON)
    rows = cells_of(workbook)
    assert rows[0] == ["Aspect", "Efficient Neural Music Generation", "M²UGen: Music & Understanding, 100% {LLM}"]
    assert rows[2][1] == "=HYPERLINK(1) [3]"
    assert rows[2][2] == CELL_NOT_STATED
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert book.worksheets[0]["B4"].hyperlink.target == "https://arxiv.org/abs/2305.15719"
    assert ["[3]", "Efficient Neural Music Generation", "It is guided by a language model."] in [
        [cell.value for cell in row[:3]] for row in book["Sources"].iter_rows()
    ]


@settings(max_examples=40)
@given(comparisons())
def test_a_workbook_keeps_its_shape_and_calculates_nothing(comparison: Comparison) -> None:
    rows = cells_of(comparison_to_xlsx(comparison))
    assert len(rows) == len(comparison.aspects) + 2
    assert {len(row) for row in rows} == {len(comparison.papers) + 1}


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "{=1}", "\t=1", "\x07=1"])
def test_no_cell_of_a_workbook_is_a_formula(words: str) -> None:
    paper = Paper("1", words, "An abstract.")
    rows = cells_of(comparison_to_xlsx(Comparison((words,), (paper,), ((Cell(words),),))))
    assert all(row[0] for row in rows)
