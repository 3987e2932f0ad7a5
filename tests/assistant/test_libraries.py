"""Several libraries: named, made, renamed, set aside, over real indexes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.libraries import _IN_ADDRESS, SET_ASIDE, Libraries, LibraryRefused, _key_of
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex


@pytest.fixture
def libraries(index: PaperIndex, tmp_path: Path) -> Iterator[Libraries]:
    assistant = Assistant(index, Settings(_env_file=None), ExtractiveBackend())  # type: ignore[call-arg]
    shelf = Libraries(assistant, (), tmp_path / "shelf")
    yield shelf
    shelf.close()


def test_a_new_library_is_empty_and_answers_so(libraries: Libraries) -> None:
    made = libraries.make("Bees & ants")
    assert (made.key, made.name) == ("bees-ants", "Bees & ants")
    assert [one.key for one in libraries.all()] == ["", "bees-ants"]
    opened = libraries.open("bees-ants")
    assert opened.papers() == () and opened.ask("What is MeLoDy?").abstained
    assert opened is libraries.open("bees-ants") and libraries.open("").papers()


def test_another_name_keeps_the_address(libraries: Libraries) -> None:
    libraries.make("Bees")
    assert libraries.rename("bees", "Wasps").key == "bees"
    assert libraries.get("bees").name == "Wasps"


def test_a_removed_library_is_set_aside_and_not_deleted(libraries: Libraries, tmp_path: Path) -> None:
    libraries.make("Bees")
    libraries.open("bees")
    aside = libraries.remove("bees")
    assert aside.parent == tmp_path / "shelf" / SET_ASIDE and (aside / "manifest.json").is_file()
    assert [one.key for one in libraries.all()] == [""]
    assert libraries.make("Bees").key == "bees"


@pytest.mark.parametrize("name", ["", "  ", "&!?"])
def test_a_name_without_a_letter_or_digit_is_refused(libraries: Libraries, name: str) -> None:
    with pytest.raises(LibraryRefused, match="needs a name"):
        libraries.make(name)


def test_what_cannot_be_done_says_why(libraries: Libraries) -> None:
    libraries.make("Bees")
    for why, change in {
        "taken": lambda: libraries.make("bees"),
        "gone": lambda: libraries.open("wasps"),
        "fixed": lambda: libraries.remove(""),
    }.items():
        with pytest.raises(LibraryRefused) as refused:
            change()
        assert refused.value.why == why


@given(st.text(max_size=200))
def test_every_name_has_a_key_that_stands_in_an_address(name: str) -> None:
    assert _IN_ADDRESS.fullmatch(_key_of(name))
