"""Half an hour of coverage-guided noise over every parser, reader of markers, exporter, plan and reader of files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.torture
TORTURE = Path(__file__).parent
ROOT = TORTURE.parents[1]
SECONDS = int(os.environ.get("FOOTNOTE_FUZZ_SECONDS", "1800"))


def test_noise_meets_our_own_exceptions_alone(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="pip install atheris")
    places = os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "ingest", ROOT / "tests" / "security")))
    command = [sys.executable, TORTURE / "fuzzing.py", str(SECONDS), tmp_path]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": places}, capture_output=True, check=False)
    found = json.loads((tmp_path / "runs.json").read_text())
    print(f"\n{sum(found['runs'].values()):,} runs: {found}")
    assert found["met"] == {}, [path.read_text()[:600] for path in tmp_path.glob("found-*.txt")]
