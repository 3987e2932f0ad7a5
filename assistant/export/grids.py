"""A table of many papers for other programs: one row a paper, one column a question, as CSV, Markdown and LaTeX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from assistant.answers import Cell, Comparison
from assistant.bylines import byline
from assistant.export.cells import NOT_PDFLATEX, latex_cell, latex_layout, latex_row, markdown_rows, words_of
from assistant.export.escaping import latex_text, safe_address, spreadsheet_cell
from assistant.export.references import citation_keys
from assistant.markup import escaped
from ingest.papers import Paper
from ingest.text.latex import plain_text

PAPER, WRITTEN_BY, LINK, QUOTE = "Paper", "By", "Link", "{}: quote"
# Of a page's width, for the column that names the papers.
_PAPER_WIDTH = 0.22


def grid_to_csv(grid: Comparison) -> str:
    """Comma-separated values that a spreadsheet calculates nothing of; each column is followed by its quotes."""
    out = io.StringIO()
    writer = csv.writer(out)
    heads = [head for name in grid.aspects for head in (name, QUOTE.format(name))]
    writer.writerow(map(spreadsheet_cell, [PAPER, WRITTEN_BY, *heads, LINK]))
    for paper, cells in _rows(grid):
        values = [value for cell in cells for value in (words_of(cell, ""), _quote(cell))]
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
    return markdown_rows(rows)


def grid_to_latex(grid: Comparison) -> str:
    r"""A longtable to paste into a paper; each row cites the key of the BibTeX export."""
    head = latex_row([PAPER, *map(latex_text, grid.aspects)])
    keys = citation_keys(grid.papers)
    lines = [
        "% needs \\usepackage{array,booktabs,longtable}, and the papers' BibTeX export for \\cite",
        f"\\begin{{longtable}}{{{latex_layout(_PAPER_WIDTH, len(grid.aspects))}}}",
        rf"\toprule {head} \midrule",
        r"\endhead",
        *(
            latex_row([f"{latex_text(plain_text(paper.title))}~\\cite{{{key}}}", *map(latex_cell, cells)])
            for key, (paper, cells) in zip(keys, _rows(grid), strict=True)
        ),
        r"\bottomrule",
        r"\end{longtable}",
    ]
    table = "\n".join(lines) + "\n"
    return table if table.isascii() else f"% {NOT_PDFLATEX}\n{table}"


def _rows(grid: Comparison) -> Iterator[tuple[Paper, tuple[Cell, ...]]]:
    for row, paper in enumerate(grid.papers):
        yield paper, tuple(column[row] for column in grid.cells)


def _quote(cell: Cell) -> str:
    return plain_text(cell.citation.quote) if cell.citation and not cell.citation.is_of_record else ""


def _cited(paper: Paper) -> str:
    title, origin = escaped(plain_text(paper.title)), byline(paper)
    link = safe_address(paper.link)
    return f"{title} ({escaped(origin)}){f' <{link}>' if link else ''}" if origin else title


def _markdown(cell: Cell) -> str:
    words = escaped(words_of(cell))
    return words if cell.stated else f"*{words}*"
