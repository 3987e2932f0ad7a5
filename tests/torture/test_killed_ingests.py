"""Ingests killed at random moments, half of them twice, end as if nobody had disturbed them. Long: `make torture`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TORTURE = Path(__file__).parent
ROOT = TORTURE.parents[1]


def told_by(script: str, *values: int) -> dict[str, Any]:
    """What a script of this folder, run by itself, came to."""
    places = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "ingest")))
    command = [sys.executable, TORTURE / script, *map(str, values)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def tortured(rounds: int, papers: int, portion: int, seed: int = 12) -> dict[str, Any]:
    """What so many killed ingests of so many papers came to."""
    return told_by("killing.py", rounds, seed, papers, portion)


def assert_nothing_was_lost(found: dict[str, Any], rounds: int, portion: int) -> None:
    assert (found["unequal"], found["unreadable"], found["equal"]) == ([], [], rounds)
    assert sum(found["kills"].values()) == rounds + rounds // 2
    assert found["most embedded again"] <= portion


@pytest.mark.slow
def test_a_few_killed_ingests_end_whole() -> None:
    assert_nothing_was_lost(tortured(4, papers=80, portion=16), 4, 16)


@pytest.mark.torture
def test_two_hundred_killed_ingests_of_three_hundred_papers_end_whole() -> None:
    found = tortured(200, papers=300, portion=256)
    print(f"\n{json.dumps(found, indent=1)}")
    assert_nothing_was_lost(found, 200, 256)
