"""A table of many papers for other programs: one row a paper, one column a question, as CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistant.answers import CELL_NOT_STATED, Cell, Comparison
from assistant.bylines import byline
from assistant.export.escaping import latex_text, safe_address, spreadsheet_cell
from assistant.export.references import citation_keys
from assistant.markup import escaped
from ingest.papers import Paper
from ingest.text.latex import plain_text

PAPER, WRITTEN_BY, LINK, QUOTE = "Paper", "By", "Link", "{}: quote"
DOUBT = "?"
_NOT_PDFLATEX = "% holds letters that pdfLaTeX lacks: compile with XeLaTeX or LuaLaTeX"
# Share of a page's width for the columns together; the rest is the space between them.
_TABLE_WIDTH, _PAPER_WIDTH = 0.94, 0.22


def grid_to_csv(grid: Comparison) -> str:
    """Comma-separated values that a spreadsheet calculates nothing of; each column is followed by its quotes."""
    out = io.StringIO()
    writer = csv.writer(out)
    heads = [head for name in grid.aspects for head in (name, QUOTE.format(name))]
    writer.writerow(map(spreadsheet_cell, [PAPER, WRITTEN_BY, *heads, LINK]))
    for paper, cells in _rows(grid):
        values = [value for cell in cells for value in (_words(cell, ""), _quote(cell))]
        row = [plain_text(paper.title), byline(paper), *values]
        writer.writerow([*map(spreadsheet_cell, row), safe_address(paper.link)])
    return out.getvalue()


def grid_to_markdown(grid: Comparison) -> str:
    """A table in Markdown; a value that its quote may not answer has a question mark."""
    rows = [
        [PAPER, *map(escaped, grid.aspects)],
        ["---"] * (len(grid.aspects) + 1),
        *([_cited(paper), *(_markdown(cell) for cell in cells)] for paper, cells in _rows(grid)),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def grid_to_latex(grid: Comparison) -> str:
    r"""A longtable to paste into a paper; each row cites the key of the BibTeX export."""
    head = _latex_row([PAPER, *map(latex_text, grid.aspects)])
    keys = citation_keys(grid.papers)
    lines = [
        "% needs \\usepackage{array,booktabs,longtable}, and the papers' BibTeX export for \\cite",
        f"\\begin{{longtable}}{{{_layout(len(grid.aspects))}}}",
        rf"\toprule {head} \midrule",
        r"\endhead",
        *(
            _latex_row([f"{latex_text(plain_text(paper.title))}~\\cite{{{key}}}", *map(_latex, cells)])
            for key, (paper, cells) in zip(keys, _rows(grid), strict=True)
        ),
        r"\bottomrule",
        r"\end{longtable}",
    ]
    table = "\n".join(lines) + "\n"
    return (
        table if table.isascii() else f"% holds letters that pdfLaTeX lacks: compile with XeLaTeX or LuaLaTeX\n{table}"
    )


def _rows(grid: Comparison) -> Iterator[tuple[Paper, tuple[Cell, ...]]]:
    for row, paper in enumerate(grid.papers):
        yield paper, tuple(column[row] for column in grid.cells)


def _words(cell: Cell, silent: str = CELL_NOT_STATED) -> str:
    if not cell.stated:
        return silent
    return f"{plain_text(cell.text)} {DOUBT}" if cell.doubtful else plain_text(cell.text)


def _quote(cell: Cell) -> str:
    return plain_text(cell.citation.quote) if cell.citation and not cell.citation.is_of_record else ""


def _cited(paper: Paper) -> str:
    title, origin = escaped(plain_text(paper.title)), byline(paper)
    link = safe_address(paper.link)
    return f"{title} ({escaped(origin)}){f' <{link}>' if link else ''}" if origin else title


def _markdown(cell: Cell) -> str:
    words = escaped(_words(cell))
    return words if cell.stated else f"*{words}*"


def _latex(cell: Cell) -> str:
    words = latex_text(_words(cell))
    return words if cell.stated else f"\\emph{{{words}}}"


def _layout(columns: int) -> str:
    each = (_TABLE_WIDTH - _PAPER_WIDTH) / max(1, columns)
    widths = [_PAPER_WIDTH, *([each] * columns)]
    return "@{}" + "".join(f">{{\\raggedright\\arraybackslash}}p{{{width:.3f}\\linewidth}}" for width in widths) + "@{}"


def _latex_row(cells: list[str]) -> str:
    """One row; a bracket or star at its start would be read as an argument of the line break before it."""
    guard = "{}" if cells[0].startswith(("[", "*")) else ""
    return f"{guard}{' & '.join(cells)} \\\\"
