"""The page's words: the same keys in every language, in the same shape, all of them used."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import assistant.ui
from assistant.ui.base import texts

UI = Path(assistant.ui.__file__).parent
OTHERS = texts.LANGUAGES[1:]


def holes(text: str) -> list[str]:
    """What is filled in, where the order counts."""
    return sorted(name or "" for _, name, _, _ in Formatter().parse(text) if name is not None)


def same_shape(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_shape(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same_shape, one, other))
    return isinstance(one, str) and isinstance(other, str) and len(holes(one)) == len(holes(other))


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_has_every_word_in_the_same_shape(code: str) -> None:
    english, other = texts.words_of("en"), texts.words_of(code)
    assert english.keys() == other.keys()
    assert [name for name in english if not same_shape(english[name], other[name])] == []


def test_every_word_is_used() -> None:
    sources = [path for kind in ("*.py", "*.html") for path in UI.rglob(kind)]
    used = set(re.findall(r"\b[A-Z][A-Z_]+\b", " ".join(path.read_text(encoding="utf-8") for path in sources)))
    assert set(texts.words_of("en")) - used == set()


def test_numbers_are_set_apart_as_the_language_does() -> None:
    with texts.speaking("de"):
        assert texts.papers_held(10_000) == "10.000 Artikel"
    assert texts.papers_held(10_000) == "10,000 papers" and texts.papers_held(1) == "1 paper"


def test_a_word_that_is_not_there_is_told_by_its_name() -> None:
    with pytest.raises(AttributeError, match="NO_SUCH_WORD"):
        _ = texts.NO_SUCH_WORD
