from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import RecordError
from ingest.papers import (
    LONGEST_ABSTRACT,
    LONGEST_SLUG,
    Fields,
    Paper,
    arxiv_id_in,
    doi_in,
    paper_from,
    slug,
    tidy,
    title_key,
    web_address,
    year_in,
)


@pytest.mark.parametrize(
    "text",
    [
        "2311.08355",
        "2311.08355v3",
        "arXiv:2311.08355",
        "arXiv: 2311.08355v2 [cs.SD]",
        "arXiv preprint arXiv:2311.08355",
        "https://arxiv.org/abs/2311.08355v1",
        "http://arxiv.org/pdf/2311.08355.pdf",
        "https://arxiv.org/abs/2311.08355?context=cs",
        "https://huggingface.co/papers/2311.08355",
        "10.48550/arXiv.2311.08355",
        "https://doi.org/10.48550/ARXIV.2311.08355",
    ],
)
def test_an_arxiv_id_is_found_without_its_version(text: str) -> None:
    assert arxiv_id_in(text) == "2311.08355"


def test_old_arxiv_ids_are_found_without_their_class() -> None:
    assert arxiv_id_in("https://arxiv.org/abs/hep-th/9901001v2") == "hep-th/9901001"
    assert arxiv_id_in("math.GT/0309136") == arxiv_id_in("math/0309136") == "math/0309136"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "music-7",
        "ismir-1415012",
        "https://zenodo.org/record/1415012",
        "https://example.org/files/2311.08355",
        "10.1109/icassp/2311.08355",
        "https://doi.org/10.5281/zenodo.1415012",
    ],
)
def test_what_only_looks_like_an_arxiv_id_is_none(text: str) -> None:
    assert arxiv_id_in(text) is None


def test_a_doi_is_found_in_lower_case_and_without_the_punctuation_around_it() -> None:
    assert doi_in("https://doi.org/10.5281/Zenodo.1415012") == "10.5281/zenodo.1415012"
    assert doi_in("(see 10.1000/xyz123).") == "10.1000/xyz123"
    assert doi_in("10.1002/(sici)1097-4636(199823)") == "10.1002/(sici)1097-4636(199823)"
    assert doi_in("no such thing") is None
    assert doi_in("10.48550/arXiv.2311.08355") is None  # the arXiv's own: the id says it


def test_a_year_is_found_in_dates_of_all_sorts() -> None:
    assert [year_in(text) for text in ("2023", "2023.0", "Mon, 2 Apr 2007 19:18:42 GMT", "2023-11-14T00:00:00Z")] == [
        2023,
        2023,
        2007,
        2023,
    ]
    assert year_in("forthcoming") is None


def test_only_web_addresses_may_become_links() -> None:
    assert web_address(" https://example.org/a?b=c ") == "https://example.org/a?b=c"
    assert web_address("javascript:alert(1)") is None
    assert web_address('https://example.org/"><script>') is None


def test_the_id_is_the_arxivs_else_the_doi_else_the_sources_own_else_made_from_the_title() -> None:
    def paper(**fields: str) -> Paper:
        return paper_from(Fields(title="Beat Tracking", abstract="We track beats.", **fields))

    assert paper(id="x1", arxiv_id="2311.08355v2", doi="10.1000/x").id == "2311.08355"
    assert paper(id="x1", doi="10.1000/X").id == "10.1000/x"
    assert paper(id="x1").id == "x1"
    assert paper().id == "beat-tracking"


def test_a_year_that_is_not_told_is_the_one_of_the_arxiv_id() -> None:
    def year(arxiv_id: str) -> int | None:
        return paper_from(Fields(title="T", abstract="A", arxiv_id=arxiv_id)).year

    assert (year("2311.08355"), year("hep-th/9901001"), year("cs/0112017")) == (2023, 1999, 2001)
    assert paper_from(Fields(title="T", abstract="A", arxiv_id="2311.08355", year="2024")).year == 2024


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (Fields(title=" \u200b", abstract="A"), "no title"),
        (Fields(title="Beat Tracking", abstract=" \n "), "no abstract for “Beat Tracking”"),
        (Fields(title="T", abstract="a" * (LONGEST_ABSTRACT + 1)), "an abstract of 20,001 characters"),
        (Fields(title="t" * 1_001, abstract="A"), "a title of 1,001 characters"),
    ],
)
def test_fields_that_make_no_paper_are_refused_with_the_reason(fields: Fields, reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        paper_from(fields)


def test_long_titles_with_one_beginning_get_different_slugs() -> None:
    beginning = "A Very Long Title about Music and Machines " * 3
    assert slug(beginning + "Part One") != slug(beginning + "Part Two")


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_tidy_text_is_one_line_without_surrogates(text: str) -> None:
    assert len(tidy(text).splitlines()) <= 1
    tidy(text).encode("utf-8")


@given(st.text())
def test_case_space_and_punctuation_do_not_change_the_key_of_a_title(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)
    assert title_key(f" {title}: ") == title_key(title) or not any(c.isalnum() for c in title)


@given(st.text(min_size=1))
def test_a_slug_is_short_and_safe_in_an_address(title: str) -> None:
    made = slug(title)
    assert 0 < len(made) <= LONGEST_SLUG
    assert all(c.isalnum() or c == "-" for c in made)


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_fields_make_a_paper_or_are_refused(title: str, abstract: str, key: str, url: str, year: str) -> None:
    try:
        paper = paper_from(Fields(title=title, abstract=abstract, id=key, url=url, year=year))
    except RecordError:
        return
    assert paper.id
    assert paper.title
    assert paper.abstract
