"""Markdown to HTML through a strict allow-list: nothing that an abstract or a model says may run or reach the network.

Two fences, one behind the other. The parser knows no HTML and no images, and makes a link only of an address on our
list; nh3 then drops every tag and attribute that is not named here. The page's Content-Security-Policy is the third.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from assistant.markup import with_markers

# Addresses that any text may link to. All others must be named by the paper that they belong to.
_PAPER_SITE = re.compile(r"https://(?:www\.)?(?:arxiv\.org/(?:abs|pdf)/|doi\.org/10\.)[^\s\"'<>\\]+", re.I)

# A verdict stands in the Markdown as one character of Unicode's private use area, which no paper's text may hold.
PARTLY_SIGN, UNSUPPORTED_SIGN = "\ue000", "\ue001"
_SIGNS = {PARTLY_SIGN: "partly", UNSUPPORTED_SIGN: "unsupported"}

_PROSE_TAGS = ("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span")
_TAGS = frozenset({*_PROSE_TAGS, "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"})
_ATTRIBUTES = {
    "a": frozenset({"href", "target", "class", "data-number", "aria-label"}),
    "span": frozenset({"class", "role", "aria-label", "title"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"data-label"}),  # the head of its column, shown where a table lies as a list
}
_KNOWN_CLASSES = {"a": frozenset({"marker"}), "span": frozenset({"verdict", *_SIGNS.values()})}


def safe_html(
    markdown: str,
    links: frozenset[str] = frozenset(),
    marker_label: Callable[[int], str] = "Source {}".format,
    verdict_labels: Sequence[str] = ("Partly supported", "Not supported"),
) -> str:
    """HTML that is safe to show, of Markdown that nobody vouches for.

    `[n]` becomes a link to the sources with the label `marker_label(n)`. Links are kept when they lead to arXiv, to a
    DOI or to an address in `links`; all others are shown as text. The signs of a verdict become marks labelled
    `verdict_labels`.
    """
    env = {"marker_label": marker_label, "verdicts": dict(zip(_SIGNS, verdict_labels, strict=True))}
    return cleaned(_glued(_Parser(links).render(markdown, env)))


def cleaned(html: str) -> str:
    """The HTML without any tag, attribute, class or address that is not on the lists of this module."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_known_classes_only,
        url_schemes={"https", "http"},
        link_rel="noopener noreferrer nofollow",
    )


def _glued(html: str) -> str:
    """Markers on the line of the word before them: one that begins a line seems to belong to what follows."""
    return html.replace(' <a class="marker"', '&nbsp;<a class="marker"')


def without_signs(text: str) -> str:
    """Text that cannot be mistaken for our own verdicts."""
    return text.translate(dict.fromkeys(map(ord, _SIGNS)))


def _known_classes_only(tag: str, attribute: str, value: str) -> str | None:
    if attribute != "class":
        return value
    return " ".join(name for name in value.split() if name in _KNOWN_CLASSES.get(tag, ()))


class _Parser(MarkdownIt):
    """CommonMark and tables, without HTML, images and reference links, and with our markers."""

    def __init__(self, links: frozenset[str]) -> None:
        super().__init__("commonmark", {"html": False}, renderer_cls=_Renderer)
        self._links = links
        self.enable(["table", "strikethrough"]).disable(["image", "reference", "html_block", "html_inline"])
        with_markers(self)
        self.core.ruler.push("labels", _label_cells)

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the parser's own name)
        return url in self._links or _PAPER_SITE.fullmatch(url) is not None


def _label_cells(state: StateCore) -> None:
    """Give each cell of a table the words of its column's head: a telephone shows no columns."""
    heads: list[str] = []
    place = 0
    for token, content in pairwise(state.tokens):
        if token.type == "thead_open":
            heads = []
        elif token.type == "th_open":
            heads.append("".join(part.content for part in content.children or () if part.type == "text"))
        elif token.type == "tr_open":
            place = 0
        elif token.type == "td_open":
            token.attrSet("data-label", heads[place] if place < len(heads) else "")
            place += 1


class _Renderer(RendererHTML):
    """HTML of our own two tokens, and links that open beside the page."""

    def marker(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        number = int(tokens[index].content)
        label = escape(env["marker_label"](number))
        return f'<a class="marker" href="#sources" data-number="{number}" aria-label="{label}">{number}</a>'

    def text(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        html = escape(tokens[index].content)
        for sign, label in env["verdicts"].items():
            html = html.replace(sign, _verdict(_SIGNS[sign], label))
        return html

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        tokens[index].attrSet("target", "_blank")
        return self.renderToken(tokens, index, options, env)


def _verdict(kind: str, label: str) -> str:
    return f'<span class="verdict {kind}" role="img" aria-label="{escape(label)}" title="{escape(label)}"></span>'
