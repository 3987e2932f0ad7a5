"""Literal search: all papers that have a name in one of its forms, and no other."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.literal import FoldedTexts, LiteralIndex, fold, name_pattern
from ingest.papers import Paper


def index_of(*texts: str) -> LiteralIndex:
    return LiteralIndex([Paper(str(n), "Title", text) for n, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LLaMA", "We fine-tune LLaMA-2 here."),
        ("LLaMA", "LLaMA2 is used."),
        ("ResNet", "Two ResNets and a ResNet50."),
        ("ResNets", "A ResNet."),
        ("GPT-4", "GPT 4 and others"),
        ("GPT4", "compared with GPT-4."),
        ("Stable-Diffusion", "Stable Diffusion is slow"),
        ("Last.fm", "from last.fm users"),
        ("U.S.", "many U.S. states"),
        ("E. coli", "removes all E. coli at once"),
        ("E. coli", "E.coli and E coli"),
        ("St. Jude", "the St. Jude score"),
        ("data augmentation", "by data-augmentation."),
        ("datasets", "one dataset"),
        ("Frechet", "the Fréchet distance"),
        ("sub–Doppler", "sub-Doppler cooling"),
        ("MIDI", "symbolic midi files"),
        ("Chomsky's", "Chomsky's hierarchy"),
        ("音乐", "我们研究音乐生成"),
        ("Wörter", "zwei Wörter"),
    ],
)
def test_forms_of_a_name_are_that_name(name: str, text: str) -> None:
    assert index_of(text).holding(name).all()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("enzyme", "enzymatic reactions"),
        ("GPT-4", "GPT-40 and GPT-3"),
        ("CLIP", "a CLIPPER of hedges"),
        ("AIDS", "the aid of others"),
        ("BERT", "RoBERTa and ALBERT"),
        ("data augmentation", "data and augmentation"),
        ("C4", "figure c, 40 of them"),
        ("GPT-3.5", "GPT-35"),
        ("U.S.", "it tells us much"),
        ("E. coli", "type E, colitis, L. coli"),
        ("art", "the state of arthritis"),
    ],
)
def test_other_words_are_not_that_name(name: str, text: str) -> None:
    assert not index_of(text).holding(name).any()


def test_the_papers_that_only_deny_a_name_are_told_apart() -> None:
    texts = index_of("Translation without recurrence.", "A recurrence-free model.", "We keep recurrence.", "Nothing.")
    held = texts.holding("recurrence")
    assert held.tolist() == [True, True, True, False]
    negations = re.compile(r"\bwithout\b")
    assert texts.denying("recurrence", held, negations).tolist() == [True, True, False, False]


@pytest.mark.parametrize("name", ["", "???", "-", " ", "“”"])
def test_a_name_without_letters_is_nowhere(name: str) -> None:
    assert not index_of("??? - “”").holding(name).any()


WORDS = st.text("abcdeXYZ019-é ", min_size=1, max_size=8)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_searching_all_texts_at_once_finds_what_searching_each_finds(texts: list[str], name: str) -> None:
    if not any(map(str.isalnum, name)):
        return
    pattern = name_pattern(name)
    alone = [bool(pattern.search(fold(f"Title {text}"))) for text in texts]
    assert index_of(*texts).holding(name).tolist() == alone


@given(st.lists(st.text(max_size=20), max_size=5))
def test_texts_are_kept_in_their_places(texts: list[str]) -> None:
    folded = FoldedTexts(texts)
    assert [folded.text(place) for place in range(len(folded))] == [fold(text) for text in texts]


def test_more_texts_than_stand_in_one_chunk_are_searched_each_alone() -> None:
    texts = [f"text {number} on Öl-{number % 70}" for number in range(200)]
    index = index_of(*texts)
    for name in ("Öl-69", "öl 3", "text 199"):
        pattern = name_pattern(name)
        assert index.holding(name).tolist() == [bool(pattern.search(fold(text))) for text in texts]
    folded = FoldedTexts(texts)
    assert [folded.text(place) for place in range(len(folded))] == [fold(text) for text in texts]


def test_no_name_reaches_from_one_paper_into_the_next() -> None:
    index = LiteralIndex([Paper("a", "One", "It is called GPT"), Paper("b", "4 is a number", "Text.")])
    assert not index.holding("GPT-4").any()
