"""CSV and its relatives: a table with one paper a row and the names of the columns on top, in any case and order."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ingest.errors import RecordError, SourceError
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import ABSTRACT, TITLE, fields_of, plain_name
from ingest.sources.found import Found, found_or_refused
from ingest.sources.opening import Source, require_utf8
from ingest.text.tidy import shortened, tidy

TAB = "\t"
_DELIMITERS = (",", TAB, ";", "|")
# Remarks of the exporter before the names of the columns take no more lines than this.
_LINES_BEFORE_HEADING = 12


@dataclass(frozen=True, slots=True)
class _Row:
    """The cells of a row and the line it begins on; a broken one has its trouble instead of cells."""

    line: int
    cells: Sequence[str]
    trouble: str = ""


def looks_like_csv(head: str) -> bool:
    """Whether a text begins with a row of column names, a title's and an abstract's among them."""
    return _heading_of(head) is not None


def read_csv(source: Source, delimiter: str | None = None) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each row. Raises SourceError if no column holds titles, or none abstracts.

    The delimiter is the one that makes the first row name these columns. (`csv.Sniffer` looks at the rows
    instead, and finds all sorts of delimiters in the prose of abstracts.)
    """
    head = _heading_of(source.head)
    rows = _rows(source, delimiter or (head.delimiter if head else _DELIMITERS[0]))
    columns = _columns(rows)
    if not _name_a_paper(columns):
        there = shortened(tidy(", ".join(columns)), 80)
        raise SourceError(
            f"{source.name}: no row names a title and an abstract column (choose the export with abstracts); "
            f"the first row reads: {there}"
        )
    for row in rows:
        yield found_or_refused(source.name, row.line, partial(_fields_of_row, row, columns))


def _rows(source: Source, delimiter: str) -> Iterator[_Row]:
    """The rows that are not blank. A row may span lines; after a broken one, reading goes on at the next line."""
    lines = (line.text.replace("\r", " ") + "\n" for line in source.lines())
    reader = csv.reader(lines, delimiter=delimiter, strict=True)  # strict: a quote left open must not pass unseen
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Row(line, (), f"a broken row ({error}); is a quote left open, or not doubled?")
            continue
        if any(cells):
            yield _Row(line, cells)


def _fields_of_row(row: _Row, columns: Sequence[str]) -> Fields:
    if row.trouble:
        raise RecordError(row.trouble)
    require_utf8("".join(row.cells))
    if any(row.cells[len(columns) :]):  # the cells are shifted: a title might pass for an abstract
        raise RecordError(f"{len(row.cells)} cells under {len(columns)} columns; is a delimiter not quoted?")
    record: dict[str, str] = {}
    for name, cell in zip(columns, row.cells, strict=False):
        record[name] = record.get(name) or cell  # some exports have a column twice
    return fields_of(record)


@dataclass(frozen=True, slots=True)
class _Heading:
    """The delimiter by which a line names the columns of papers."""

    delimiter: str


def _heading_of(text: str) -> _Heading | None:
    """The heading within the first lines, if any: exporters write `sep=;` or a remark before it."""
    for line in text.lstrip().splitlines()[:_LINES_BEFORE_HEADING]:
        for delimiter in _DELIMITERS:
            try:
                if _name_a_paper(next(csv.reader([line], delimiter=delimiter), [])):
                    return _Heading(delimiter)
            except csv.Error:
                continue
    return None


def _columns(rows: Iterator[_Row]) -> Sequence[str]:
    """The row that names the columns, or the first if none does."""
    first: Sequence[str] = ()
    for _, row in zip(range(_LINES_BEFORE_HEADING), rows, strict=False):
        first = first or row.cells
        if _name_a_paper(row.cells):
            return row.cells
    return first


def _name_a_paper(columns: Sequence[str]) -> bool:
    names = {plain_name(column) for column in columns}
    return len(columns) > 1 and not names.isdisjoint(TITLE) and not names.isdisjoint(ABSTRACT)
