"""The cells, rows and layout that tables share, whichever way round they lie: as text, Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answers import CELL_NOT_STATED, Cell
from assistant.export.escaping import latex_text
from ingest.text.latex import plain_text

# Behind a value that its quote may not answer.
DOUBT = "?"
NOT_PDFLATEX = "holds letters that pdfLaTeX lacks: compile with XeLaTeX or LuaLaTeX"
# Share of a page's width for the columns together; the rest is the space between them.
_TABLE_WIDTH = 0.94


def words_of(cell: Cell, silent: str = CELL_NOT_STATED) -> str:
    """What a cell says in plain text, with its doubt; `silent` where nothing is stated."""
    if not cell.stated:
        return silent
    return f"{plain_text(cell.text)} {DOUBT}" if cell.doubtful else plain_text(cell.text)


def markdown_rows(rows: Iterable[Sequence[str]]) -> str:
    """Rows of a table in Markdown; their cells are escaped already."""
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def latex_cell(cell: Cell) -> str:
    """What a cell says, in LaTeX: in italics that nothing is stated."""
    words = latex_text(words_of(cell))
    return words if cell.stated else f"\\emph{{{words}}}"


def latex_row(cells: Sequence[str]) -> str:
    """One row; a bracket or star at its start would be read as an argument of the line break before it."""
    guard = "{}" if cells[0].startswith(("[", "*")) else ""
    return f"{guard}{' & '.join(cells)} \\\\"


def latex_layout(first: float, columns: int) -> str:
    r"""The columns of a table: the first takes that share of \linewidth, the others what is left, each as much."""
    widths = [first, *([(_TABLE_WIDTH - first) / max(1, columns)] * columns)]
    return "@{}" + "".join(f">{{\\raggedright\\arraybackslash}}p{{{width:.3f}\\linewidth}}" for width in widths) + "@{}"
