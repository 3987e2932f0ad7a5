"""A comparison as a table for other programs: CSV, Markdown and LaTeX.

All three have one row an aspect and one column a paper; an empty cell says that the abstract does not state it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from assistant.answers import CELL_NOT_STATED, Cell, Comparison
from assistant.export.escaping import latex_text, safe_address, spreadsheet_cell
from assistant.export.references import citation_keys
from assistant.markup import escaped
from ingest.papers import Paper
from ingest.text.latex import plain_text

CORNER = "Aspect"
# Share of a page's width for the columns together; the rest is the space between them.
_TABLE_WIDTH = 0.94
_ASPECT_WIDTH = 0.14

_LATEX_NOTES = (
    "needs \\usepackage{array,booktabs}, and the papers' BibTeX export for \\cite",
    "holds letters that pdfLaTeX lacks: compile with XeLaTeX or LuaLaTeX",
)


def comparison_to_csv(comparison: Comparison) -> str:
    """Comma-separated values that a spreadsheet opens without calculating anything; the last row has the links."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([CORNER, *(spreadsheet_cell(plain_text(paper.title)) for paper in comparison.papers)])
    for aspect, cells in zip(comparison.aspects, comparison.cells, strict=True):
        writer.writerow([spreadsheet_cell(aspect), *(spreadsheet_cell(_words(cell)) for cell in cells)])
    writer.writerow(["Link", *(safe_address(paper.link) for paper in comparison.papers)])
    return out.getvalue()


def comparison_to_markdown(comparison: Comparison) -> str:
    """A table with `[n]` markers, and under it the words that each marker stands for."""
    rows = [
        [CORNER, *(escaped(plain_text(paper.title)) for paper in comparison.papers)],
        ["---"] * (len(comparison.papers) + 1),
        *([escaped(aspect), *map(_markdown_cell, cells)] for aspect, cells in _rows(comparison)),
    ]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"{table}\n{''.join(_markdown_sources(comparison))}"


def comparison_to_latex(comparison: Comparison) -> str:
    r"""A booktabs table to paste into a paper; each column's head cites the key of the BibTeX export."""
    lines = [
        f"\\begin{{tabular}}{{{_column_layout(len(comparison.papers))}}}",
        r"\toprule",
        _latex_row([CORNER, *_latex_heads(comparison.papers)]),
        r"\midrule",
        *(_latex_row([latex_text(aspect), *map(_latex_cell, cells)]) for aspect, cells in _rows(comparison)),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    table = "\n".join(lines)
    notes = _LATEX_NOTES if not table.isascii() else _LATEX_NOTES[:1]
    return "".join(f"% {note}\n" for note in notes) + table + "\n"


def _rows(comparison: Comparison) -> Iterable[tuple[str, tuple[Cell, ...]]]:
    return zip(comparison.aspects, comparison.cells, strict=True)


def _words(cell: Cell) -> str:
    return plain_text(cell.text) if cell.stated else CELL_NOT_STATED


def _markdown_cell(cell: Cell) -> str:
    words = escaped(_words(cell))
    return f"{words} [{cell.citation.number}]" if cell.citation else f"*{words}*"


def _markdown_sources(comparison: Comparison) -> Iterable[str]:
    """One line a citation, in the order of their numbers."""
    cited = {cell.citation.number: cell.citation for cells in comparison.cells for cell in cells if cell.citation}
    for number, citation in sorted(cited.items()):
        title = escaped(plain_text(citation.paper.title))
        link = safe_address(citation.paper.link)
        yield f"[{number}] {title}: “{escaped(plain_text(citation.quote))}”{f' <{link}>' if link else ''}\n\n"


def _column_layout(papers: int) -> str:
    each = (_TABLE_WIDTH - _ASPECT_WIDTH) / max(1, papers)
    widths = [_ASPECT_WIDTH, *([each] * papers)]
    columns = "".join(f">{{\\raggedright\\arraybackslash}}p{{{width:.3f}\\linewidth}}" for width in widths)
    return f"@{{}}{columns}@{{}}"


def _latex_heads(papers: tuple[Paper, ...]) -> Iterable[str]:
    for key, paper in zip(citation_keys(papers), papers, strict=True):
        yield f"{latex_text(plain_text(paper.title))}~\\cite{{{key}}}"


def _latex_cell(cell: Cell) -> str:
    return latex_text(_words(cell)) if cell.stated else f"\\emph{{{latex_text(CELL_NOT_STATED)}}}"


def _latex_row(cells: list[str]) -> str:
    """One row; a bracket or star at its start would be read as an argument of the line break before it."""
    guard = "{}" if cells[0].startswith(("[", "*")) else ""
    return f"{guard}{' & '.join(cells)} \\\\"
