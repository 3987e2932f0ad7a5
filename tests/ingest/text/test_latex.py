from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.latex import plain_text


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        ("M$^{2}$UGen", "M²UGen"),
        (r"a {\it very} long \emph{word}", "a very long word"),
        (r"{\rm MuLan} and \textbf{MusicLM}", "MuLan and MusicLM"),
        (r"$\alpha$-divergence", "α-divergence"),
        (r"$O(n \log n)$ time", "O(n log n) time"),
        (r"Erd\H{o}s, G\"odel and Fran\c{c}ois", "Erdős, Gödel and François"),
        (r"95.7\% of A\&B", "95.7% of A&B"),
        (r"x^2 and 10^{15}", "x² and 10¹⁵"),
    ],
)
def test_latex_becomes_plain(latex: str, plain: str) -> None:
    assert plain_text(latex) == plain


@pytest.mark.parametrize(
    "text",
    [
        "99.6% of forward passes",
        "from $5 to $10 a month",
        "it costs $5",
        "C:\\papers\\new",
        "a_b and {c} and #1 & more ~ less",
        "AT&T's 50% % off",
    ],
)
def test_what_is_no_latex_stays(text: str) -> None:
    assert plain_text(text) == text


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert isinstance(plain_text(text), str)


@given(st.text(st.characters(codec="utf-8", exclude_characters="$\\^"), max_size=60))
def test_text_without_its_signs_is_untouched(text: str) -> None:
    assert plain_text(text) == text
