"""The web app as a command: one line when it is ready, one line when it cannot be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app.py"


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(APP), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=os.environ | variables)


def is_one_line(done: subprocess.CompletedProcess[str], words: str) -> bool:
    return done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1 and words in done.stderr


def test_a_taken_port_is_one_line(index_folder: Path, taken_port: int) -> None:
    assert is_one_line(run("--index", index_folder, "--port", taken_port), "is taken")


def test_a_missing_index_is_one_line(tmp_path: Path) -> None:
    assert is_one_line(run("--index", tmp_path / "none", "--port", 0), "none")


def test_a_bad_setting_is_one_line() -> None:
    assert is_one_line(run(FOOTNOTE_PORT="often"), "FOOTNOTE_PORT")


def test_an_unknown_backend_is_one_line(index_folder: Path) -> None:
    assert is_one_line(run("--index", index_folder, "--port", 0, "--llm", "nonsense"), "nonsense")


def test_help_names_every_option() -> None:
    told = run("--help", COLUMNS="100").stdout
    assert all(option in told for option in ("--index", "--llm", "--host", "--port"))


@pytest.mark.slow
def test_it_says_in_one_line_that_it_is_ready_and_ends_quietly(index_folder: Path) -> None:
    command = [sys.executable, str(APP), "--index", str(index_folder), "--llm", "extractive", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        line = process.stdout.readline()
        assert (
            line.startswith("Footnote is ready on http://127.0.0.1:")
            and "41 papers, answers by quoting (no LLM)" in line
        )
        address = line.split()[4]
        with urllib.request.urlopen(address) as page:
            assert page.status == 200 and "default-src 'self'" in page.headers["Content-Security-Policy"]
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
        assert "Traceback" not in process.stderr.read()
