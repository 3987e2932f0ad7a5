"""LaTeX in titles and abstracts, as arXiv's authors leave it there, made plain: `M$^{2}$UGen` is M²UGen.

Only what is surely LaTeX is touched: math between dollars, escaped signs, a few font commands. A bare `%` is a
per cent sign in an abstract, not a comment, so the text as a whole is never parsed as LaTeX.
"""

from __future__ import annotations

import re

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerParseError

_MATH = re.compile(r"(?<!\\)\$(?!\s)([^$\n]{1,200}?)(?<![\s\\])\$(?!\d)")
_FONT = re.compile(r"\\(?:text(?:it|bf|rm|sc|tt|sf|sl|up)?|emph|mathrm|mathbf|mathcal|underline)\s*\{([^{}]*)\}")
_FONT_SWITCH = re.compile(r"\{?\\(?:rm|it|bf|sc|tt|em)\b\s*([^{}]*?)\}|\\(?:rm|it|bf|sc|tt|em)\b\s*")
_ACCENT = re.compile(r"\\[`'^\"~=.](?:\{\\?\w\}|\\?\w)|\\[cvuHrk]\{\w\}|\\(?:ss|ae|AE|oe|OE|o|O|l|L|aa|AA)\b\{?\}?")
_ESCAPED = re.compile(r"\\([%&#_$])")
_SUPERSCRIPT = re.compile(r"\^(?:\{(\d+)\}|(\d))")
_SUPERSCRIPT_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_READER = LatexNodes2Text(math_mode="text", keep_comments=True, strict_latex_spaces="based-on-source")


def plain_text(text: str) -> str:
    """The text with its LaTeX made plain; text without any comes back as it is."""
    if not any(sign in text for sign in "$\\^"):
        return text
    text = _MATH.sub(lambda found: _read(found[1]), text)
    text = _ACCENT.sub(lambda found: _read(found[0]), text)
    text = _FONT_SWITCH.sub(lambda found: found[1] or "", _FONT.sub(r"\1", text))
    return _ESCAPED.sub(r"\1", _raised(text))


def _read(latex: str) -> str:
    raised = _raised(latex)
    try:
        return str(_READER.latex_to_text(raised)).strip()
    except (LatexWalkerParseError, IndexError, ValueError):  # unbalanced braces and the like: leave them alone
        return latex


def _raised(text: str) -> str:
    return _SUPERSCRIPT.sub(lambda found: (found[1] or found[2]).translate(_SUPERSCRIPT_DIGITS), text)
