from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identifiers import (
    LONGEST_SLUG,
    arxiv_id_in,
    doi_in,
    month_in,
    openalex_id_in,
    pmid_in,
    shelf_of,
    slug,
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


def test_long_titles_with_one_beginning_get_different_slugs() -> None:
    beginning = "A Very Long Title about Music and Machines " * 3
    assert slug(beginning + "Part One") != slug(beginning + "Part Two")


@given(st.text())
def test_case_space_and_punctuation_do_not_change_the_key_of_a_title(title: str) -> None:
    assert title_key(title_key(title)) == title_key(title)
    assert title_key(f" {title}: ") == title_key(title) or not any(c.isalnum() for c in title)


@given(st.text(min_size=1))
def test_a_slug_is_short_and_safe_in_an_address(title: str) -> None:
    made = slug(title)
    assert 0 < len(made) <= LONGEST_SLUG
    assert all(c.isalnum() or c == "-" for c in made)


def test_a_pubmed_id_is_found_in_what_exports_write() -> None:
    said = ("21645374", "PMID: 21645374", "https://pubmed.ncbi.nlm.nih.gov/21645374/", "21645374 [pmid]")
    assert {pmid_in(text) for text in said} == {"21645374"}
    assert pmid_in("PMC21645374") is None


def test_an_openalex_id_is_found_in_its_address() -> None:
    assert openalex_id_in("https://openalex.org/W2741809807") == openalex_id_in("w2741809807") == "W2741809807"
    assert openalex_id_in("https://openalex.org/A2741809807") is None


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2013 Sep 12", 9),
        ("2019-03-02", 3),
        ("mar", 3),
        ("11", 11),
        ("2020/11//Nov/Dec2020", 11),
        ("Mon, 5 Jan 2009 10:00:00 GMT", 1),
        ("2023", None),
        ("2013-2014", None),
        ("", None),
    ],
)
def test_a_month_is_found_in_dates_of_all_sorts(text: str, month: int | None) -> None:
    assert month_in(text) == month


@pytest.mark.parametrize(
    ("address", "shelf"),
    [
        ("https://github.com/AMAAI-Lab/mustango", "code"),
        ("https://github.com/lee/audio-samples", "code"),
        ("https://example.org/~lee/software", "code"),
        ("https://lee.github.io/model/", "project"),
        ("https://huggingface.co/spaces/lee/model", "demo"),
        ("https://huggingface.co/datasets/lee/songs", "data"),
        ("https://www.example.org/audio-demos", "demo"),
        ("https://[broken", "code"),
    ],
)
def test_an_address_given_as_that_of_the_code_is_put_where_it_leads(address: str, shelf: str) -> None:
    assert shelf_of(address) == shelf


@given(st.text())
def test_a_titles_key_is_its_letters_and_digits_one_by_one(title: str) -> None:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    assert title_key(title) == ("".join(c for c in folded if c.isalnum()) or folded)
