"""A comparison as a table for other programs: CSV, Markdown and LaTeX.

All three have one row an aspect and one column a paper; an empty cell says that the abstract does not state it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from assistant.answers import Cell, Comparison
from assistant.export.cells import NOT_PDFLATEX, latex_cell, latex_layout, latex_row, markdown_rows, words_of
from assistant.export.escaping import latex_text, safe_address, spreadsheet_cell
from assistant.export.references import citation_keys
from assistant.markup import escaped
from ingest.papers import Paper
from ingest.text.latex import plain_text

CORNER = "Aspect"
# Of a page's width, for the column that names the aspects.
_ASPECT_WIDTH = 0.14

_LATEX_NOTES = (
    "needs \\usepackage{array,booktabs}, and the papers' BibTeX export for \\cite",
    NOT_PDFLATEX,
)


def comparison_to_csv(comparison: Comparison) -> str:
    """Comma-separated values that a spreadsheet opens without calculating anything; the last row has the links."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([CORNER, *(spreadsheet_cell(plain_text(paper.title)) for paper in comparison.papers)])
    for aspect, cells in zip(comparison.aspects, comparison.cells, strict=True):
        writer.writerow([spreadsheet_cell(aspect), *(spreadsheet_cell(words_of(cell)) for cell in cells)])
    writer.writerow(["Link", *(safe_address(paper.link) for paper in comparison.papers)])
    return out.getvalue()


def comparison_to_markdown(comparison: Comparison) -> str:
    """A table with `[n]` markers, and under it the words that each marker stands for."""
    rows = [
        [CORNER, *(escaped(plain_text(paper.title)) for paper in comparison.papers)],
        ["---"] * (len(comparison.papers) + 1),
        *([escaped(aspect), *map(_markdown_cell, cells)] for aspect, cells in _rows(comparison)),
    ]
    return f"{markdown_rows(rows)}\n{''.join(_markdown_sources(comparison))}"


def comparison_to_latex(comparison: Comparison) -> str:
    r"""A booktabs table to paste into a paper; each column's head cites the key of the BibTeX export."""
    lines = [
        f"\\begin{{tabular}}{{{latex_layout(_ASPECT_WIDTH, len(comparison.papers))}}}",
        r"\toprule",
        latex_row([CORNER, *_latex_heads(comparison.papers)]),
        r"\midrule",
        *(latex_row([latex_text(aspect), *map(latex_cell, cells)]) for aspect, cells in _rows(comparison)),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    table = "\n".join(lines)
    notes = _LATEX_NOTES if not table.isascii() else _LATEX_NOTES[:1]
    return "".join(f"% {note}\n" for note in notes) + table + "\n"


def _rows(comparison: Comparison) -> Iterable[tuple[str, tuple[Cell, ...]]]:
    return zip(comparison.aspects, comparison.cells, strict=True)


def _markdown_cell(cell: Cell) -> str:
    words = escaped(words_of(cell))
    return f"{words} [{cell.citation.number}]" if cell.citation else f"*{words}*"


def _markdown_sources(comparison: Comparison) -> Iterable[str]:
    """One line a citation, in the order of their numbers."""
    for citation in comparison.citations:
        title = escaped(plain_text(citation.paper.title))
        link = safe_address(citation.paper.link)
        yield f"[{citation.number}] {title}: “{escaped(plain_text(citation.quote))}”{f' <{link}>' if link else ''}\n\n"


def _latex_heads(papers: tuple[Paper, ...]) -> Iterable[str]:
    for key, paper in zip(citation_keys(papers), papers, strict=True):
        yield f"{latex_text(plain_text(paper.title))}~\\cite{{{key}}}"
