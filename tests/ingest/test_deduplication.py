"""Nothing vanishes: the papers held are the papers given, whatever collides, and every merge is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.deduplication import gather, papers_called, reconcile
from ingest.identity import family_key, sameness, united
from ingest.papers import Fields, Paper, Refusal, paper_from
from ingest.sources.found import Found

# Each work of the world: what truly is one paper, with ids of its own; keys and titles are shared on purpose.
TITLES = ("Editorial", "Fungal notes", "Ice on rivers")
KEYS = ("smith2020", "1", "editorial", "")


def work(number: int) -> Fields:
    return Fields(
        title=TITLES[number % len(TITLES)],
        abstract=f"What work {number} says, and nobody else does.",
        authors=(f"Ada Family{'abcdefghijklmnopqrst'[number]}",),
        year=str(2000 + number % 4),
        doi=f"10.1000/w.{number}",
        arxiv_id=f"2001.{number:05d}",
        pmid=f"9000{number:03d}",
    )


def record(number: int, parts: frozenset[str], key: str, own: str) -> Fields:
    """A record of a work with only some of its identifiers, under a key that others use as well."""
    whole = work(number)
    kept = {name: getattr(whole, name) if name in parts else "" for name in ("doi", "arxiv_id", "pmid")}
    return replace(whole, citation_key=key, id=own, **kept)


records = st.builds(
    record,
    st.integers(0, 19),
    st.frozensets(st.sampled_from(["doi", "arxiv_id", "pmid"])),
    st.sampled_from(KEYS),
    st.sampled_from(KEYS),
)
sources = st.lists(st.lists(records, max_size=6), min_size=1, max_size=4)


def found(fields: list[Fields], source: str = "test") -> list[Found]:
    return [Found(paper_from(each), source, line) for line, each in enumerate(fields, 1)]


@settings(max_examples=300)
@given(sources)
def test_the_papers_held_are_the_papers_given(files: list[list[Fields]]) -> None:
    held: tuple[Paper, ...] = ()
    given_count, told = 0, 0
    for number, file in enumerate(files):
        result = reconcile(gather(found(file, f"file{number}")), held)
        held = result.papers
        given_count += len(file)
        told += len(result.merged) + len(result.unchanged) + len(result.updated)
    works = {each.abstract for file in files for each in file}
    assert sorted(paper.abstract for paper in held) == sorted(works)
    assert len({paper.id for paper in held}) == len(held)
    assert told >= given_count - len(works)


@settings(max_examples=100)
@given(sources, st.randoms())
def test_the_order_of_sources_does_not_matter(files: list[list[Fields]], random) -> None:
    together = [each for file in files for each in file]
    shuffled = random.sample(together, len(together))
    one, other = (reconcile(gather(found(each)), ()).papers for each in (together, shuffled))
    assert sorted(paper.abstract for paper in one) == sorted(paper.abstract for paper in other)


@settings(max_examples=100)
@given(sources)
def test_the_same_sources_again_change_nothing(files: list[list[Fields]]) -> None:
    gathered = gather(found([each for file in files for each in file]))
    held = reconcile(gathered, ()).papers
    again = reconcile(gathered, held)
    assert (again.added, again.updated, again.papers) == ((), (), held)
    assert len(again.merged) == len(gathered.merged)


@given(sources)
def test_what_a_record_is_called_still_finds_it(files: list[list[Fields]]) -> None:
    together = [each for file in files for each in file]
    held = reconcile(gather(found(together)), ()).papers
    for each in together:
        for name in filter(None, (each.citation_key, each.doi, each.arxiv_id)):
            assert any(
                paper.abstract == each.abstract for paper in held if name in (paper.id, paper.doi, *paper.aliases)
            )


def test_a_merge_is_told_with_its_place_and_what_makes_the_two_one() -> None:
    first = Fields(title="Ice", abstract="Ice melts.", doi="10.1000/x")
    other = Fields(title="Ice", abstract="Ice melts in spring.", doi="10.1000/X", venue="Cold Ex", year="2020")
    gathered = gather([*found([first], "a.bib"), *found([other], "b.ris")])
    (merge,) = gathered.merged
    assert (merge.source, merge.line, merge.paper_id) == ("b.ris", 1, "10.1000/x")
    assert merge.reason == (
        "“Ice” is the paper that came before, at a.bib:1 (same DOI): its other abstract was passed over"
    )
    (paper,) = gathered.papers
    assert (paper.abstract, paper.venue, paper.year) == ("Ice melts.", "Cold Ex", 2020)


def test_an_abstract_that_replaces_one_of_the_index_is_told() -> None:
    before = paper_from(Fields(title="Ice", abstract="Ice melts.", doi="10.1000/x"))
    after = Fields(title="Ice", abstract="Ice melts in spring.", doi="10.1000/x")
    result = reconcile(gather(found([after])), (before,))
    assert [update.replaces for update in result.updated] == [("10.1000/x",)]
    assert "its abstract replaces the other" in result.merged[0].reason


def test_a_record_that_knows_two_held_papers_as_one_makes_them_one() -> None:
    preprint = paper_from(Fields(title="Old title", abstract="A.", arxiv_id="2001.00001"))
    journal = paper_from(Fields(title="New title", abstract="A.", doi="10.1000/x"))
    both = Fields(title="New title", abstract="A.", doi="10.1000/x", arxiv_id="2001.00001")
    result = reconcile(gather(found([both])), (preprint, journal))
    assert [(update.paper.id, update.replaces) for update in result.updated] == [
        ("2001.00001", ("2001.00001", "10.1000/x"))
    ]
    assert "2 records are now one" in result.merged[0].reason


PREPRINT = Fields(
    title="On ice", abstract="Ice melts here.", authors=("Ada Lee", "Bo Ek"), year="2019", arxiv_id="1901.00001"
)
JOURNAL = Fields(
    title="On Ice.", abstract="Ice melts.", authors=("Lee, Ada", "Ek, Bo"), year="2020", doi="10.1000/j", venue="Cold"
)


def test_a_preprint_and_its_journal_version_are_one_with_both_identities() -> None:
    (paper,) = gather(found([PREPRINT, JOURNAL])).papers
    assert (paper.id, paper.arxiv_id, paper.doi, paper.venue) == ("1901.00001", "1901.00001", "10.1000/j", "Cold")


def test_the_doi_of_a_preprint_server_gives_way_to_the_journals_and_still_finds_the_paper() -> None:
    preprint = replace(PREPRINT, arxiv_id="", doi="10.1101/2019.01.01.1")
    (paper,) = gather(found([preprint, JOURNAL])).papers
    assert (paper.doi, "10.1101/2019.01.01.1" in paper.aliases) == ("10.1000/j", True)
    assert gather(found([preprint, JOURNAL, preprint])).papers == (paper,)


@pytest.mark.parametrize(
    "changes",
    [
        {"year": "2025"},
        {"year": "2018"},
        {"authors": ("Cy Vo",)},
        {"title": "On ice again"},
        {"arxiv_id": "1901.99999"},
    ],
)
def test_what_only_resembles_a_version_is_another_paper(changes: dict[str, str]) -> None:
    assert len(gather(found([PREPRINT, replace(JOURNAL, **changes)])).papers) == 2


def test_a_title_alone_makes_no_two_records_one() -> None:
    notes = [
        Fields(title="Editorial", abstract="This issue is on rust."),
        Fields(title="Editorial", abstract="On snow."),
    ]
    assert [paper.id for paper in gather(found(notes)).papers] == ["editorial", "editorial-2"]


def test_two_papers_under_one_doi_by_mistake_are_two_where_their_arxiv_ids_differ() -> None:
    one = Fields(title="Ice", abstract="A.", authors=("A Lee",), doi="10.1000/b", arxiv_id="2001.00001")
    other = Fields(title="Snow", abstract="B.", authors=("C Vo",), doi="10.1000/b", arxiv_id="2001.00002")
    assert len(gather(found([one, other])).papers) == 2


def test_a_digest_gives_way_to_the_authors_own_words() -> None:
    digest = paper_from(replace(PREPRINT, is_digest=True, authors=("Lee",), abstract="They say that ice melts."))
    original = paper_from(PREPRINT)
    for paper in (united(digest, original), united(original, digest)):
        assert (paper.abstract, paper.is_digest, paper.authors) == (original.abstract, False, original.authors)


@pytest.mark.parametrize("name", ["Ada van der Lee", "Lee, Ada", "van der Lee, A.", "Lee A", "Lee AB", "A. Lee Jr."])
def test_a_family_name_is_the_same_however_the_name_is_written(name: str) -> None:
    assert family_key(name) == "lee"


def test_a_retraction_mark_does_not_make_another_title() -> None:
    plain = paper_from(Fields(title="Vitamin K", abstract="A.", authors=("A Lee",), year="2015"))
    marked = replace(plain, title="RETRACTED: Vitamin K", status="retracted", abstract="B.")
    assert sameness(plain, marked) == "same title, authors and year"
    assert united(plain, marked).status == "retracted"


def test_refusals_are_passed_on() -> None:
    refusal = Refusal("x", 1, "no title")
    assert gather([refusal]).refused == (refusal,)


def test_an_alias_calls_all_papers_that_have_it_and_an_id_one() -> None:
    papers = (Paper("a", "A", "A", aliases=("k",)), Paper("b", "B", "B", aliases=("k", "a")))
    assert papers_called("k", papers) == papers
    assert papers_called("a", papers) == papers[:1]
