"""How a paper is named in a line."""

from __future__ import annotations

import pytest

from assistant.bylines import byline, source_line, surname, title_line
from ingest.papers import Paper


@pytest.mark.parametrize(
    ("authors", "year", "shown"),
    [
        (("Ann Lee", "Bo Ek"), 2020, "Lee et al., 2020"),
        (("Lee, Ann",), None, "Lee"),
        (("John Smith Jr.",), 2020, "Smith, 2020"),
        ((), 2020, "2020"),
        ((), None, ""),
    ],
)
def test_a_byline_has_what_is_known(authors: tuple[str, ...], year: int | None, shown: str) -> None:
    assert byline(Paper("a", "On Music", "x", authors=authors, year=year)) == shown


def test_of_a_digest_the_first_author_alone_is_known() -> None:
    assert surname(Paper("a", "On Music", "x", authors=("Ann Lee",), is_digest=True)) == "Lee et al."


def test_a_title_line_is_one_line_of_plain_text() -> None:
    assert title_line(Paper("1", "M$^{2}$UGen\nagain", "x", year=2024)) == "M²UGen again (2024)"


def test_a_source_line_says_where_to_read_and_what_is_a_digest() -> None:
    paper = Paper("1", "On Music", "x", arxiv_id="2305.15719", is_digest=True)
    assert source_line(paper) == "On Music https://arxiv.org/abs/2305.15719 digest"


def test_an_author_of_blanks_has_no_name() -> None:
    assert surname(Paper("1", "On Music", "x", authors=(" ",))) == ""
