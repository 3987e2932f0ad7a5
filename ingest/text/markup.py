"""Markup in titles and abstracts (HTML, JATS, MathML, entities) made plain, without losing a sign of the text.

Only tags with names that are known are tags: in `a <b and c> d` and `p < 0.001` nothing is markup.
"""

from __future__ import annotations

import html
import re

_INLINE = (
    "i b u s em strong italic bold sub sup sc span a font small tt code underline styled-content named-content "
    "inline-formula alternatives ext-link xref uri monospace roman inf email sans-serif inline-graphic graphic "
    "disp-formula"
)
_BLOCK = "p br div sec li ul ol list list-item abstract abstracttext body html blockquote table tr td hr"
_HEADING = "title label h1 h2 h3 h4 h5 h6"
_ATTRIBUTES = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?"
_PREFIX = r"(?:jats:|ns\d:)?"


def _tag(names: str, slash: str = "/?") -> str:
    return rf"<{slash}{_PREFIX}(?:{'|'.join(names.split())}){_ATTRIBUTES}>"


# A formula in TeX; where it stands in MathML as well, that is taken.
_TEX = re.compile(rf"<{_PREFIX}tex-math\b[^>]*>(.*?)</{_PREFIX}tex-math>", re.IGNORECASE | re.DOTALL)
_FORMULA = re.compile(
    rf"<{_PREFIX}(alternatives|inline-formula|disp-formula)\b[^>]*>(?:(?!<{_PREFIX}\1\b).)*?</{_PREFIX}\1>",
    re.IGNORECASE | re.DOTALL,
)
_IN_MATHML = re.compile(r"<(?:mml:)?math\b", re.IGNORECASE)
_TEX_DOCUMENT = re.compile(r".*\\begin\{document\}(.*?)\\end\{document\}.*", re.DOTALL)
_RAISED = re.compile(rf"(?<=\d)<{_PREFIX}sup>\s*([-−+]?\d+)\s*</{_PREFIX}sup>", re.IGNORECASE)
_RAISED_SIGNS = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_HEAD = re.compile(rf"{_tag(_HEADING, '')}\s*(.*?)\s*:?\s*{_tag(_HEADING, '/')}", re.IGNORECASE | re.DOTALL)
_MATHML = re.compile(rf"</?(?:mml:\w+|math|mrow|mi|mo|mn|msub|msup|mtext|semantics){_ATTRIBUTES}>", re.IGNORECASE)
_BLOCKS = re.compile(_tag(_BLOCK), re.IGNORECASE)
_INLINES = re.compile(_tag(_INLINE), re.IGNORECASE)
# Without its semicolon an entity may be none: `?a=1&section=2`, `R&D`. There is no sign of number 0.
_NAMED = re.compile(r"&(?:#0*[1-9]\d*|#x0*[1-9a-f][0-9a-f]*|[a-z]+\d*);", re.IGNORECASE)
_OWN_NAME = ("abstract", "summary")


def without_markup(text: str) -> str:
    """The text with tags and entities made plain; headings of sections end in a colon, raised figures stay raised."""
    if "<" not in text and "&" not in text:
        return text
    for _ in range(3):  # exporters escape what was escaped already
        plain = _NAMED.sub(lambda found: html.unescape(found[0]), _without_tags(text))
        if plain == text:
            break
        text = plain
    return text


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = _TEX.sub(_tex, _FORMULA.sub(_one_of_both, text)) if "tex-math" in text.lower() else text
    text = _RAISED.sub(lambda found: found[1].translate(_RAISED_SIGNS), text)
    text = _HEAD.sub(lambda found: _heading(found[1]), text)
    return _INLINES.sub("", _BLOCKS.sub(" ", _MATHML.sub("", text)))


def _one_of_both(found: re.Match[str]) -> str:
    """A formula without its TeX, where it has MathML too."""
    return _TEX.sub("", found[0]) if _IN_MATHML.search(found[0]) else found[0]


def _tex(found: re.Match[str]) -> str:
    """The formula itself, without the document that some publishers put around it; `$$` would set it apart."""
    return _TEX_DOCUMENT.sub(r"\1", found[1]).strip().replace("$$", "$")


def _heading(text: str) -> str:
    return " " if not text or text.lower() in _OWN_NAME else f" {text}: "
