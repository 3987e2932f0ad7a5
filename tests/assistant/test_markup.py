"""Text as Markdown that shows it, and markers as tokens of a parser."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.markup import escaped, one_line, with_markers


@given(st.text())
def test_markdown_shows_the_text_as_it_is(text: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(escaped(text))
    shown = html.unescape(re.sub(r"</?p>", "", page)).strip("\n")
    assert shown == one_line(text)


@given(st.text())
def test_markdown_stays_one_cell_of_a_table(text: str) -> None:
    page = MarkdownIt("commonmark").enable("table").render(f"| a | b |\n|---|---|\n| {escaped(text)} | end |\n")
    assert page.count("<td>") == 2
    assert "<td>end</td>" in page


def test_no_sign_is_escaped_that_does_nothing() -> None:
    assert escaped("https://a.b/project_page/_x") == "https://a.b/project_page/\\_x"
    assert escaped("95.7% of R&D, 1-2 {a}!") == "95.7% of R&D, 1-2 {a}!"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("see [1] and [2](#a)", ["1", "2"]), ("no \\[1\\] here", []), ("`[3]` is code", []), ("[0, 1]", [])],
)
def test_markers_become_tokens_unless_they_are_escaped_or_code(text: str, shown: list[str]) -> None:
    (paragraph,) = [token for token in with_markers(MarkdownIt()).parse(text) if token.type == "inline"]
    assert [child.content for child in paragraph.children or () if child.type == "marker"] == shown


@given(st.text(alphabet="[]0123\\ab ()"))
def test_escaped_text_has_no_marker(text: str) -> None:
    tokens = with_markers(MarkdownIt()).parse(escaped(text))
    assert not any(child.type == "marker" for token in tokens for child in token.children or ())
