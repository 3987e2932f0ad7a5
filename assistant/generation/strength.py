"""Strength: how much a language model can be trusted with, found out once by three small tasks.

A strong model that is handled like a weak one answers from two abstracts in five sentences; a weak one that is handled
like a strong one gets lost. So each model is probed at its first use, on passages that we made up: does it decline in
the given words when the passages do not hold the answer, does it state a fact with the right marker, does it leave a
question that stands alone as it is? The result is kept beside the index, so that no model is probed twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from enum import StrEnum
from pathlib import Path

from assistant.backends.base import Backend, Understanding
from assistant.errors import BackendError
from assistant.prompts import CANNOT_ANSWER, declines, load_prompt

FILE = "models.json"
"""Beside the index: by model, the strength that was found and the prompt's version that found it."""

SECONDS = 30.0
"""For each of the three tasks; a model that is slower than that would not get through longer prompts either."""

_PASSAGES = (
    "<passage>\n[1] The Harbour Study, Example, 2020\nWe counted 412 boats in the harbour during one summer. "
    "Most of them were made of wood.\n</passage>\n\n<passage>\n[2] The Orchard Study, Example, 2021\nWe measured how "
    "fast apples ripen. At 20 degrees they took 31 days.\n</passage>"
)
_UNANSWERABLE = "Which company paid for the bridge to the island?"
_ANSWERABLE = "How many days did apples take to ripen at 20 degrees?"
_STANDING = "Which instruments did the orchard study use to measure how ripe an apple is?"
_WORD = re.compile(r"\w+")


class Strength(StrEnum):
    """What a backend's model is trusted with."""

    NONE = "none"
    """No model at all: the papers' own words."""
    SMALL = "small"
    """A few sentences from the abstracts that the rules chose, beside the quotes."""
    CAPABLE = "capable"
    """Reads many abstracts, judges whether they answer, and writes as the question wants."""


class Strengths:
    """The strengths of models by their spec, kept in a file of a folder where that can be written."""

    def __init__(self, folder: Path, configured: str = "auto") -> None:
        self._path = folder / FILE
        self._configured = configured
        self._known: dict[str, Strength] = dict(_read(self._path))

    def of(self, backend: Backend) -> Generator[None, None, Strength]:
        """Signs of life while a model is probed, then (returned) its strength."""
        model = backend.understanding
        if not backend.model and model is None:
            return Strength.NONE
        if self._configured != "auto":
            return Strength(self._configured)
        if model is None:
            return Strength.SMALL
        if model.spec not in self._known:
            found = yield from probed(model)
            if found is None:  # it could not be asked: the answer will tell why, and the next question asks again
                return Strength.SMALL
            self._known[model.spec] = found
            self._keep()
        return self._known[model.spec]

    def _keep(self) -> None:
        label = load_prompt("probe").label
        kept = {spec: {"strength": strength, "probe": label} for spec, strength in sorted(self._known.items())}
        try:
            self._path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        except OSError:
            return  # a folder that cannot be written to: it is found out again after the next start


def probed(model: Understanding) -> Generator[None, None, Strength | None]:
    """Signs of life, then (returned) the strength of a model; None where it cannot be asked.

    It is capable if it declines as it was told and does one of the other two tasks. Declining counts most: a model
    that writes on whatever it has is the one that must not be left alone.
    """
    try:
        refusal = yield from _asked(model, _UNANSWERABLE)
        if not declines(refusal):
            return Strength.SMALL
        fact = yield from _asked(model, _ANSWERABLE)
        if "31" in fact and "[2]" in fact and "[1]" not in fact:
            return Strength.CAPABLE
        repeated = yield from model.complete("rewrite", SECONDS, conversation="(none)", question=_STANDING)
    except BackendError:
        return None
    return Strength.CAPABLE if _words(repeated) == _words(_STANDING) else Strength.SMALL


def _asked(model: Understanding, question: str) -> Generator[None, None, str]:
    return model.complete("probe", SECONDS, passages=_PASSAGES, question=question, cannot_answer=CANNOT_ANSWER)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _read(path: Path) -> Iterator[tuple[str, Strength]]:
    """What an earlier run found; nothing of a file that cannot be read, or that another probe made."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        label = load_prompt("probe").label
        yield from ((spec, Strength(told["strength"])) for spec, told in kept.items() if told["probe"] == label)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
