"""Text brought into one form: white space, invisible characters, JSON values, and what is too long to be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

# Unicode's controls, format marks (bidirectional ones too) and lone surrogates.
_INVISIBLE = ("Cc", "Cf", "Cs")


# What PDFs make of fi, fl, ff, ffi, ffl, st: one sign each. Other compatibility forms (²) say something and stay.
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-[ \t]*\r?\n\s*([^\W\d_]+)")


def unbroken(text: str) -> str:
    """Text as it was before it was set in lines: ligatures as letters, words that a line's end parted as one.

    A hyphen at a line's end stays where the two halves are commoner words than the whole (`text-to-`, `music`).
    """
    return _BROKEN_WORD.sub(_mended, text.translate(_LIGATURES))


def _mended(found: re.Match[str]) -> str:
    from ingest.text.frequencies import zipf_frequency

    first, second = found[1], found[2]
    if not (first[-1].islower() and second[0].islower()):
        return f"{first}-{second}"
    halves = min(zipf_frequency(first), zipf_frequency(second))
    return f"{first}{second}" if zipf_frequency(first + second) >= halves else f"{first}-{second}"


def tidy(text: str) -> str:
    """Text in Unicode's composed form, with every run of white space as one space and no invisible characters."""
    spaced = " ".join(text.split())
    if spaced.isascii() and spaced.isprintable():
        return spaced
    if not spaced.isprintable():  # rare, and the loop below is slow
        spaced = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", spaced).split())


def shortened(text: str, length: int = 60) -> str:
    """The text, cut at `length` characters with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def text_of(value: object) -> str:
    """A JSON value as the text of a field: None is empty, lists are joined, the rest is written out."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(text_of(item) for item in value)
    return str(value)
