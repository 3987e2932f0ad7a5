"""Text made harmless for the language that it goes into: LaTeX, spreadsheet cells, addresses."""

from __future__ import annotations

import re

from pylatexenc.latexencode import RULE_CALLABLE, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

from assistant.markup import one_line

# What pdfLaTeX prints without further packages: ASCII and Latin, Greek, dashes and quotes, raised and lowered digits,
# and a few signs of mathematics. Everything else is kept as it is, for XeLaTeX and LuaLaTeX: a question mark in
# its place would be a loss that nobody notices.
_PDFLATEX_RANGES = (range(0x20, 0x149), range(0x14A, 0x180), range(0x391, 0x3CA), range(0x2012, 0x2027))
_PDFLATEX_SIGNS = frozenset("⁰⁴⁵⁶⁷⁸⁹⁺⁻ⁿ₀₁₂₃₄₅₆₇₈₉€™←↑→↓↔−∞∈∑√≈≠≤≥")
_UNBREAKABLE_HYPHEN = "\u2011"
# BibTeX counts braces without heeding a backslash before them, so `\{` would swallow the rest of the file.
_BRACES = {"{": r"{\ensuremath{\lbrace}}", "}": r"{\ensuremath{\rbrace}}"}

_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_UNSAFE_IN_ADDRESS = re.compile(r"[^A-Za-z0-9\-._~:/?#@!&*+,=%]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d.,]*\s?%?")


def latex_text(text: str) -> str:
    r"""One line of running text as LaTeX that prints it: `50% of \x` is `50{\%} of {\textbackslash}x`.

    Every special sign comes in a group of its own, so that the braces of any word of the result balance.
    """
    return str(_TO_LATEX.unicode_to_latex(one_line(text).replace(_UNBREAKABLE_HYPHEN, "-")))


def spreadsheet_cell(text: str) -> str:
    """One line for a cell that no spreadsheet program takes for a formula; a mere number stays a number.

    A leading `=`, `+`, `-` or `@` would be calculated, and a formula can fetch an address or start a program; an
    apostrophe before it makes it text.
    """
    line = one_line(text)
    return f"'{line}" if _FORMULA.match(line) and not _PLAIN_NUMBER.fullmatch(line) else line


def safe_address(url: str | None) -> str:
    """A web address without any sign that could end a field, an attribute or a link; empty if it is none."""
    if not url or not re.match(r"https?://", url.strip(), re.I):
        return ""
    return _UNSAFE_IN_ADDRESS.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), url.strip())


def _kept_or_brace(text: str, place: int) -> tuple[int, str] | None:
    """The encoder's rule for what it must not decide itself: how many characters it covers, and what they become."""
    sign = text[place]
    if sign in _BRACES:
        return 1, _BRACES[sign]
    known = sign in _PDFLATEX_SIGNS or any(ord(sign) in numbers for numbers in _PDFLATEX_RANGES)
    return None if known else (1, sign)


_OUR_RULE = UnicodeToLatexConversionRule(RULE_CALLABLE, _kept_or_brace, replacement_latex_protection="none")
_TO_LATEX = UnicodeToLatexEncoder(
    conversion_rules=[_OUR_RULE, "defaults"],
    unknown_char_policy="keep",
    unknown_char_warning=False,
    replacement_latex_protection="braces-all",
)
