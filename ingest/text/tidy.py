"""Text brought into one form: white space, invisible characters, JSON values, and what is too long to be shown."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

# Unicode's controls, format marks (bidirectional ones too) and lone surrogates.
_INVISIBLE = ("Cc", "Cf", "Cs")


def tidy(text: str) -> str:
    """Text in Unicode's composed form, with every run of white space as one space and no invisible characters."""
    spaced = " ".join(text.split())
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
