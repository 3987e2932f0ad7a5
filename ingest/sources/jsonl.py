"""JSON: one record a line (JSON Lines), or one document that holds them all.

Lines are read one by one, whatever the size of the file. A document is read as a stream too: a window over its text
moves from record to record, so that a list of a million papers costs no more memory than its longest paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from json import JSONDecodeError, JSONDecoder

from ingest.errors import RecordError
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused
from ingest.sources.opening import HEAD, LONGEST_LINE, Line, Source, require_utf8

# Numbers stay as they are written: the arXiv id 2311.08350 must not become 2311.0835. `strict=False` admits
# line ends and tabs within strings, which many writers leave there.
_JSON = JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: None, strict=False)

# A record that begins on a line of its own; `{"` keeps out the braces of BibTeX and of mathematics.
_RECORD_LINE = re.compile(r'^[ \t]*\{\s*"', re.MULTILINE)
# The list of an answer such as {"total": 2, "papers": [{…}, {…}]} or {"message": {"items": […]}} goes by these names;
# what stands before it is passed over, and a title before it shows that this is a record itself.
_LISTS = (
    "papers",
    "data",
    "results",
    "items",
    "records",
    "result",
    "notes",
    "docs",
    "works",
    "articles",
    "hits",
    "entries",
    "collection",
)
_NESTS = ("message", "resultList", "response", "result", "results", "hits", "data", "search-results", "MedlineCitation")
_TITLES = ("title", "display_name", "abstract")
_MEMBER = re.compile(r'[\s,]*"([^"\\]*)"\s*:\s*')
_LIST_OF_RECORDS = re.compile(r"\[(?=\s*[{\]])")
_LIST = re.compile(r"\s*\[(?=\s*[{\]])")
_SPREAD_RECORD = re.compile(r"\s*\{[ \t]*\r?\n")
_BETWEEN_RECORDS = re.compile(r"[\s,]*")


def looks_like_json_document(head: str) -> bool:
    """Whether a text begins as one JSON value that spans it all."""
    return bool(_LIST.match(head) or _SPREAD_RECORD.match(head)) or _start_of_list(head) is not None


def _start_of_list(text: str) -> int | None:
    """Where the records of a wrapped list begin; None if the text, as far as it goes, shows no such list."""
    brace = re.match(r"\s*\{", text)
    place = brace.end() if brace else len(text)
    while member := _MEMBER.match(text, place):
        name, place = member[1], member.end()
        if name in _LISTS and (found := _LIST_OF_RECORDS.match(text, place)):
            return found.end()
        if name in _NESTS and text[place : place + 1] == "{":
            place += 1
            continue
        if name in _TITLES:
            return None
        try:
            place = _JSON.raw_decode(text, place)[1]
        except (JSONDecodeError, RecursionError):
            return None
    return None


def looks_like_json_lines(head: str) -> bool:
    """Whether a text has lines that begin as JSON objects."""
    return _RECORD_LINE.search(head) is not None


def read_json_lines(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each line that is not blank."""
    for line in source.lines():
        if line.text.strip():
            yield found_or_refused(source.name, line.number, partial(_fields_of_line, line))


def _fields_of_line(line: Line) -> Fields:
    if not line.is_whole:
        raise RecordError(f"a line of more than {LONGEST_LINE:,} bytes")
    require_utf8(line.text)
    try:
        return _fields(_JSON.decode(line.text))
    except (JSONDecodeError, RecursionError) as error:
        raise RecordError(f"a broken line of JSON: {_trouble(error)}") from error


def _fields(record: object) -> Fields:
    if not isinstance(record, Mapping):
        raise RecordError("not a JSON object with a title and an abstract")
    return fields_of(record)


def read_json_document(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each record of a list, of a wrapped list, or of records one after another."""
    window = _Window(source.pieces())
    while window.at_record():
        yield found_or_refused(source.name, window.line, partial(_fields_of_next, window))


def _fields_of_next(window: _Window) -> Fields:
    record, text = window.take()
    require_utf8(text)
    return _fields(record)


class _Window:
    """The part of a document that is being looked at: begins at the next record, grows until that record is whole."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.line = 1
        self._pieces = pieces
        self._text = ""
        self._place = 0
        self._indent = ""
        self._grow(HEAD)
        opening = _LIST.match(self._text)
        start = opening.end() if opening else _start_of_list(self._text)
        self._closing = "]" if start is not None else ""
        self._move(start or 0)

    def at_record(self) -> bool:
        """Move to the next record; False at the end of the list or of the text."""
        while True:
            self._skip_gap()
            if self._place < len(self._text):
                return self._text[self._place] != self._closing
            if not self._grow(HEAD):
                return False

    def take(self) -> tuple[object, str]:
        """The record that begins here, with its text; moves past it. RecordError if it is broken; moves past it too."""
        while True:
            try:
                record, end = _JSON.raw_decode(self._text, self._place)
            except (JSONDecodeError, RecursionError) as error:
                # Unfinished or broken? Only more text can tell. Doubling keeps the work in proportion to the record.
                length = len(self._text) - self._place
                if length < LONGEST_LINE and self._grow(length):
                    continue
                rest = "" if self._recover() else "; nothing after it could be read"
                raise RecordError(f"broken JSON: {_trouble(error)}{rest}") from error
            text = self._text[self._place : end]
            self._move(end)
            return record, text

    def _skip_gap(self) -> None:
        found = _BETWEEN_RECORDS.match(self._text, self._place)
        if found:
            _, line_end, indent = found[0].rpartition("\n")
            self._indent = indent if line_end else self._indent
            self._move(found.end())

    def _recover(self) -> bool:
        """Go on at the next line that begins as the broken record did; False if there is none to the end."""
        beginning = f"\n{self._indent}{{"
        while (next_record := self._text.find(beginning, self._place)) < 0:
            self._move(max(self._place, len(self._text) - len(beginning)))  # its beginning may be here in part
            if not self._grow(HEAD):
                self._move(len(self._text))
                return False
        self._move(next_record)
        return True

    def _move(self, place: int) -> None:
        self.line += self._text.count("\n", self._place, place)
        self._place = place

    def _grow(self, wanted: int) -> bool:
        """Add at least `wanted` characters, as far as there are any, and let go of what lies behind."""
        parts, added = [self._text[self._place :]], 0
        while added < wanted and (piece := next(self._pieces, None)) is not None:
            parts.append(piece)
            added += len(piece)
        self._text, self._place = "".join(parts), 0
        return added > 0


def _trouble(error: JSONDecodeError | RecursionError) -> str:
    """What is wrong, without the error's own place: it counts from the beginning of what was being looked at."""
    return error.msg.lower() if isinstance(error, JSONDecodeError) else "brackets within brackets without end"
