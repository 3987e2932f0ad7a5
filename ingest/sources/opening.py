"""Opening a source: a file, a pipe or a gzip becomes text that streams, a line or a piece at a time.

What stands in the way of reading anything at all (no such file, a folder, a PDF, a damaged gzip) is told here, as a
`SourceError` of one line. What is wrong with a single record is left to the formats.
"""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import select
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.errors import RecordError, SourceError

STANDARD_INPUT = "-"

# As much is looked at to tell what a source holds, and read at once from then on.
HEAD = 65_536
# No record of a paper is longer; of a line that is, only this much is ever held.
LONGEST_LINE = 16 * 1024 * 1024
# Text has next to no control characters; random bytes have one in eight.
_MOST_CONTROLS = 0.02

_BYTE_ORDER_MARK = "\ufeff"
_GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# A sign of UTF-8 that is no ASCII. Text of a single-byte code page next to never has two such bytes in this order.
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Seconds after which a pipe that nobody writes to is given up.
PATIENCE_WITH_PIPES = 30.0
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # all but white space and the escape of terminals
_KNOWN_BY_FIRST_BYTES = {
    b"%PDF-": "a PDF; Footnote reads titles and abstracts: give their list, or `arxiv:` with the paper's id",
    b"PK\x03\x04": "a zip archive or an office document; unpack it, or save the table as CSV",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it, or pipe it in: zstdcat FILE | … -",
    b"\xfd7zXZ": "compressed with xz; unpack it, or pipe it in: xzcat FILE | … -",
    b"BZh": "compressed with bzip2; unpack it, or pipe it in: bzcat FILE | … -",
    b"SQLite format 3": "a database (Zotero's or EndNote's own); export from the program: RIS, BibTeX or CSL JSON",
    b"PAR1": "a Parquet file; save the table as CSV or JSON Lines",
    b"{\\rtf": "rich text (RTF); choose RIS or BibTeX instead",
}
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end, counted from 1. Bytes that are not UTF-8 are kept as lone surrogates.

    `is_whole` is False for a line of more than LONGEST_LINE bytes: `text` is its beginning.
    """

    number: int
    text: str
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """An open source, to be read once: by `lines` or by `pieces`. `head` is its beginning, for recognition alone."""

    name: str
    head: str
    stream: BinaryIO
    is_single_byte: bool = False

    def lines(self) -> Iterator[Line]:
        """Every line; none is held longer than it takes to look at it."""
        number = 0
        while piece := self.stream.readline(LONGEST_LINE):
            number += 1
            is_whole = len(piece) < LONGEST_LINE or piece.endswith(b"\n")
            if not is_whole:
                self._skip_line()
            text = self._decoded(piece).rstrip("\r\n")
            yield Line(number, text.removeprefix(_BYTE_ORDER_MARK) if number == 1 else text, is_whole)

    def pieces(self) -> Iterator[str]:
        """The text in pieces of at most HEAD bytes, cut anywhere between two characters."""
        decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        while piece := self.stream.read(HEAD):
            yield decoder.decode(piece)
        yield decoder.decode(b"", final=True)

    def _decoded(self, piece: bytes) -> str:
        """UTF-8, or where the file shows none and the bytes are not, the Windows code page 1252 of old exports."""
        text = piece.decode("utf-8", "surrogateescape")
        if self.is_single_byte and not text.isascii() and _is_broken(text):
            return piece.decode("cp1252", "surrogateescape")
        return text

    def _skip_line(self) -> None:
        while (rest := self.stream.readline(HEAD)) and not rest.endswith(b"\n"):
            pass


def name_of(location: str) -> str:
    """What a location is called in messages; a path that is not UTF-8 must not break the message about it."""
    return "standard input" if location == STANDARD_INPUT else location.encode("utf-8", "replace").decode("utf-8")


@contextmanager
def open_source(location: str) -> Iterator[Source]:
    """Open a path, or standard input for `-`; a gzip is unpacked as it is read.

    Raises SourceError, on opening and for as long as it is read, for whatever makes the source as a whole unusable.
    """
    name = name_of(location)
    try:
        with _opened(location) as stream:
            yield _source(name, stream)
    except FileNotFoundError as error:
        raise SourceError(f"{name}: there is no such file; check the path") from error
    except IsADirectoryError as error:
        raise SourceError(f"{name} is a folder; name the files in it, such as {Path(name) / '*.jsonl'}") from error
    except PermissionError as error:
        raise SourceError(f"{name} may not be read; give yourself the right to (chmod u+r)") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{name} is a damaged gzip file ({error}); fetch it again") from error
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror or error}") from error


def require_utf8(text: str) -> None:
    """Raise RecordError if the bytes that a text was read from are not UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(text[error.start]) - 0xDC00
        raise RecordError(f"not UTF-8 (the byte 0x{byte & 0xFF:02x}); save the file as UTF-8") from error


def _opened(location: str) -> nullcontext[BinaryIO] | BinaryIO:
    if location == STANDARD_INPUT:
        return nullcontext(sys.stdin.buffer)
    try:
        return _fifo(location) if Path(location).is_fifo() else Path(location).open("rb")
    except ValueError as error:  # a NUL in the path
        raise FileNotFoundError(location) from error


def _fifo(location: str) -> BinaryIO:
    """A named pipe, once something was written to it; one that nobody writes to would be waited for without end."""
    descriptor = os.open(location, os.O_RDONLY | os.O_NONBLOCK)
    is_ready, _, _ = select.select([descriptor], [], [], PATIENCE_WITH_PIPES)
    if not is_ready:
        os.close(descriptor)
        raise SourceError(f"{location} is a pipe that nobody writes to; start what writes to it, or name a file")
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "rb")


def _is_broken(text: str) -> bool:
    return any("\udc80" <= sign <= "\udcff" for sign in text)


def _source(name: str, stream: BinaryIO) -> Source:
    head, stream = _peeked(stream)
    if head.startswith(_GZIP):
        head, stream = _peeked(gzip.GzipFile(fileobj=stream))
    if head.startswith(_UTF16):
        head, stream = _peeked(io.BufferedReader(_Recoded(stream)))
    if not head.strip(b"\xef\xbb\xbf \t\r\n") and len(head) < HEAD:
        raise SourceError(f"{name} is empty; give a file with papers in it")
    if kind := _unreadable_kind(head):
        raise SourceError(f"{name} is {kind}")
    text = head.decode("utf-8", "replace").removeprefix(_BYTE_ORDER_MARK)
    is_single_byte = not _MULTIBYTE.search(head.removeprefix(codecs.BOM_UTF8))
    if _HTML.match(text):
        raise SourceError(f"{name} is an HTML page; save it as plain text (copy the text of the page into a file)")
    return Source(name, text, stream, is_single_byte)


def _unreadable_kind(head: bytes) -> str | None:
    """What a source is, with the mend, if it is not text; else None."""
    for first_bytes, kind in _KNOWN_BY_FIRST_BYTES.items():
        if head.startswith(first_bytes):
            return kind
    if b"\x00" in head or len(_CONTROLS.findall(head)) > _MOST_CONTROLS * len(head):
        return "binary data, not text; give a page, JSON, CSV or BibTeX"
    return None


def _peeked(stream: io.BufferedIOBase | BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first HEAD bytes of a stream (fewer if it ends), and a stream that still begins with them."""
    head = stream.read(HEAD)
    return head, io.BufferedReader(_Rejoined(head, stream), buffer_size=HEAD)


class _Recoded(io.RawIOBase):
    """UTF-16 with its byte order mark as UTF-8."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """Always: this is what io asks before it reads."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as there is something to fill it with; 0 at the end."""
        while not self._ready and (piece := self._stream.read(HEAD)):
            self._ready = self._decoder.decode(piece).encode("utf-8", "replace")
        given = self._ready[: len(buffer)]
        self._ready = self._ready[len(given) :]
        buffer[: len(given)] = given
        return len(given)


class _Rejoined(io.RawIOBase):
    """Gives bytes that were already read once more, then the rest of their stream. A pipe cannot be rewound."""

    def __init__(self, head: bytes, rest: io.BufferedIOBase | BinaryIO) -> None:
        super().__init__()
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        """Always: this is what io asks before it reads."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as there is something to fill it with; 0 at the end."""
        piece = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)
