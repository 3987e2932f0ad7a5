from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.extraction.profile import Facet, Name, Profile
from ingest.index.records import (
    paper_from_json,
    paper_to_json,
    profile_from_json,
    profile_from_line,
    profile_to_json,
    profile_to_line,
)
from ingest.papers import Paper

texts = st.text(st.characters(codec="utf-8"), max_size=40)
some = st.none() | texts
papers = st.builds(
    Paper,
    id=texts,
    title=texts,
    abstract=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    year=st.none() | st.integers(1800, 2099),
    arxiv_id=some,
    doi=some,
    url=some,
    code_url=some,
    is_digest=st.booleans(),
    pmid=some,
    aliases=st.lists(texts, max_size=3).map(tuple),
    venue=some,
    kind=texts,
    keywords=st.lists(texts, max_size=3).map(tuple),
    month=st.none() | st.integers(1, 12),
    reference=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
profiles = st.builds(
    Profile,
    names=st.lists(st.builds(Name, texts, st.booleans()), max_size=3).map(tuple),
    facets=st.lists(st.builds(Facet, texts, texts, texts, st.integers(-1), st.integers(-1)), max_size=3).map(tuple),
    orders=st.lists(st.tuples(st.integers(0), st.integers(0)), max_size=3).map(tuple),
)


@given(papers)
def test_a_paper_survives_being_written_and_read(paper: Paper) -> None:
    line = paper_to_json(paper)
    assert paper_from_json(line) == paper
    assert "\n" not in line


@given(profiles)
def test_a_profile_survives_being_written_and_read(profile: Profile) -> None:
    assert profile_from_json(profile_to_json(profile)) == profile


@given(profiles, papers)
def test_a_profile_survives_as_a_line_of_a_segment(profile: Profile, paper: Paper) -> None:
    assert profile_from_line(profile_to_line(profile, paper), paper) == profile


def test_a_record_of_version_0_1_is_read() -> None:
    line = '{"id": "p1", "title": "T", "abstract": "A", "authors": ["B"], "year": 2020, "is_digest": false}'
    assert paper_from_json(line) == Paper("p1", "T", "A", ("B",), 2020)
