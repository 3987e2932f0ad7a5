"""Markdown: text escaped so that it shows as it is, and our markers read by a parser."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from assistant.markers import MARKER

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Controls but line break and tab, halves of characters, and marks that change how the text around them is shown;
# joiners, which Persian and emoji need, stay.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# An underscore within a word formats nothing, and addresses are full of them.
_SIGN = re.compile(r"([\\`*\[\]<>|~$]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!(?=\[))")
# Headings, list items, rulers and the underlines of headings; -5 and 95.7 begin none of them.
_BLOCK_BEGINNING = re.compile(r"^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|[-=:]+\s*$)")
_ORDINAL = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")


def visible(text: str) -> str:
    """The text without signs that nobody sees and that hide, turn round or command what stands around them."""
    return _HIDDEN.sub("", text)


def one_line(text: str) -> str:
    """The text with line breaks, other control characters and runs of blanks as one blank each, all of it visible."""
    return " ".join(visible(_CONTROL.sub(" ", text)).split())


def escaped(text: str) -> str:
    """One line of text as Markdown that shows it as it is: in a paragraph, in a table, at the start of a line."""
    return _ORDINAL.sub(r"\1\\", _BLOCK_BEGINNING.sub(r"\\", within_line(text)))


def within_line(text: str) -> str:
    """As `escaped`, for text that never begins a line."""
    return _SIGN.sub(r"\\\1", one_line(text))


def with_markers(parser: MarkdownIt) -> MarkdownIt:
    """The parser, which now reads `[n]` as a token "marker" with n as its content; one with a backslash stays text.

    It is read before links, so that `[1](address)` is a marker and not a way out.
    """
    parser.inline.ruler.before("link", "marker", _read_marker)
    return parser


def _read_marker(state: StateInline, silent: bool) -> bool:
    found = MARKER.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        state.push("marker", "a", 0).content = found[1]
    state.pos = found.end()
    return True
