"""A real language-model server on loopback: llama.cpp's, with the SmolLM2 that a package carries."""

from __future__ import annotations

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


def gguf() -> Path:
    """The model's file; the test is skipped where it is not installed."""
    pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed (extra: local)")
    pytest.importorskip("starlette_context", reason="llama-cpp-python's server is not installed (extra: test)")
    from assistant.backends.llama import bundled_model

    return bundled_model()


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
    model = gguf()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = max(1, (os.cpu_count() or 1) - 1)  # one is left to the tests, the page and the browser
    options = {"model": model, "model_alias": MODEL, "n_ctx": WINDOW, "host": "127.0.0.1", "port": port}
    options |= {"n_threads": threads}
    command = [sys.executable, "-m", "llama_cpp.server"]
    command += [str(part) for name, value in options.items() for part in (f"--{name}", value)]
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
