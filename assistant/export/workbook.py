"""Tables as an Excel workbook (XLSX): a sheet of the cells, and one of the words that they rest on.

A comparison has one column a paper, a table of many papers one row a paper. Every cell is written as text, so that
nothing is calculated; addresses are links.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assistant.answers import Cell, Citation, Comparison
from assistant.bylines import byline
from assistant.export.cells import words_of
from assistant.export.escaping import safe_address
from assistant.export.grids import LINK, PAPER, WRITTEN_BY
from assistant.markup import one_line
from ingest.text.latex import plain_text

# What Excel takes into one cell.
LONGEST_CELL = 32_767
# In letters: wide enough to read a sentence in a few lines.
_NARROW, _WIDE = 22, 44
_TOP = Alignment(vertical="top", wrap_text=True)


def comparison_to_xlsx(comparison: Comparison) -> bytes:
    """A workbook with the table on its first sheet and the quotes, by the numbers in the cells, on its second."""
    return _book("Comparison", _table(comparison), [_NARROW, *([_WIDE] * len(comparison.papers))], comparison)


def grid_to_xlsx(grid: Comparison) -> bytes:
    """The same for a table of many papers, whose columns the program can sort and filter.

    Its columns came one after the other, each numbered by itself: the quotes are numbered anew.
    """
    grid = _numbered_through(grid)
    return _book("Table", _grid(grid), [_WIDE, _NARROW, *([_WIDE] * len(grid.aspects)), _WIDE], grid, filtered=True)


def _book(
    title: str, rows: Iterable[Sequence[str]], widths: Sequence[int], cited: Comparison, filtered: bool = False
) -> bytes:
    book = Workbook()
    table, sources = book.worksheets[0], book.create_sheet("Sources")
    table.title = title
    _write(table, rows, widths)
    if filtered:
        table.auto_filter.ref = table.dimensions
    _write(sources, _sources(cited), [_NARROW // 2, _WIDE, _WIDE * 2, _WIDE])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _grid(grid: Comparison) -> Iterable[Sequence[str]]:
    yield PAPER, WRITTEN_BY, *grid.aspects, LINK
    for row, paper in enumerate(grid.papers):
        values = (_value(column[row]) for column in grid.cells)
        yield plain_text(paper.title), byline(paper), *values, safe_address(paper.link)


def _numbered_through(grid: Comparison) -> Comparison:
    """The table with a number for each place that a cell quotes; what is read off a record has none."""
    numbers: dict[tuple[str, int, int], int] = {}

    def numbered(cell: Cell) -> Cell:
        cited = cell.citation
        if cited is None or cited.is_of_record:
            return replace(cell, citation=None)
        number = numbers.setdefault((cited.paper.id, cited.start, cited.end), len(numbers) + 1)
        return replace(cell, citation=replace(cited, number=number))

    return replace(grid, cells=tuple(tuple(map(numbered, column)) for column in grid.cells))


def _value(cell: Cell) -> str:
    """What a cell says, with the number of its quote; a value that was read off the record has none."""
    return _words(cell) if cell.stated else plain_text(cell.text)


def _table(comparison: Comparison) -> Iterable[Sequence[str]]:
    yield ("Aspect", *(plain_text(paper.title) for paper in comparison.papers))
    for aspect, cells in zip(comparison.aspects, comparison.cells, strict=True):
        yield (aspect, *map(_words, cells))
    yield ("Link", *(safe_address(paper.link) for paper in comparison.papers))


def _words(cell: Cell) -> str:
    words = words_of(cell)
    return f"{words} [{cell.citation.number}]" if cell.citation else words


def _sources(comparison: Comparison) -> Iterable[Sequence[str]]:
    yield "Number", "Paper", "In its own words", "Link"
    yield from map(_source, comparison.citations)


def _source(citation: Citation) -> Sequence[str]:
    paper = citation.paper
    return f"[{citation.number}]", plain_text(paper.title), plain_text(citation.quote), safe_address(paper.link)


def _write(sheet: Worksheet, rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", one_line(text))[:LONGEST_CELL]
            cell.data_type = "s"  # whatever it begins with
            cell.alignment = _TOP
            cell.font = Font(bold=number == 1)
            if text.startswith(("http://", "https://")) and text == safe_address(text):
                cell.hyperlink = text
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
