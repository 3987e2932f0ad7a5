"""Escaping: what was written is what a reader of that language sees, and nothing else happens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from assistant.export.escaping import latex_text, safe_address, spreadsheet_cell
from assistant.markup import one_line

# What pylatexenc's reader, our oracle, gives back letter by letter (it turns '' into a curly quote, for one).
READABLE = st.text(alphabet="abcXYZ019 &%$#_{}~\\<>|éüßøłαΩ²→≤中.,:;()[]*=+/@!?")


@given(READABLE)
def test_latex_reads_back_as_the_text(text: str) -> None:
    assert LatexNodes2Text().latex_to_text(latex_text(text)) == one_line(text)


@given(st.text())
def test_latex_braces_balance_for_bibtex_which_ignores_backslashes(text: str) -> None:
    depth = 0
    for sign in latex_text(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\n@x", "＝1"])
def test_formulas_become_text(text: str) -> None:
    assert spreadsheet_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-1.27", "+20%", "95.7%", "a=b", "MeLoDy"])
def test_numbers_and_words_stay(text: str) -> None:
    assert spreadsheet_cell(text) == text


@given(st.text())
def test_no_cell_begins_like_a_formula_unless_it_is_a_number(text: str) -> None:
    cell = spreadsheet_cell(text)
    assert "\n" not in cell
    assert cell[:1] not in tuple("=@＝＠") and (cell[:1] not in tuple("+-") or cell[1:2].isdigit())


@given(st.text())
def test_addresses_hold_nothing_that_could_end_a_field(text: str) -> None:
    address = safe_address(f"https://example.org/{text}")
    assert re.fullmatch(r"https://[\x21-\x7e]*", address)
    assert not set(address) & set("\"'<>{};\\ ")


@pytest.mark.parametrize("text", [None, "", "javascript:alert(1)", "data:text/html,x", "//example.org"])
def test_what_is_no_web_address_is_dropped(text: str | None) -> None:
    assert safe_address(text) == ""
