from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extraction.names import has_name_shape, name_key, names_of, title_head
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper


def introduced(title: str, abstract: str) -> list[str]:
    return [name.text for name in names_of(Paper("p", title, abstract)) if name.introduced]


def used(title: str, abstract: str) -> list[str]:
    return [name.text for name in names_of(Paper("p", title, abstract)) if not name.introduced]


@pytest.mark.parametrize("spelling", ["M²UGen", "M$^{2}$UGen", "m2ugen", "M2-UGen", "M2UGEN"])
def test_all_spellings_of_a_name_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == "m2ugen"


@pytest.mark.parametrize("token", ["MeLoDy", "M2UGen", "DITTO-2", "JEN-1", "GAN", "MIDI", "YT8M-MusicVideo", "seq2seq"])
def test_names_are_known_by_their_shape(token: str) -> None:
    assert has_name_shape(token)


@pytest.mark.parametrize("token", ["music", "Music", "2023", "41", "5th", "II", "20x", "the"])
def test_plain_words_and_numbers_are_no_names(token: str) -> None:
    assert not has_name_shape(token)


def test_the_head_of_a_title_is_a_name() -> None:
    assert title_head("MusicLDM: Enhancing Novelty") == "MusicLDM"
    assert title_head("ImprovNet -- Generating Improvisations") == "ImprovNet"
    assert title_head("Efficient Neural Music Generation") is None
    assert title_head("A long description of what we did: the results") is None


@pytest.mark.parametrize(
    ("abstract", "name"),
    [
        ("We propose Zorp, a model of sound.", "Zorp"),
        ("In this paper we introduce a diffusion model called ZorpNet.", "ZorpNet"),
        ("We present the Zorp-2 dataset, with 40 hours of music.", "Zorp-2"),
        ("We propose dual-path diffusion (DPD), which is fast.", "DPD"),
    ],
)
def test_what_a_paper_brings_is_introduced(abstract: str, name: str) -> None:
    assert name in introduced("A plain title", abstract)


def test_what_a_paper_compares_itself_with_is_only_used() -> None:
    abstract = "We propose Zorp. Unlike existing MusicLM, it is fast, and it outperforms AudioLDM."
    assert introduced("A plain title", abstract) == ["Zorp"]
    assert used("A plain title", abstract) == ["MusicLM", "AudioLDM"]


@pytest.mark.parametrize(
    ("paper_id", "name"),
    [
        ("2305.15719", "MeLoDy"),
        ("2311.11255", "M²UGen"),
        ("2405.20289", "DITTO-2"),
        ("2310.19180", "JEN-1 Composer"),
        ("2311.08355", "Mustango"),
        ("2204.00604", "D2M-GAN"),
        ("2412.09428", "VMB"),
        ("2303.12337", "AIOZ-GDANCE"),
    ],
)
def test_bundled_papers_introduce_what_they_are_known_for(index: PaperIndex, paper_id: str, name: str) -> None:
    assert name in index.profile(paper_id).introduced


def test_nobody_else_introduces_what_is_borrowed_from_everywhere(index: PaperIndex) -> None:
    for each in index.papers():
        assert not {"GAN", "MusicLM", "MusicGen", "LLM", "AI"} & set(index.profile(each.id).introduced), each.title


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.text(st.characters(codec="utf-8"), max_size=200))
def test_every_text_has_its_names_once(title: str, abstract: str) -> None:
    keys = [name_key(name.text) for name in names_of(Paper("p", title, abstract))]
    assert len(keys) == len(set(keys))
