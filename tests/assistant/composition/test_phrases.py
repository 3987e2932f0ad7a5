"""What Footnote says itself: papers are introduced by what is known of them, and their words do no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.composition.phrases import plain, quoted, reference, surname
from ingest.papers import Paper


@pytest.mark.parametrize(
    ("paper", "shown"),
    [
        (
            Paper("a", "On Music", "x", authors=("Ann Lee", "Bo Ek"), year=2020),
            "**Muse** — *On Music* (Lee et al., 2020)",
        ),
        (Paper("a", "Muse: On Music", "x", authors=("Lee, Ann",)), "**Muse: On Music** (Lee)"),
        (Paper("a", "On Music", "x"), "**Muse** — *On Music*"),
    ],
)
def test_a_paper_is_introduced_by_what_is_known_of_it(paper: Paper, shown: str) -> None:
    assert reference(paper, "Muse") == shown


def test_nobody_is_named_where_nobody_is_known() -> None:
    assert surname(Paper("a", "On Music", "x")) == ""


@given(st.text())
def test_a_title_can_neither_format_nor_link_nor_be_a_marker(title: str) -> None:
    assert not set("[]|<>*`") & set(plain(title))


@given(st.text(alphabet="ab *_`[]()<>|\\#~$!", max_size=40))
def test_quoted_words_are_text_and_nothing_else(words: str) -> None:
    (paragraph,) = [token for token in MarkdownIt().parse(quoted(words)) if token.type == "inline"]
    assert {child.type for child in paragraph.children or ()} <= {"text", "text_special", "softbreak"}
