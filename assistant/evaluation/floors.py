"""Floors under the quality of answers: question sets, their libraries, and the least that each must reach.

They stand in one TOML file beside the question sets (tests/questions/floors.toml). A `[[library]]` says where its
papers come from, and each `[[library.set]]` of it which questions are asked and what share must be right:

- `papers`: anything that `python -m ingest` reads; with `ids`, a source of the same papers under the questions' ids;
- `listed`: a file that lists papers of corpora by their ids (paper_lists.py);
- `generator`: a script that makes a library with questions whose right answers follow from its records, out of
  `corpus`, with `size` and `seed`; it scores the replies itself (`generated.py`).

Paths are seen from the file. A floor is a promise to users: it only rises.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError

# A figure this far above its floor says that the floor could rise; less is what one question of a small kind is worth.
ROOM_TO_RISE = 0.02

_SOURCES = ("papers", "listed", "generator")


@dataclass(frozen=True, slots=True)
class Floor:
    """A question set and the least it must reach: shares from 0 to 1, as means of the kinds' shares of right answers.

    `most_opposite` is for generated sets alone: answers that may list the opposite of what was asked.
    """

    name: str
    questions: Path | None
    passed: float
    strict: float | None = None
    most_opposite: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """Papers, and the sets of questions that are asked of them. `source` is a path, `kind` how it is read."""

    name: str
    kind: str
    source: Path
    sets: tuple[Floor, ...]
    ids: Path | None = None
    corpus: Path | None = None
    size: int = 0
    seed: int = 1

    @property
    def missing(self) -> Path | None:
        """What this library needs and is not there, if anything."""
        needed = (self.source, self.ids, self.corpus, *(floor.questions for floor in self.sets))
        return next((path for path in needed if path and not path.exists()), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a set reached. `figures` are by the names of their floors: "pass", "strict", "opposite"."""

    library: str
    floor: Floor
    figures: Mapping[str, float]

    def shortfalls(self) -> Iterator[str]:
        """One line for each figure on the wrong side of its floor."""
        for name, least in self._floors():
            if self.figures[name] < least:
                yield f"{self.title}: {name} {self.figures[name]:.3f} is below its floor of {least:.3f}"
        opposite = self.figures.get("opposite", 0)
        if opposite > self.floor.most_opposite:
            yield f"{self.title}: {opposite:.0f} answers say the opposite; at most {self.floor.most_opposite} may"

    def rises(self) -> Iterator[str]:
        """One line for each floor that has been left well behind."""
        for name, least in self._floors():
            if self.figures[name] >= least + ROOM_TO_RISE:
                yield f"{self.title}: the floor of {name} could rise from {least:.3f} to {self.figures[name]:.3f}"

    @property
    def title(self) -> str:
        """The library and the set."""
        return f"{self.library}, {self.floor.name}"

    def _floors(self) -> Iterator[tuple[str, float]]:
        yield "pass", self.floor.passed
        if self.floor.strict is not None:
            yield "strict", self.floor.strict


def read_floors(path: Path) -> tuple[Library, ...]:
    """The libraries of a floors file; EvaluationError says what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} is not TOML: {error}") from error
    try:
        libraries = tuple(_library(path.parent, table) for table in content["library"])
    except (KeyError, TypeError, ValueError) as error:
        raise EvaluationError(f"{path}: each [[library]] must have a name, a source and sets ({error!r})") from error
    return libraries


def _library(folder: Path, table: Mapping[str, Any]) -> Library:
    kind = next((name for name in _SOURCES if name in table), _SOURCES[0])
    place = {name: folder / table[name] for name in ("ids", "corpus") if name in table}
    return Library(
        name=str(table["name"]),
        kind=kind,
        source=folder / table[kind],
        sets=tuple(_floor(folder, row) for row in table["set"]),
        ids=place.get("ids"),
        corpus=place.get("corpus"),
        size=int(table.get("size", 0)),
        seed=int(table.get("seed", 1)),
    )


def _floor(folder: Path, row: Mapping[str, Any]) -> Floor:
    return Floor(
        name=str(row["name"]),
        questions=folder / row["questions"] if "questions" in row else None,
        passed=float(row["pass"]),
        strict=float(row["strict"]) if "strict" in row else None,
        most_opposite=int(row.get("opposite", 0)),
    )
