"""Where the shared material lies, for the tests that hold our figures against others'."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared"


def shared(*parts: str) -> Path:
    """A file or folder of the shared material beside the repository; skips the test where there is none."""
    place = SHARED.joinpath(*parts)
    if not place.exists():
        pytest.skip(f"{Path('..', 'shared', *parts)} is not beside the repository")
    return place


@pytest.fixture
def scifact() -> Path:
    return shared("benchmarks", "scifact")


@pytest.fixture
def sample_questions() -> Path:
    return shared("questions", "open.jsonl")


@pytest.fixture
def scorer() -> Path:
    return shared("questions", "score.py")
