"""Numbers in sentences agree with what they count."""

from __future__ import annotations

import re

import pytest

from assistant.composition import phrases
from assistant.composition.phrases import Tally

TEMPLATES = {name: text for name, text in vars(phrases).items() if isinstance(text, str) and "{" in text}
WORDS = {"condition", "worded", "subject", "order", "year", "name", "names", "values"}


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 papers are"), (1, "1 paper is"), (2, "2 papers are"), (1_200, "1,200 papers are")],
)
def test_a_number_agrees_with_its_noun_and_verb(number: int, said: str) -> None:
    n = Tally(number)
    assert f"{n:paper} {n:is|are}" == said


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_sentence_says_one_papers(name: str) -> None:
    fields = set(re.findall(r"\{(\w+)", TEMPLATES[name]))
    said = TEMPLATES[name].format(**{field: "x" if field in WORDS else Tally(1) for field in fields})
    assert not re.search(r"\b1 (?:papers|sentences|rows|are|were|more are|more were)\b", said), said
