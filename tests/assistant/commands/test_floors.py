"""`evaluate floors`: a small library is indexed, asked and judged; what is not there is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from assistant.__main__ import app

PAPERS = [
    {
        "id": "k1",
        "title": "KiteNet: Steering Kites",
        "abstract": "We present KiteNet, which steers kites. It uses 9 lines.",
    },
    {"id": "k2", "title": "Sleds on ice", "abstract": "Sleds glide on ice at 30 knots. Wax helps little."},
]
QUESTIONS = [
    {"id": "one", "type": "fact", "turns": ["How many lines does KiteNet use?"], "expect": {"cite_all": ["k1"]}},
    {"id": "two", "type": "fact", "turns": ["What is KiteNet?"], "expect": {"cite_all": ["k2"]}},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("floors")
    for name, records in (("papers.jsonl", PAPERS), ("asked.jsonl", QUESTIONS)):
        (place / name).write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return place


def floors(folder: Path, least: float, papers: str = "papers.jsonl", **environment: str) -> Result:
    """Run the command over a file with one floor; half of the questions are answered right."""
    file = folder / "floors.toml"
    text = f'[[library]]\nname = "kites"\npapers = "{papers}"\n[[library.set]]\nname = "asked"\n'
    file.write_text(f'{text}questions = "asked.jsonl"\npass = {least}\nstrict = {least}\n', encoding="utf-8")
    command = ["evaluate", "floors", str(file), "--keep", str(folder / "kept")]
    return CliRunner().invoke(app, command, env={"CI": "", **environment})


def test_a_set_on_its_floor_passes(folder: Path) -> None:
    result = floors(folder, 0.5)
    assert result.exit_code == 0, result.output
    assert "no set is below its floor (1 sets)" in result.stdout
    assert "0.50" in result.stdout


def test_a_set_below_its_floor_fails(folder: Path) -> None:
    result = floors(folder, 0.6)
    assert result.exit_code == 1
    assert "kites, asked: pass 0.500 is below its floor of 0.600" in result.stdout


def test_a_floor_that_was_left_behind_could_rise(folder: Path) -> None:
    result = floors(folder, 0.4)
    assert result.exit_code == 0
    assert "the floor of pass could rise from 0.400 to 0.500" in result.stdout


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_a_library_that_is_not_there_is_skipped_but_not_in_ci(folder: Path, ci: str, status: int) -> None:
    result = floors(folder, 0.5, "elsewhere.jsonl", CI=ci)
    assert result.exit_code == status
    assert "skipped: kites needs" in result.stderr and "elsewhere.jsonl" in result.stderr


def test_a_library_that_no_name_fits_is_told(folder: Path) -> None:
    result = CliRunner().invoke(app, ["evaluate", "floors", str(folder / "floors.toml"), "--only", "boats"])
    assert result.exit_code == 1
    assert "no library" in result.stderr
