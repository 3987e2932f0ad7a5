"""Ingests that are killed: run, killed at a random moment, run again, and held against one that nobody disturbed.

    PYTHONPATH=.:tests/ingest python tests/torture/killing.py ROUNDS SEED [PAPERS [PORTION]]

This process imports and never opens an index; each run is a fork of it, so that a kill costs no import and takes
nothing else with it. Half of the kills come at a random time, half at a random one of the run's own steps on files (as
Python's audit events tell them), so that the short moments between two steps are met as well. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from counting_embedder import CountingEmbedder

import ingest.pipeline
from ingest.errors import IndexMissing
from ingest.index.checking import check_index
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.papers import Paper
from ingest.passages import Level
from ingest.sources.found import Found

STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.", "os.truncate", "sqlite3.connect")
QUESTION = "subject 7 with net17"


def paper(number: int, version: int = 1) -> Paper:
    said = (
        f"We write about subject {number % 40}, by FooNet{number}. It has a second sentence with net{number % 23}, too."
    )
    return Paper(f"p{number:05}", f"Title {number}", f"{said} This is version {version}." if version > 1 else said)


@dataclass(frozen=True)
class Kind:
    """What is ingested: over what, and whether what is not named goes."""

    name: str
    before: tuple[Paper, ...]
    papers: tuple[Paper, ...]
    prune: bool


class Noting(CountingEmbedder):
    """Notes each text that it embeds in a file that outlives it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def embed_texts(self, texts: Any, spans: Any) -> Any:
        for text, made in zip(texts, super().embed_texts(texts, spans), strict=True):
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), "a", encoding="utf-8") as notes:
                notes.write(text.replace("\n", " ") + "\n")
            yield made


def forked(work: Callable[[], Any], answer: Path | None = None) -> int:
    """Start work in a fork; its process."""
    process = os.fork()
    if process:
        return process
    try:
        result = work()
        if answer is not None:
            answer.write_bytes(pickle.dumps(result))
        os._exit(0)
    except BaseException:  # noqa: BLE001 - a fork must end here, whatever happens
        traceback.print_exc()
        os._exit(1)


def ended(process: int) -> int:
    """Wait for a fork; 0 for success, minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def asked(work: Callable[[], Any]) -> Any:
    """What work gives, done in a fork."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        if ended(forked(work, answer)):
            raise AssertionError("a fork failed; what it said stands above")
        return pickle.loads(answer.read_bytes())


def run(kind: Kind, folder: Path, notes: Path, last_step: int = 0) -> Callable[[], int]:
    """An ingest, which kills itself at a step if one is given; how many steps it took."""

    def work() -> int:
        taken = 0

        def step(event: str, _: Any) -> None:
            nonlocal taken
            if event.startswith(STEPS):
                taken += 1
                if taken == last_step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(step)
        records = [Found(each, "torture", 1) for each in kind.papers]
        ingest.pipeline.ingest_papers(records, folder, Noting(notes), prune=kind.prune)
        return taken

    return work


def state_of(folder: Path) -> dict[str, Any]:
    """What a reader sees: ids, texts, profiles, vectors, and what the word indexes and Chroma answer."""
    troubles = check_index(folder)
    index = PaperIndex.open(folder, CountingEmbedder())
    corpus = index.corpus()
    seen: dict[str, Any] = {
        "troubles": troubles,
        "papers": corpus.papers,
        "profiles": dict(corpus.profiles),
        "words": corpus.bm25.scores(QUESTION),
        "ngrams": corpus.bm25.ngram_scores("foonet17"),
        "subwords": corpus.token_similarity.scores(QUESTION, np.arange(len(corpus.papers))),
        "drafts": sorted(path.name for path in folder.glob("draft-*")),
    }
    for level in Level:
        vectors = index.vectors(level)
        seen[f"{level} passages"], seen[f"{level} vectors"] = vectors.passages, vectors.matrix
    # Of all that it has, Chroma's graph may miss one, depending on how it was built; of the nearest ten, none. That its
    # vectors are those of the arrays is part of `check_index`.
    near = index.nearest(index.embedder.embed_question(QUESTION), Level.SENTENCE, 10)
    seen["near"] = np.array([each.similarity for each in near])
    index.close()
    return seen


def differences(found: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What two states differ in."""
    return [name for name in wanted if not _same(found[name], wanted[name])]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-6))
    return bool(one == other)


def readable(folder: Path, allowed: frozenset[Paper]) -> Callable[[], str]:
    """What a reader meets between the kill and the next run: "" if it reads and finds nothing but whole papers."""

    def work() -> str:
        try:
            index = PaperIndex.open(folder, CountingEmbedder())
        except IndexMissing:
            return "" if not papers_held(folder) else "an index that is missing holds papers"
        strangers = [paper.id for paper in index.papers() if paper not in allowed]
        rows = {level: len(index.vectors(level).matrix) for level in Level}
        counted = {Level.WINDOW: index.manifest.passages, Level.SENTENCE: index.manifest.sentences}
        index.close()
        return "" if not strangers and rows == counted else f"half-written: {strangers[:3]} {rows} {counted}"

    return work


def killed(kind: Kind, folder: Path, notes: Path, chance: random.Random, course: tuple[int, float]) -> str:
    """Run and kill; how it was killed, or "whole" where it was at its end before its moment came."""
    steps, seconds = course
    by_step = chance.random() < 0.5
    process = forked(run(kind, folder, notes, chance.randint(1, steps) if by_step else 0))
    if not by_step:
        time.sleep(chance.uniform(0, seconds))
        os.kill(process, signal.SIGKILL)
    return ("step" if by_step else "time") if ended(process) == -signal.SIGKILL else "whole"


def embedded_again(notes: Sequence[Path]) -> int:
    """The most texts that a run embedded in vain: those of its texts that a later run embeds again."""
    runs = [set(each.read_text(encoding="utf-8").splitlines()) if each.exists() else set() for each in notes]
    return max(len(run & set().union(*runs[place:])) for place, run in enumerate(runs[:-1], 1))


def torture(rounds: int, seed: int, papers: int, portion: int) -> dict[str, Any]:
    """All rounds; a table of what they came to."""
    ingest.pipeline.AT_ONCE = portion // 2
    chance = random.Random(seed)
    kinds = kinds_of(papers)
    results: dict[str, Any] = {
        "rounds": 0, "kills": Counter(), "equal": 0, "unequal": [], "unreadable": [], "most embedded again": 0,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        base = Path(place)
        wanted, steps, seconds, begun = {}, {}, {}, {}
        for kind in kinds:
            begun[kind.name] = base / f"{kind.name}-before"
            if kind.before:
                asked(run(Kind("", (), kind.before, False), begun[kind.name], base / "notes"))
            whole, started = _fresh(base, begun[kind.name]), time.monotonic()
            steps[kind.name] = asked(run(kind, whole, base / "notes"))
            seconds[kind.name] = time.monotonic() - started
            wanted[kind.name] = asked(lambda whole=whole: state_of(whole))
        for number in range(rounds):
            kind, twice = kinds[number % len(kinds)], number % 4 >= 2
            allowed, times = frozenset({*kind.before, *kind.papers}), 2 if twice else 1
            notes = [base / f"notes-{place}" for place in range(times + 1)]
            kills: list[str] = []
            while len(kills) < times:  # a run that was at its end before its moment came is no round: from the start
                folder, kills = _fresh(base, begun[kind.name]), []
                for each in notes:
                    each.unlink(missing_ok=True)
                while len(kills) < times:
                    how = killed(kind, folder, notes[len(kills)], chance, (steps[kind.name], seconds[kind.name]))
                    if how == "whole":
                        break
                    kills.append(how)
                    if said := asked(readable(folder, allowed)):
                        results["unreadable"].append((number, said))
            results["kills"].update(kills)
            asked(run(kind, folder, notes[-1]))
            differ = differences(asked(lambda folder=folder: state_of(folder)), wanted[kind.name])
            results["rounds"] += 1
            results["equal"] += not differ
            if differ:
                results["unequal"].append((number, kind.name, differ))
            results["most embedded again"] = max(results["most embedded again"], embedded_again(notes))
    return results | {"portion": portion, "papers": papers, "steps": steps, "seconds": seconds}


def kinds_of(papers: int) -> tuple[Kind, Kind]:
    """Papers into nothing; and papers half of which are new versions of those that are there, while others go."""
    every = tuple(paper(number) for number in range(papers))
    older = tuple(paper(number + papers // 2) for number in range(papers))
    newer = tuple(paper(number, version=2 if number >= papers // 2 else 1) for number in range(papers))
    return Kind("new", (), every, False), Kind("changed", older, newer, True)


def _fresh(base: Path, before: Path) -> Path:
    folder = base / "index"
    shutil.rmtree(folder, ignore_errors=True)
    if before.is_dir():
        shutil.copytree(before, folder)
    return folder


if __name__ == "__main__":
    rounds, seed, papers, portion, *_ = [
        *map(int, sys.argv[1:]),
        *(10, 1, 300, ingest.pipeline.PORTION)[len(sys.argv) - 1 :],
    ]
    print(json.dumps(torture(rounds, seed, papers, portion)))
