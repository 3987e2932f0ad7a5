from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.papers import Paper, Refusal
from ingest.sources import read_papers

SHARED_PAGE = Path(__file__).parents[4] / "shared" / "pages" / "daily-papers-music.txt"

BEATS = "Beat tracking finds the pulse of a recording. " * 10
CHORDS = "Chord recognition names the harmony of a recording. " * 10
PAGE = f"Daily Papers\n\nSep 23\n\nTracking Beats in the Wild\n\n{BEATS}\n\nNaming Chords by Ear\n\n{CHORDS}\n"


def pairs(location: str) -> list[tuple[str, str]]:
    """Titles and abstracts of a page that must not give a refusal."""
    return [(paper.title, paper.abstract) for paper in read_papers(location) if not refused(paper)]


def refused(item: Paper | Refusal) -> bool:
    if isinstance(item, Refusal):
        pytest.fail(f"refused: {item}")
    return False


@pytest.fixture(scope="module")
def shared_page() -> str:
    if not SHARED_PAGE.exists():
        pytest.skip("the shared folder with the original page is not beside the repository")
    return SHARED_PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shared_pairs(shared_page: str) -> list[tuple[str, str]]:
    """What the page says, by the plainest reading: paragraphs below the date, two by two."""
    paragraphs = shared_page.partition("\nSep 23\n")[2].strip().split("\n\n")
    return list(zip(paragraphs[::2], paragraphs[1::2], strict=True))


def test_the_shared_page_gives_its_41_papers(source_file, shared_page, shared_pairs) -> None:
    found = pairs(source_file("page.txt", shared_page))
    assert len(found) == 41
    assert [re.sub(r"[$^{}\\²]", "", title) for title, _ in found] == [
        re.sub(r"[$^{}\\]|2(?=}\$UGen)", "", title) for title, _ in shared_pairs
    ]


def with_other_header(page: str) -> str:
    return "My reading list\n\nas of\n\nTuesday, September 23, 2025\n" + page.partition("\nSep 23\n")[2]


def with_furniture(page: str) -> str:
    counts = iter(range(1, 100))
    return re.sub(
        r"\n\n(?=[^\n]{300})", lambda _: f"\n\n{next(counts)}\n\n· 5 authors\n\nSubmitted by\n\nsomeone\n\n", page
    )


def with_authors(page: str) -> str:
    return re.sub(r"\n\n(?=[^\n]{300})", "\nHaohe Liu, Yi Yuan, Mark D. Plumbley and Jan van den Berg\n\n", page)


def with_footer(page: str) -> str:
    return page.rstrip() + "\n\nPrevious\n\nNext\n\nCompany\n\n© 2025 Some Company. All rights reserved.\n\nTOS\n\nJobs"


def wrapped(page: str) -> str:
    return "\n".join(
        textwrap.fill(line, 90, break_on_hyphens=False, break_long_words=False) for line in page.split("\n")
    )


@pytest.mark.parametrize(
    "change",
    [
        with_other_header,
        with_furniture,
        with_authors,
        with_footer,
        wrapped,
        lambda page: wrapped(with_furniture(with_authors(with_footer(page)))),
        lambda page: page.replace("\n", "\r\n"),
        lambda page: page.rstrip(),
        lambda page: "\ufeff" + page,
        lambda page: page.replace("\n\n", "\n"),
        lambda page: page.replace("\n\n", "\n\n \t\n\n"),
    ],
)
def test_pages_that_look_a_little_different_give_the_same_papers(source_file, shared_page, change) -> None:
    assert pairs(source_file("changed.txt", change(shared_page))) == pairs(source_file("page.txt", shared_page))


def test_the_authors_of_a_page_are_kept(source_file) -> None:
    page = PAGE.replace("in the Wild\n", "in the Wild\n\nBy Ada One, Ben van der Two and Cy Three\n")
    first, second = read_papers(source_file("page.txt", page))
    assert isinstance(first, Paper)
    assert first.authors == ("Ada One", "Ben van der Two", "Cy Three")
    assert isinstance(second, Paper)
    assert second.authors == ()


def test_short_abstracts_are_abstracts_when_they_end_as_sentences(source_file) -> None:
    page = "Sep 23\n\nFirst Title\n\nThis is about one thing.\n\nSecond Title\n\nThis is about another thing."
    assert pairs(source_file("page.txt", page)) == [
        ("First Title", "This is about one thing."),
        ("Second Title", "This is about another thing."),
    ]


def test_a_title_without_an_abstract_is_refused_and_no_other_abstract_given_to_it(source_file) -> None:
    page = PAGE.replace("Naming Chords", "Singing in Many Voices at Once\n\nNaming Chords")
    path = source_file("page.txt", page)
    first, orphan, second = read_papers(path)
    assert isinstance(first, Paper)
    assert orphan == Refusal(path, 9, "no abstract for “Singing in Many Voices at Once”")
    assert isinstance(second, Paper)
    assert second.title == "Naming Chords by Ear"


def test_a_last_title_without_an_abstract_is_refused(source_file) -> None:
    path = source_file("page.txt", PAGE + "\nSinging in Many Voices at Once\n")
    assert list(read_papers(path))[-1] == Refusal(path, 13, "no abstract for “Singing in Many Voices at Once”")


def test_an_abstract_without_a_title_is_refused(source_file) -> None:
    path = source_file("page.txt", PAGE.replace("Naming Chords by Ear\n\n", ""))
    assert list(read_papers(path))[-1] == Refusal(path, 9, "no title")


def test_a_whole_book_below_a_title_is_refused(source_file) -> None:
    path = source_file("page.txt", PAGE + "\nA Book of Five Megabytes\n\n" + "word " * 1_000_000)
    refusal = list(read_papers(path))[-1]
    assert isinstance(refusal, Refusal)
    assert refusal.line == 13
    assert refusal.reason.startswith("an abstract of 4,999,999 characters")


@pytest.mark.parametrize(
    "date", ["Sep 23", "September 23rd, 2025", "23 Sep 2025", "2025-09-23", "Papers of Tue, Sep 23"]
)
def test_the_date_may_be_written_in_many_ways(source_file, date: str) -> None:
    assert len(pairs(source_file("page.txt", PAGE.replace("Sep 23", date)))) == 2


def test_a_page_without_a_date_says_what_it_lacks(source_file) -> None:
    with pytest.raises(SourceError, match="no line with a date such as “Sep 23”"):
        list(read_papers(source_file("page.txt", PAGE.replace("Sep 23\n\n", ""))))
