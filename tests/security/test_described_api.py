"""The HTTP API, tried by schemathesis from its descriptions: what a route describes it does, a refusal is told, nothing fails.

Requests that the descriptions allow and such as they do not are sent to the real page over the real papers.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from serving import served

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.settings import Settings
from assistant.ui.access.routes import is_served
from assistant.ui.programs.description import DESCRIPTION
from ingest.index.paper_index import PaperIndex

# Gradio's queue, which runs in this process, sets an option that pandas deprecates.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]
READER = "Basic " + base64.b64encode(b"bob:pass-word-b").decode()
# The same requests each time, and few enough for the quick suite.
BOUNDED = ("--seed", "12", "--generation-deterministic", "--phases", "coverage,fuzzing", "--request-timeout", "20")
# Two checks that do not hold: a route asked by a method that it does not take is one that is not there (404, not 405),
# and that the last message must say something is more than a schema can tell.
NOT_HELD = "unsupported_method,positive_data_acceptance"
# The first three wait for what never comes, seconds or for ever; the others Gradio describes without one parameter.
NOT_TRIED = (
    "/gradio_api/heartbeat/{session_hash}",
    "/gradio_api/queue/data",
    "/gradio_api/upload_progress",
    "/gradio_api/call/{api_name}/{event_id}",
    "/gradio_api/call/v2/{api_name}/{event_id}",
)
NO_FAULT = "not_a_server_error,told_well"


@dataclass(frozen=True)
class Site:
    address: str
    app: FastAPI

    def tried(self, description: str, folder: Path, *options: str) -> None:
        """Let schemathesis send what it makes of a description; what it finds is the test's message."""
        place = description if Path(description).is_file() else self.address + description
        command = [sys.executable, "-m", "schemathesis.cli", "run", place, "--url", self.address, *BOUNDED, *options]
        command += ["--header", f"Authorization: {READER}", "--continue-on-failure", "--no-color", "--warnings", "off"]
        hooks = {"SCHEMATHESIS_HOOKS": "told_well", "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            command, env=os.environ | hooks, cwd=folder, capture_output=True, text=True, timeout=600, check=False
        )
        print(done.stdout[-600:])
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def site(index: PaperIndex) -> Iterator[Site]:
    assistant, built = Assistant(index, Settings(_env_file=None), ExtractiveBackend()), list[FastAPI]()  # type: ignore[call-arg]
    with served(assistant, logins="bob:pass-word-b", built=built) as address:
        yield Site(address, built[0])


def test_our_own_routes_do_what_they_are_described_to_do(site: Site, tmp_path: Path) -> None:
    site.tried(DESCRIPTION, tmp_path, "--max-examples", "40", "--checks", "all", "--exclude-checks", NOT_HELD)


def test_no_call_by_name_fails(site: Site, tmp_path: Path) -> None:
    site.tried("/gradio_api/openapi.json", tmp_path, "--max-examples", "3", "--checks", NO_FAULT)


def test_no_route_that_gradio_brings_fails(site: Site, tmp_path: Path) -> None:
    (gradios,) = (inner for route in site.app.routes if isinstance(inner := getattr(route, "app", None), FastAPI))
    whole = gradios.openapi()
    whole["paths"] = {path: told for path, told in whole["paths"].items() if is_served(path) and path not in NOT_TRIED}
    assert len(whole["paths"]) > 20
    described = tmp_path / "gradio.json"
    described.write_text(json.dumps(whole))
    site.tried(str(described), tmp_path, "--max-examples", "2", "--checks", NO_FAULT)
