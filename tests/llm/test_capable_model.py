"""A strong model over the wire: its form and length reach the reader, its two faults do not; it is probed once."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from loopback import settings_for
from wire.dialects import KEY, OPENAI
from wire.server import Heard, Reply, serving

from assistant.answering import Assistant
from assistant.answers import Answer, Support
from assistant.generation.strength import FILE
from assistant.prompts import CANNOT_ANSWER
from ingest.index.paper_index import PaperIndex

pytestmark = [pytest.mark.llm, pytest.mark.usefixtures("short_pauses")]

QUESTION = "What is MeLoDy, and how does it compare with MusicLM?"
MELODY = "2305.15719"
RUNS = 200
READERS = 4  # who ask at once
LONGEST = 20.0
"""Seconds after which a page would look hung."""

Step = Callable[[str], str]


def passages(prompt: str) -> dict[str, int]:
    """The number of each passage by its title."""
    return {title: int(number) for number, title in re.findall(r"^\[(\d+)\] (.*?),", prompt, re.M)}


def number(prompt: str, words: str) -> int:
    return next(n for title, n in passages(prompt).items() if words in title)


def in_sections(prompt: str) -> str:
    """Three hundred words in sections with a table, all true but one sentence of seven; one cites the wrong passage."""
    own = number(prompt, "Efficient Neural Music")
    other = next(place for place in passages(prompt).values() if place != own)
    said = [
        f"MeLoDy is a language-model-guided diffusion model that generates music audio of state-of-the-art quality [{own}].",
        f"Compared with MusicLM it saves 95.7% of the forward passes when it samples 10s of music [{own}].",
        f"Its sampling speed and infinitely continuable generation are practical advantages [{own}].",
        f"Its musicality, audio quality and text correlation are state-of-the-art [{other}].",  # the wrong passage
        f"MeLoDy needs 12 times as many forward passes as MusicLM [{own}].",  # the contradiction
        f"The name MeLoDy joins M for music, L for LM and D for diffusion [{own}].",
        f"It is superior in its practical advantages, sampling speed and infinitely continuable generation [{own}].",
    ]
    body = "\n\n".join(f"## Part {place}\n\n{' '.join(said)}" for place in (1, 2))
    return f"{body}\n\n| length | saved |\n|---|---|\n| 10s | 95.7% of the forward passes [{own}] |"


def in_german(prompt: str) -> str:
    own = number(prompt, "Efficient Neural Music")
    return f"MeLoDy spart gegenüber MusicLM 95,7 % der Vorwärtsdurchläufe, wenn es 10 Sekunden Musik erzeugt [{own}]."


def strong(write: Step, repair: Step = lambda _: "1. -\n2. -\n3. -") -> Callable[[Heard], Reply]:
    """A server that passes the probe and does its steps as they are given."""

    def answer(heard: Heard) -> Reply:
        text = "\n".join(message["content"] for message in heard.body["messages"])
        if "Harbour Study" in text:
            said = CANNOT_ANSWER if "bridge" in text else "At 20 degrees they took 31 days [2]."
        elif "Sentences to mend" in text:
            said = repair(text)
        elif "kind of reply" in text or "Conversation so far" in text:
            said = "{}"
        else:
            said = write(text)
        return OPENAI.stream(re.findall(r"\S+\s*", said))

    return answer


def asked(
    index: PaperIndex, server: Callable[[Heard], Reply], question: str = QUESTION, **more: object
) -> tuple[Answer, int]:
    """The answer, and how often the model was asked for it."""
    with serving(server) as diary:
        settings = settings_for(OPENAI, diary.address, **{"llm_strength": "capable", "llm_understands": False} | more)
        return Assistant(index, settings).ask(question), len(diary.questions)


def test_form_and_length_reach_the_reader_and_its_faults_do_not(index: PaperIndex) -> None:
    answer, calls = asked(index, strong(in_sections))
    assert len(answer.text.split()) > 180 and answer.text.count("## Part") == 2 and "| 10s | 95.7%" in answer.text
    assert "12 times" not in answer.text and {c.paper.id for c in answer.citations} == {MELODY}
    assert calls == 2


def test_a_fault_that_is_not_mended_is_marked_and_gone_in_strict_mode(index: PaperIndex) -> None:
    stubborn = strong(in_sections, lambda _: "I stand by every word.")
    marked, _ = asked(index, stubborn)
    assert {claim.support for claim in marked.claims if "12 times" in claim.text} == {Support.UNSUPPORTED}
    strict, _ = asked(index, stubborn, strict=True)
    assert "12 times" not in strict.text and "95.7%" in strict.text


def test_an_answer_in_german_is_kept_and_says_what_was_checked(index: PaperIndex) -> None:
    answer, _ = asked(index, strong(in_german), "Was ist MeLoDy, und wie viel schneller ist es?")
    assert "95,7 %" in answer.text and answer.claims[0].support is Support.PARTLY
    assert "another language" in answer.claims[0].reason


def test_a_model_is_probed_at_its_first_question_alone(index: PaperIndex, tmp_path: Path) -> None:
    with serving(strong(in_german)) as diary:
        settings = settings_for(OPENAI, diary.address, llm_strength="auto", llm_understands=False, index=tmp_path)
        assistant = Assistant(index, settings)
        assistant.ask(QUESTION)
        first = len(diary.questions)
        Assistant(index, settings).ask(QUESTION)
        second = len(diary.questions) - first
    assert json.loads((tmp_path / FILE).read_text())[settings.llm]["strength"] == "capable"
    assert (first, second) == (3, 1)


def timed(assistant: Assistant) -> tuple[Answer, float]:
    began = time.monotonic()
    return assistant.ask(QUESTION), time.monotonic() - began


def test_two_hundred_answers_over_a_bad_line(index: PaperIndex, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(11)
    good = strong(in_sections)

    def moody(heard: Heard) -> Reply:
        status = chance.choice((0, 0, 0, 0, 0, 0, 429, 500, 401))
        if status:
            return OPENAI.complaint(status, f"no, and your key is {KEY}", **{"Retry-After": "0.05"})
        words = ["MeLoDy ", "cuts ", "{", "95.7% ", "SEARCH: ", "[1]", ". 1. "]
        return chance.choice((lambda: good(heard), lambda: OPENAI.broken(words), lambda: OPENAI.garbled(words)))()

    with serving(moody) as diary:
        settings = settings_for(OPENAI, diary.address, llm_strength="capable", llm_timeout=2.0)
        assistant = Assistant(index, settings)
        with ThreadPoolExecutor(READERS) as readers:
            answers = list(readers.map(lambda _: timed(assistant), range(RUNS)))
    assert all(seconds < LONGEST for _, seconds in answers)
    for answer, _ in answers:
        shown = {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)}
        assert answer.complete and answer.text and shown <= {citation.number for citation in answer.citations}
        assert KEY not in answer.text + answer.details.notice
    assert len({answer.details.notice for answer, _ in answers}) > 2  # several troubles were really met
    assert KEY not in caplog.text
