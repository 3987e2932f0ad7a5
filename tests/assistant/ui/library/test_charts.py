"""Charts of the library."""

from fake_assistant import FakeAssistant

from assistant.ui.library.catalogue import Catalogue, choice_of, trait_of
from assistant.ui.library.charts import charts_of


def test_every_paper_is_counted_in_its_year() -> None:
    years = charts_of(Catalogue(FakeAssistant()))[0]
    assert sum(bar.length for bar in years.bars) == 41
    assert [bar.label for bar in years.bars] == sorted(bar.label for bar in years.bars)


def test_a_bar_of_a_facet_narrows_to_as_many_papers_as_it_counts() -> None:
    catalogue = Catalogue(FakeAssistant())
    for chart in charts_of(catalogue)[1:-1]:
        for bar in chart.bars:
            assert catalogue.trait_counts[trait_of(bar.choice)] == bar.length <= chart.longest


def test_sizes_of_datasets_stand_in_the_words_of_their_papers() -> None:
    sizes = {bar.label: bar for bar in charts_of(Catalogue(FakeAssistant()))[-1].bars}
    assert sizes["MusicBench"].words == "52K instances" and sizes["DISCO-MV"].words == "2.2M video-music samples"
    assert sizes["DISCO-MV"].length == max(bar.length for bar in sizes.values())
    assert all(bar.paper_id for bar in sizes.values()) and len(sizes) >= 5


def test_an_empty_library_has_no_charts() -> None:
    assert charts_of(Catalogue(FakeAssistant(()))) == ()


def test_a_trait_survives_as_a_choice() -> None:
    assert trait_of(choice_of(("input", "a: b"))) == ("input", "a: b")
