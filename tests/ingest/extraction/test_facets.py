from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extraction.facets import TITLE, facets_of
from ingest.index.paper_index import PaperIndex
from ingest.lexicon import facet_entries
from ingest.papers import Paper


def traits(abstract: str, title: str = "A plain title") -> set[tuple[str, str]]:
    return {(facet.name, facet.value) for facet in facets_of(Paper("p", title, abstract))}


@pytest.mark.parametrize(
    ("abstract", "trait"),
    [
        ("We generate music from silent videos.", ("input", "video")),
        ("Our model is a diffusion model that writes songs.", ("family", "diffusion")),
        ("We introduce a new dataset of folk tunes.", ("brings", "dataset")),
        ("Our code is available on GitHub.", ("available", "code")),
        ("We hold a listening test with twenty participants.", ("evaluation", "human")),
        ("We write MIDI files note by note.", ("representation", "symbolic")),
    ],
)
def test_a_trait_is_read_from_what_a_paper_says_of_itself(abstract: str, trait: tuple[str, str]) -> None:
    assert trait in traits(abstract, title="Sounds of music")


def test_what_a_paper_says_of_others_is_no_trait_of_it() -> None:
    assert traits("Existing methods use diffusion and need a new dataset of videos.") == set()


def test_code_that_is_promised_is_not_there_yet() -> None:
    assert ("available", "code") not in traits("Our code will be available.")


@pytest.mark.parametrize(
    ("paper_id", "trait"),
    [
        ("2305.15719", ("family", "diffusion")),
        ("2204.00604", ("family", "GAN")),
        ("2204.00604", ("input", "dance")),
        ("2503.21254", ("brings", "survey")),
        ("2506.12285", ("brings", "benchmark")),
        ("2402.04229", ("family", "reinforcement learning")),
        ("2406.02255", ("brings", "dataset")),
        ("2111.04093", ("representation", "symbolic")),
    ],
)
def test_bundled_papers_have_the_traits_they_are_known_for(
    index: PaperIndex, paper_id: str, trait: tuple[str, str]
) -> None:
    assert trait in index.profile(paper_id).traits


def test_every_quote_stands_where_it_is_said_to(index: PaperIndex) -> None:
    for paper in index.papers():
        for facet in index.profile(paper.id).facets:
            stands = paper.title if facet.start == TITLE else paper.abstract[facet.start : facet.end]
            assert facet.quote == stands


@pytest.mark.parametrize(
    ("abstract", "trait"),
    [
        ("Patients were randomly assigned to two groups.", ("study", "randomised trial")),
        ("This was a retrospective cohort study.", ("study", "cohort study")),
        ("We prove that the bound is tight.", ("brings", "proof")),
        ("This survey examines recent methods for folding proteins.", ("brings", "survey")),
        ("We propose a novel metric for fairness.", ("brings", "metric")),
        ("The corpus and the code are publicly available.", ("available", "data")),
        ("An interactive demo is at our page.", ("available", "demo")),
    ],
)
def test_traits_are_found_in_any_field(abstract: str, trait: tuple[str, str]) -> None:
    assert trait in traits(abstract)


@pytest.mark.parametrize(
    ("abstract", "trait"),
    [
        ("We conducted a survey of nurses in two hospitals.", ("brings", "survey")),
        ("Our method is evaluated on three datasets.", ("brings", "dataset")),
        ("Our system saves the time of human experts.", ("evaluation", "human")),
        ("The proposed model wins across multiple evaluation metrics.", ("brings", "metric")),
        ("Our diffusion equation describes heat in a transformer.", ("family", "diffusion")),
        ("We generate images from text prompts.", ("input", "text")),
    ],
)
def test_words_alone_make_no_trait(abstract: str, trait: tuple[str, str]) -> None:
    assert trait not in traits(abstract)


def test_every_facet_says_how_it_is_shown_and_called() -> None:
    assert all(entry.shows and entry.label for entry in facet_entries())


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_has_each_trait_at_most_once(abstract: str) -> None:
    found = [(facet.name, facet.value) for facet in facets_of(Paper("p", "A title", abstract))]
    assert len(found) == len(set(found))
