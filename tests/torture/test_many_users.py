"""Sixty-four users over real sockets for three minutes, a tenth of them leaving in mid-stream, while papers come in.

Every user has a login. Half ask by `/v1/chat/completions`, most of their questions of one paper alone; half sit before
the page, each in a conversation of their own, and hear their answers by Gradio's event stream.
"""

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
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.bundled import BUNDLED_CORPUS

pytestmark = pytest.mark.torture
ROOT = Path(__file__).parents[2]
USERS, SECONDS, LEAVE, MORE_PAPERS = 64, int(os.environ.get("FOOTNOTE_CROWD_SECONDS", "180")), 0.1, 1000
# A connection that waits for its next request may be closed by the server just as that is sent, which says nothing.
NO_WAITING_CONNECTIONS = httpx.Limits(max_connections=2 * USERS, max_keepalive_connections=0)
# What each question's answer must say, and what no answer to another one says.
QUESTIONS = {
    "What is MeLoDy?": "LM-guided diffusion",
    "What was Mustango trained on?": "MusicBench",
    "How many preferences did MusicRL collect?": "300,000 pairwise",
    "How large is the dataset of VMAS?": "DISCO-MV",
}
OF_ONE_PAPER = ("What is it about?", "Which data does it use?", "What does it find?", "How was it evaluated?")
PAPERS = [json.loads(line)["id"] for line in BUNDLED_CORPUS.read_text(encoding="utf-8").splitlines()]


@dataclass
class Seen:
    """What came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    took: dict[str, list[float]] = field(default_factory=lambda: {"/v1": [], "page": []})
    memory: list[int] = field(default_factory=list)

    def note(self, question: str, said: str) -> None:
        """Whether an answer says what it should, and nothing of another's."""
        self.counts["right" if QUESTIONS[question] in said else "not what was asked"] += 1
        self.counts["cross-talk"] += any(words in said for other, words in QUESTIONS.items() if other != question)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def megabytes(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def login(number: int) -> dict[str, str]:
    return {"authorization": f"Bearer user{number}:password-{number}"}


async def lines_of(reply: httpx.Response) -> AsyncIterator[Any]:
    """The events of a stream."""
    async for line in reply.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line[6:])


async def asks_by_api(caller: httpx.AsyncClient, number: int, chance: random.Random, seen: Seen) -> None:
    """One question by `/v1`, of all papers or of one of this user's own choice."""
    leaves, started, said, cited = chance.random() < LEAVE, time.monotonic(), "", set[str]()
    paper = chance.choice(PAPERS) if chance.random() < 0.7 else ""
    question = chance.choice(OF_ONE_PAPER if paper else list(QUESTIONS))
    body: dict[str, Any] = {"stream": True, "messages": [{"role": "user", "content": question}]}
    if paper:
        body["footnote"] = {"paper_ids": [paper]}
    async with caller.stream("POST", "/v1/chat/completions", json=body, headers=login(number)) as reply:
        seen.counts[f"status {reply.status_code}"] += 1
        async for event in lines_of(reply):
            said += event["choices"][0]["delta"].get("content") or ""
            cited |= {citation["paper_id"] for citation in event.get("footnote", {}).get("citations", ())}
            if leaves and said:
                seen.counts["left"] += 1
                return
    seen.took["/v1"].append(time.monotonic() - started)
    if not paper:
        seen.note(question, said)
    else:
        seen.counts["right" if said and cited <= {paper} else "cross-talk"] += 1


@dataclass
class Visit:
    """A page that somebody has open, and what was asked on it."""

    number: int
    session: str
    asked: list[str] = field(default_factory=list)


async def asks_on_page(caller: httpx.AsyncClient, chance: random.Random, seen: Seen, visit: Visit, event: int) -> bool:
    """One more question of a conversation; whether the reader stays."""
    leaves, started, messages = chance.random() < LEAVE, time.monotonic(), []
    question = chance.choice(list(QUESTIONS))
    body = {"fn_index": event, "data": [question, None, None, "extractive", None], "session_hash": visit.session}
    joined = await caller.post("/gradio_api/queue/join", json=body, headers=login(visit.number))
    seen.counts[f"status {joined.status_code}"] += 1
    address = f"/gradio_api/queue/data?session_hash={visit.session}"
    async with caller.stream("GET", address, headers=login(visit.number)) as reply:
        seen.counts[f"status {reply.status_code}"] += 1
        async for said in lines_of(reply):
            if leaves and said["msg"] == "process_generating":
                seen.counts["left"] += 1
                return False
            if said["msg"] == "process_completed":
                seen.counts["failed"] += not said["success"]
                messages = said["output"]["data"]
    seen.took["page"].append(time.monotonic() - started)
    visit.asked.append(question)
    turns = [turn for turn in messages[0] if turn["role"] == "user"] if messages else []
    seen.counts["another's conversation"] += [_text(turn) for turn in turns] != visit.asked
    seen.note(question, _text(messages[0][-1]) if messages else "")
    return len(visit.asked) < 6


def _text(message: Any) -> str:
    content = message["content"]
    return (
        content
        if isinstance(content, str)
        else " ".join(str(part.get("text", part.get("value", ""))) for part in content)
    )


async def user(caller: httpx.AsyncClient, number: int, until: float, seen: Seen, event: int) -> None:
    """Asks, reads, and asks again."""
    chance, visits = random.Random(number), 0
    visit = Visit(number, f"{number}-0")
    while time.monotonic() < until:
        if number % 2:
            await asks_by_api(caller, number, chance, seen)
        elif not await asks_on_page(caller, chance, seen, visit, event):
            visits += 1
            visit = Visit(number, f"{number}-{visits}")
        await asyncio.sleep(chance.uniform(0, 2))


async def crowd(address: str, process: int, ingest: subprocess.Popen[bytes]) -> Seen:
    seen = Seen(memory=[megabytes(process)])
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=NO_WAITING_CONNECTIONS) as caller:
        config = (await caller.get("/config", headers=login(0))).json()
        box = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == "question")
        event = next(each["id"] for each in config["dependencies"] if [box, "submit"] in each["targets"])
        begun = time.monotonic()
        await asyncio.gather(*(caller.get("/v1/models", headers=login(number)) for number in range(USERS)))
        print(f"all are logged in after {time.monotonic() - begun:.1f} s")
        until = time.monotonic() + SECONDS
        users = [asyncio.create_task(user(caller, number, until, seen, event)) for number in range(USERS)]
        while time.monotonic() < until:
            await asyncio.sleep(5)
            seen.memory.append(megabytes(process))
        await asyncio.gather(*users)
    seen.counts["ingested"] = int(ingest.wait() == 0)
    seen.memory.append(megabytes(process))
    return seen


def test_many_users_and_an_ingest(index_folder: Path, tmp_path: Path) -> None:
    folder, port = tmp_path / "index", free_port()
    shutil.copytree(index_folder, folder)
    more = tmp_path / "more.jsonl"
    rows = (
        {"title": f"Harbour {n}", "abstract": f"We measure harbour {n}. It is {n} metres deep."}
        for n in range(MORE_PAPERS)
    )
    more.write_text("\n".join(map(json.dumps, rows)))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "FOOTNOTE_LLM": "extractive"}
    environment["FOOTNOTE_LOGINS"] = ",".join(f"user{n}:password-{n}" for n in range(USERS))
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
            seen = asyncio.run(crowd(f"http://127.0.0.1:{port}", server.pid, ingest))
            ready = httpx.get(f"http://127.0.0.1:{port}/readyz").status_code
        finally:
            server.terminate()
    table(seen)
    third = seen.memory[len(seen.memory) // 3]
    assert ready == 200 and seen.counts["ingested"] == 1
    assert {name for name in seen.counts if name.startswith("status")} == {"status 200"}
    for fault in ("failed", "not what was asked", "cross-talk", "another's conversation"):
        assert seen.counts[fault] == 0, fault
    assert seen.counts["left"] > 0 and min(map(len, seen.took.values())) > USERS
    assert seen.memory[-1] < 1.3 * third + 100


def table(seen: Seen) -> None:
    print(f"\n{USERS} users, {SECONDS} s\n| asked by | answers | p50 s | p95 s | most s |\n|{'---|' * 5}")
    for way, took in seen.took.items():
        took.sort()
        print(
            f"| {way} | {len(took)} | {took[len(took) // 2]:.2f} | {took[len(took) * 95 // 100]:.2f} | {took[-1]:.2f} |"
        )
    memory = seen.memory
    print(f"| MB at the start | after a third | in the middle | at the end | most |\n|{'---|' * 5}")
    print(f"| {memory[0]} | {memory[len(memory) // 3]} | {memory[len(memory) // 2]} | {memory[-1]} | {max(memory)} |")
    print(f"{dict(seen.counts)}; load {os.getloadavg()}")
