"""Names: those who bring one are told from those who use it, slips are forgiven, ordinary words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.entity_linking import EntityLinker
from ingest.index.corpus import Corpus


@pytest.fixture(scope="module")
def book(corpus: Corpus) -> EntityLinker:
    return EntityLinker(corpus)


def test_who_brings_a_name_is_told_from_who_uses_it(book: EntityLinker) -> None:
    brought, used = book.mentions("Is MeLoDy faster than MusicLM?")
    assert (brought.name, brought.introduced, brought.paper_ids) == ("MeLoDy", True, ("2305.15719",))
    assert used.name == "MusicLM"
    assert not used.introduced
    assert "2305.15719" in used.paper_ids


@pytest.mark.parametrize("asked", ["MEGADence", "megadanse", "MegaDance's"])
def test_a_slip_is_forgiven(book: EntityLinker, asked: str) -> None:
    assert [mention.name for mention in book.mentions(f"what is {asked}")] == ["MEGADance"]


@pytest.mark.parametrize("asked", ["a melody for a song", "an apt description", "The slap bass", "an emotion"])
def test_an_ordinary_word_is_no_name(book: EntityLinker, asked: str) -> None:
    assert not [mention for mention in book.mentions(f"Write {asked}.") if mention.introduced]


def test_the_same_word_with_a_capital_is_one(book: EntityLinker) -> None:
    assert [mention.name for mention in book.mentions("What is Apollo?")] == ["Apollo"]


def test_a_name_with_another_number_is_another_thing(book: EntityLinker) -> None:
    assert not book.mentions("When did Apollo 11 land?")


def test_shapes_of_names_that_nobody_has_are_unknown(book: EntityLinker) -> None:
    asked = "Does ZYX-Net beat MeLoDy?"
    assert book.unknown_names(asked, book.mentions(asked)) == ("ZYX-Net",)


def test_every_paper_has_something_to_be_called_by(book: EntityLinker, corpus: Corpus) -> None:
    names = [book.main_name(paper, calling) for paper, calling in zip(corpus.papers, corpus.callings, strict=True)]
    assert all(names)
    assert len(set(names)) == len(names)


@given(st.text(max_size=120))
def test_mentions_stand_where_they_say_and_do_not_overlap(book: EntityLinker, text: str) -> None:
    ends = [0]
    for mention in book.mentions(text):
        assert ends[-1] <= mention.start < mention.end <= len(text)
        ends.append(mention.end)
