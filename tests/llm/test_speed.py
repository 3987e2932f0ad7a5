"""What the adapter adds to a server's own speed: next to nothing. The same prompt, side by side, medians."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from statistics import median

import httpx
from llama_server import MODEL, WINDOW

from assistant.backends.base import Brief
from assistant.backends.registry import open_backend
from assistant.prompts import approximate_tokens, messages_for
from assistant.settings import Settings

ROUNDS = 7
QUESTION = "Which numbers do these papers give, and for what?"  # which it answers at some length


@dataclass(frozen=True)
class Timing:
    """Seconds to the first word, and tokens a second after it."""

    first: float
    rate: float

    @classmethod
    def of(cls, began: float, times: list[float], tokens: int) -> Timing:
        """From the moments when words came, and how many tokens they were."""
        return cls(times[0] - began, (tokens - 1) / (times[-1] - times[0]))


def by_itself(address: str, brief: Brief) -> Timing:
    """The server, asked with nothing but HTTP."""
    messages = messages_for(brief, WINDOW, approximate_tokens).messages
    spoken = [{"role": message.role.value, "content": message.text} for message in messages]
    asked = {"model": MODEL, "messages": spoken, "stream": True, "temperature": 0.0}
    began = time.monotonic()
    with httpx.stream("POST", f"{address}/chat/completions", json=asked, timeout=120, trust_env=False) as answer:
        times = [time.monotonic() for line in answer.iter_lines() if says_something(line)]
    return Timing.of(began, times, len(times))


def says_something(line: str) -> bool:
    """Whether a line of the stream carries words."""
    return line.startswith("data: {") and bool(json.loads(line[6:])["choices"][0]["delta"].get("content"))


def through_us(address: str, brief: Brief) -> Timing:
    """The same server, through the adapter."""
    spec = f"openai:{MODEL}"
    backend = open_backend(spec, Settings(_env_file=None, llm=spec, llm_base_url=address, llm_window=WINDOW))  # type: ignore[call-arg]
    began = time.monotonic()
    times, told = [], None
    for piece in backend.write(brief):
        if piece.text:
            times.append(time.monotonic())
        told = piece.usage or told
    assert len(times) > 20
    # A marker of several tokens comes in one piece, so the server's count is the right one; a draft that was cut has none.
    return Timing.of(began, times, (told and told.tokens_out) or len(times))


def test_the_adapter_keeps_the_servers_pace(smollm: str, brief: Brief) -> None:
    brief = replace(brief, question=QUESTION)
    by_itself(smollm, brief)  # the prompt is in the server's cache from here on, for both
    through_us(smollm, brief)  # and everything is imported
    own, ours = [], []
    for _ in range(ROUNDS):
        own.append(by_itself(smollm, brief))
        ours.append(through_us(smollm, brief))
    first, rate = (median(t.first for t in ours), median(t.rate for t in ours))
    own_first, own_rate = (median(t.first for t in own), median(t.rate for t in own))
    print(f"\nfirst word {first:.2f} s (server {own_first:.2f}), {rate:.1f} tokens a second (server {own_rate:.1f})")
    assert first < 5 * own_first
    assert rate >= 0.9 * own_rate
