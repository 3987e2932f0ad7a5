"""What the tests of language models share: a brief to answer, and backends that point at a loopback server."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

from wire.dialects import KEY, Dialect
from wire.server import Diary

from assistant.answers import Hit, Intent
from assistant.backends.base import Backend, Brief, Piece
from assistant.backends.registry import open_backend
from assistant.settings import Settings
from ingest.papers import Paper
from ingest.passages import Passage

Result = TypeVar("Result")

ABSTRACTS = (
    "MeLoDy is a language-model-guided diffusion model. It cuts 95.7% of the forward passes of MusicLM for 10 s.",
    "MusicLDM adapts Stable Diffusion to music. It mixes beats to make its training data more varied.",
    "Lyra holds 1570 pieces of Greek traditional music. About 80 hours were gathered from a documentary series.",
)


def small_brief() -> Brief:
    """A question with three passages."""
    hits = []
    for number, abstract in enumerate(ABSTRACTS, 1):
        paper = Paper(id=f"2301.0000{number}", title=f"Paper {number}", abstract=abstract, year=2023)
        hits.append(Hit(Passage(paper.id, 0, len(abstract), abstract), paper, 1.0 / number))
    return Brief("How many forward passes does MeLoDy save?", Intent.FACT, tuple(hits))


def settings_for(dialect: Dialect, address: str, **more: object) -> Settings:
    """Settings of an operator who chose this backend at this address."""
    chosen = {"llm": f"{dialect.kind}:{dialect.model}", "llm_base_url": f"{address}{dialect.path}", "llm_api_key": KEY}
    chosen["llm_strength"] = "small"  # no test but those of the probe wants to hear its three tasks
    return Settings(_env_file=None, **(chosen | more))  # type: ignore[call-arg,arg-type]


def backend_for(dialect: Dialect, diary: Diary, **more: object) -> Backend:
    """The real backend, pointed at a loopback server."""
    settings = settings_for(dialect, diary.address, **more)
    return open_backend(settings.llm, settings)


def text_of(pieces: Iterable[Piece]) -> str:
    """The text of a draft."""
    return "".join(piece.text for piece in pieces)


def returned(work: Generator[None, None, Result]) -> Result:
    """What a generator returns once its signs of life are over."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: Result = end.value
            return result
