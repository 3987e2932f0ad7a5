from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

SourceFile = Callable[[str, str | bytes], str]


@pytest.fixture
def source_file(tmp_path: Path) -> SourceFile:
    """Writes a file of this name and content, and gives its path."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def pytest_make_parametrize_id(val: object) -> str | None:
    """Some of the contents tried here have megabytes; their tests are named after the first few."""
    return repr(val[:40]) if isinstance(val, str | bytes) and len(val) > 60 else None
