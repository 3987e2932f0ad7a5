"""The library as a reader looks through it."""

from dataclasses import replace

from fake_assistant import FakeAssistant, bundled_papers

from assistant.ui.library.catalogue import ROWS_A_PAGE, Catalogue, Catalogues, Wish

CATALOGUE = Catalogue(FakeAssistant())


def ids(wish: Wish) -> list[str]:
    return [item.paper.id for item in CATALOGUE.sheet(wish).rows]


def test_every_paper_is_there_newest_first() -> None:
    sheet = CATALOGUE.sheet(Wish())
    years = [item.paper.year for item in sheet.rows]
    assert sheet.total == 41 and years == sorted(years, reverse=True)


def test_conditions_hold_together() -> None:
    wish = Wish(traits=frozenset({("input", "video")}), only_with_code=True, query="generation")
    rows = CATALOGUE.sheet(wish).rows
    assert rows and all(("input", "video") in item.traits and item.paper.code_url for item in rows)


def test_a_column_sorts_and_turns_round() -> None:
    wish = Wish().sorted_by("title")
    assert ids(wish) == ids(wish.sorted_by("title"))[::-1]
    assert wish.sorted_by("no such column") == wish


def test_papers_without_a_value_come_last_either_way() -> None:
    papers = bundled_papers()[:3]
    catalogue = Catalogue(FakeAssistant((replace(papers[0], year=None), *papers[1:])))
    for descending in (True, False):
        assert catalogue.sheet(Wish(descending=descending)).rows[-1].paper.year is None


def test_a_page_beyond_the_last_is_the_last() -> None:
    papers = tuple(replace(paper, id=f"{paper.id}-{n}") for n in range(3) for paper in bundled_papers())
    sheet = Catalogue(FakeAssistant(papers)).sheet(Wish(page=99))
    assert (sheet.page, sheet.pages, len(sheet.rows)) == (2, 3, 123 - 2 * ROWS_A_PAGE)


def test_picking_twice_lets_go() -> None:
    assert Wish().with_toggled("a").with_toggled("b").with_toggled("a").picked == ("b",)


def test_traits_are_counted() -> None:
    to_music = [item for item in CATALOGUE.items if ("output", "music") in item.traits]
    assert CATALOGUE.trait_counts["output", "music"] == len(to_music) > 0


def test_the_catalogue_is_made_anew_only_when_the_papers_change() -> None:
    assistant = FakeAssistant()
    catalogues = Catalogues(assistant)
    first = catalogues.current()
    assert catalogues.current() is first
    assistant._papers = bundled_papers()[:2]
    assert len(catalogues.current().papers) == 2
