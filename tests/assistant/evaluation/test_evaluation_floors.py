"""Floors: the file is read whole or refused in one line, and a figure is judged by its floor alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.floors import Floor, Outcome, read_floors

TEXT = """
[[library]]
name = "kites"
papers = "kites.jsonl"
ids = "ids.jsonl"

[[library.set]]
name = "dev"
questions = "dev"
pass = 0.5
strict = 0.4

[[library]]
name = "made"
generator = "make.py"
corpus = "corpus.jsonl"
size = 60

[[library.set]]
name = "library"
pass = 0.9
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "floors.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_libraries_sets_and_floors_are_read_with_paths_seen_from_the_file(tmp_path: Path) -> None:
    kites, made = read_floors(written(tmp_path, TEXT))
    assert (kites.kind, kites.source, kites.ids) == ("papers", tmp_path / "kites.jsonl", tmp_path / "ids.jsonl")
    assert kites.sets == (Floor("dev", tmp_path / "dev", 0.5, 0.4),)
    assert (made.kind, made.corpus, made.size, made.seed) == ("generator", tmp_path / "corpus.jsonl", 60, 1)
    assert made.sets == (Floor("library", None, 0.9),)


def test_what_a_library_needs_and_is_not_there_is_known(tmp_path: Path) -> None:
    kites, _ = read_floors(written(tmp_path, TEXT))
    for name in ("kites.jsonl", "ids.jsonl"):
        assert kites.missing == tmp_path / name
        (tmp_path / name).touch()
    (tmp_path / "dev").mkdir()
    assert kites.missing is None


@pytest.mark.parametrize(
    "text",
    ["[[library]", "", "[[library]]\nname = 'x'", TEXT.replace("pass = 0.9", ""), TEXT.replace("papers =", "paper =")],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        read_floors(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_floors(tmp_path / "none.toml")


FLOOR = Floor("dev", None, passed=0.8, strict=0.7, most_opposite=1)


@pytest.mark.parametrize(
    ("figures", "short", "rising"),
    [
        ({"pass": 0.8, "strict": 0.7}, [], []),
        ({"pass": 0.79, "strict": 0.7}, ["pass"], []),
        ({"pass": 0.79, "strict": 0.69}, ["pass", "strict"], []),
        ({"pass": 0.83, "strict": 0.71}, [], ["pass"]),
        ({"pass": 0.8, "strict": 0.7, "opposite": 1}, [], []),
        ({"pass": 0.8, "strict": 0.7, "opposite": 2}, ["opposite"], []),
    ],
)
def test_a_figure_is_held_against_its_own_floor(figures: dict[str, float], short: list[str], rising: list[str]) -> None:
    outcome = Outcome("kites", FLOOR, figures)
    shortfalls, rises = list(outcome.shortfalls()), list(outcome.rises())
    assert [name for name in short if not any(name in line for line in shortfalls)] == []
    assert len(shortfalls) == len(short)
    assert len(rises) == len(rising)


def test_the_floors_of_this_repository_are_read() -> None:
    libraries = read_floors(Path(__file__).resolve().parents[2] / "questions" / "floors.toml")
    assert {"bundled", "page", "fields"} <= {library.name for library in libraries}
    assert all(0 < floor.passed <= 1 for library in libraries for floor in library.sets)
