"""Sixty-four users over real sockets for three minutes, a tenth of them leaving in mid-stream, while papers come in."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.torture
ROOT = Path(__file__).parents[2]
USERS, SECONDS, LEAVE = 64, 180, 0.1
# A connection that waits for its next request may be closed by the server just as that is sent, which says nothing.
NO_WAITING_CONNECTIONS = httpx.Limits(max_connections=USERS, max_keepalive_connections=0)
# What each question's answer must say, and what no answer to another one says.
QUESTIONS = {
    "What is MeLoDy?": "LM-guided diffusion",
    "What was Mustango trained on?": "MusicBench",
    "How many preferences did MusicRL collect?": "300,000 pairwise",
    "How large is the dataset of VMAS?": "DISCO-MV",
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def megabytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


async def user(caller: httpx.AsyncClient, number: int, until: float, seen: Counter[str], took: list[float]) -> None:
    chance = random.Random(number)
    while time.monotonic() < until:
        question = chance.choice(list(QUESTIONS))
        leaves, started, said = chance.random() < LEAVE, time.monotonic(), ""
        body = {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": question}]}
        async with caller.stream("POST", "/v1/chat/completions", json=body) as reply:
            seen[f"status {reply.status_code}"] += 1
            async for line in reply.aiter_lines():
                if line.startswith("data: {"):
                    choices = json.loads(line[6:]).get("choices") or [{}]
                    said += choices[0].get("delta", {}).get("content") or ""
                if leaves and said:
                    break
        if leaves:
            seen["left"] += 1
            continue
        took.append(time.monotonic() - started)
        others = [words for other, words in QUESTIONS.items() if other != question]
        seen["right" if QUESTIONS[question] in said else "not what was asked"] += 1
        seen["cross-talk"] += any(words in said for words in others)
        await asyncio.sleep(chance.uniform(0, 2))


async def crowd(
    address: str, process: int, ingest: subprocess.Popen[bytes]
) -> tuple[Counter[str], list[float], list[int]]:
    seen: Counter[str] = Counter()
    took: list[float] = []
    memory: list[int] = []
    until = time.monotonic() + SECONDS
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=NO_WAITING_CONNECTIONS) as caller:
        users = [asyncio.create_task(user(caller, number, until, seen, took)) for number in range(USERS)]
        while time.monotonic() < until:
            await asyncio.sleep(5)
            memory.append(megabytes(process))
        await asyncio.gather(*users)
    seen["ingested"] = int(ingest.wait() == 0)
    return seen, took, memory


def test_many_users_and_an_ingest(index_folder: Path, tmp_path: Path) -> None:
    folder, port = tmp_path / "index", free_port()
    shutil.copytree(index_folder, folder)
    more = tmp_path / "more.jsonl"
    rows = (
        {"title": f"Harbour {n}", "abstract": f"We measure harbour {n}. It is {n} metres deep."} for n in range(600)
    )
    more.write_text("\n".join(map(json.dumps, rows)))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FOOTNOTE_LLM": "extractive"}
    serving = [sys.executable, ROOT / "app.py", "--index", folder, "--port", str(port)]
    with subprocess.Popen(serving, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(240):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/readyz").raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.5)
            ingest = subprocess.Popen(
                [sys.executable, "-m", "ingest", more, "--index", folder], env=environment, stdout=subprocess.DEVNULL
            )
            seen, took, memory = asyncio.run(crowd(f"http://127.0.0.1:{port}", server.pid, ingest))
            papers = httpx.get(f"http://127.0.0.1:{port}/readyz").status_code
        finally:
            server.terminate()
    took.sort()
    half, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"\n| users | seconds | answers | left | p50 s | p95 s | MB after a third | MB at the end |\n|{'---|' * 8}")
    print(
        f"| {USERS} | {SECONDS} | {len(took)} | {seen['left']} | {half:.1f} | {most:.1f} | {memory[len(memory) // 3]} | {memory[-1]} |\n{dict(seen)}"
    )
    assert papers == 200 and seen["ingested"] == 1
    assert {name for name in seen if name.startswith("status")} == {"status 200"}
    assert (seen["not what was asked"], seen["cross-talk"]) == (0, 0)
    assert memory[-1] < 1.3 * memory[len(memory) // 3] + 100
