"""A comparison as an Excel workbook (XLSX): a sheet of the cells, and one of the words that they rest on.

Every cell is written as text, so that nothing is calculated; addresses are links.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from assistant.answers import Cell, Citation, Comparison
from assistant.export.cells import words_of
from assistant.export.escaping import safe_address
from assistant.markup import one_line
from ingest.text.latex import plain_text

# What Excel takes into one cell.
LONGEST_CELL = 32_767
# In letters: wide enough to read a sentence in a few lines.
_NARROW, _WIDE = 22, 44
_TOP = Alignment(vertical="top", wrap_text=True)


def comparison_to_xlsx(comparison: Comparison) -> bytes:
    """A workbook with the table on its first sheet and the quotes, by the numbers in the cells, on its second."""
    book = Workbook()
    table, sources = book.worksheets[0], book.create_sheet("Sources")
    table.title = "Comparison"
    _write(table, _table(comparison), [_NARROW, *([_WIDE] * len(comparison.papers))])
    _write(sources, _sources(comparison), [_NARROW // 2, _WIDE, _WIDE * 2, _WIDE])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
