from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import RecordError
from ingest.papers import LONGEST_ABSTRACT, Fields, Paper, paper_from


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


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_fields_make_a_paper_or_are_refused(title: str, abstract: str, key: str, url: str, year: str) -> None:
    try:
        paper = paper_from(Fields(title=title, abstract=abstract, id=key, url=url, year=year))
    except RecordError:
        return
    assert paper.id
    assert paper.title
    assert paper.abstract


def test_a_number_of_a_row_names_nothing_and_is_kept_as_an_alias() -> None:
    paper = paper_from(Fields(title="Ice on roads", abstract="Salt.", id="3"))
    assert (paper.id, paper.aliases) == ("ice-on-roads", ("3",))


def test_a_citation_key_is_an_alias_and_never_the_id() -> None:
    paper = paper_from(Fields(title="Ice on roads", abstract="Salt.", citation_key="smith2020"))
    assert (paper.id, paper.aliases, paper.citation_key) == ("ice-on-roads", ("smith2020",), "smith2020")


def test_an_arxiv_paper_without_a_venue_is_a_preprint() -> None:
    assert paper_from(Fields(title="T", abstract="A", arxiv_id="2311.08355")).kind == "preprint"
    assert paper_from(Fields(title="T", abstract="A", arxiv_id="2311.08355", venue="ISMIR")).kind == ""


def test_the_link_of_a_pubmed_record_is_its_page_there() -> None:
    paper = paper_from(Fields(title="T", abstract="A", pmid="21645374"))
    assert (paper.id, paper.link) == ("pmid:21645374", "https://pubmed.ncbi.nlm.nih.gov/21645374/")


def test_an_id_that_the_source_gives_comes_before_a_doi_that_only_the_address_tells() -> None:
    address = "https://doi.org/10.5281/zenodo.1415012"
    paper = paper_from(Fields(id="ismir-1415012", title="A title", abstract="An abstract.", url=address))
    assert (paper.id, paper.doi) == ("ismir-1415012", "10.5281/zenodo.1415012")
    assert paper_from(Fields(id="x1", title="A title", abstract="An abstract.", doi=address)).id == paper.doi
