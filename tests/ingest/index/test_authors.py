"""Authors: any form of a name finds the person, and no name inside another does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.authors import AuthorIndex, name_words
from ingest.papers import Paper


def index_of(*authors: tuple[str, ...]) -> AuthorIndex:
    return AuthorIndex([Paper(str(n), "Title", "Text.", names) for n, names in enumerate(authors)])


@pytest.mark.parametrize(
    ("asked", "author"),
    [
        ("Ming Li", "Ming Li"),
        ("ming li", "Li, Ming"),
        ("Novak", "Petra Novák"),
        ("Helen O'Brien", "Helen O’Brien"),
        ("van den Oord", "Aäron van den Oord"),
        ("Jean Pierre Sartre", "Jean-Pierre Sartre"),
        ("Lam, Max W. Y.", "Max W. Y. Lam"),
    ],
)
def test_spellings_of_a_name_are_the_very_name(asked: str, author: str) -> None:
    assert index_of((author, "Somebody Else")).by(asked).exact.all()


@pytest.mark.parametrize(
    ("asked", "author"),
    [
        ("Max Lam", "Max W. Y. Lam"),
        ("M. Lam", "Max W. Y. Lam"),
        ("Max Lam", "M. Lam"),
        ("Li Wei", "Wei Li"),
        ("Noor", "Noor Haddad"),
    ],
)
def test_forms_that_may_be_the_same_person_are_similar(asked: str, author: str) -> None:
    found = index_of((author,)).by(asked)
    assert not found.exact.any()
    assert found.similar.all()
    assert found.forms == (author,)


@pytest.mark.parametrize(
    ("asked", "author"),
    [
        ("Ming Li", "Xiaoming Li"),
        ("Xiaoming Li", "Ming Li"),
        ("Li Ming Zhao", "Ming Li"),
        ("Zhao", "Ming Li"),
        ("Wei Li", "Wei-Na Li"),
        ("Ann Lee", "Ann Leeson"),
        ("", "Ming Li"),
        ("L.", "Ming Li"),
    ],
)
def test_a_name_inside_another_is_nobody(asked: str, author: str) -> None:
    assert not index_of((author,)).knows(asked)


def test_the_very_name_comes_before_its_forms() -> None:
    found = index_of(("Max Lam",), ("Max W. Y. Lam",)).by("Max Lam")
    assert found.best.tolist() == [True, False]
    assert found.similar.tolist() == [False, True]


@given(st.lists(st.text("aBcéß'- ,.", max_size=12), max_size=4))
def test_an_author_is_found_by_the_name_as_it_stands(names: list[str]) -> None:
    found = index_of(tuple(names))
    for name in names:
        words = name_words(name)
        assert found.knows(name) == any(len(word) > 1 for word in (*words[:1], *words[-1:]))


def test_the_very_spelling_comes_first_and_other_spellings_are_told() -> None:
    found = index_of(("Emilia Gomez",), ("Emilia Gómez",), ("Gómez, Emilia",), ("Li Su",)).by("Gomez, Emilia")
    assert found.exact.tolist() == [True, True, True, False]
    assert found.best.tolist() == [True, False, False, False]
    assert found.widest.tolist() == [True, True, True, False]
    assert found.otherwise_spelled == 2
    assert found.variants == ("Emilia Gómez", "Gómez, Emilia")


@pytest.mark.parametrize("asked", ["emilia gomez", "Gomez", "Emilia Gomez"])
def test_where_no_paper_has_the_spelling_any_will_do(asked: str) -> None:
    found = index_of(("Emilia Gómez",), ("Li Su",)).by(asked)
    assert found.best.tolist() == [True, False]
    assert found.otherwise_spelled == 0
