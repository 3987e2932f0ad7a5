"""The seam that every backend implements: one generator, from a brief to pieces of text."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel

from assistant.answers import Hit, Intent, Part, Usage
from assistant.conversation import Conversation

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a backend may use to write one answer.

    `question` stands alone (it was resolved against the conversation). `evidence[i]` is what the marker `[i + 1]`
    means. `parts` are the answer in the papers' own words: what a backend says that writes nothing itself, and what
    stands in the place of a text that cannot be trusted. `aspects` are the rows that a comparison should have.
    """

    question: str
    intent: Intent
    evidence: tuple[Hit, ...]
    conversation: Conversation = Conversation()
    parts: tuple[Part, ...] = ()
    aspects: tuple[str, ...] = ()
    thorough: bool = False
    """Whether the model is trusted to judge the passages and to write as much as the question wants."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of a streamed draft: text of the answer, thinking, or (in the last piece) what it all cost.

    A backend that writes nothing itself gives `part`s of its brief instead of text: they need no verification, since
    their words are always those of the abstract.

    An empty piece is a sign of life while the model is still reading or being asked again: pass something on
    for it, so that whoever waits can stop. `cut`, when set, says why the draft was ended from our side (it went
    round in circles, it repeated the instructions, …): what came before is not worth showing as an answer.
    """

    text: str = ""
    thought: str = ""
    usage: Usage | None = None
    dropped: str = ""
    cut: str = ""
    prompts: tuple[str, ...] = ()  # those that wrote this draft, as in `Details.prompts`; in its last piece
    part: Part | None = None


class Understanding(Protocol):
    """What a backend offers that can also say what a question means: its model, asked by a prompt of `prompts/`.

    Both are generators of signs of life that return the reply. They raise BackendError if the model cannot be asked
    or takes longer than `seconds`; closing them stops it.
    """

    @property
    def spec(self) -> str:
        """Which model this is, in one word for logs and counts."""
        ...

    def complete(self, prompt: str, seconds: float, **values: str) -> Generator[None, None, str]:
        """The whole reply to a prompt, without thoughts."""
        ...

    def structured(
        self, prompt: str, shape: type[Shape], seconds: float, **values: str
    ) -> Generator[None, None, Shape]:
        """The reply as an instance of a pydantic class; ValueError if it does not have that shape."""
        ...


class Backend(Protocol):
    """Writes an answer from a brief. Whatever else it can do, its own fields say.

    `name` is the kind (`extractive`, `ollama`, …), `model` the model's name, `prompts` the labels of those it writes
    by. `understanding` is how it is asked what a question means; None where it cannot be, or is too weak to help.
    """

    name: str
    model: str
    prompts: tuple[str, ...]

    @property
    def understanding(self) -> Understanding | None:
        """How it is asked what a question means."""
        ...

    def write(self, brief: Brief) -> Iterator[Piece]:
        """Pieces of Markdown whose `[n]` markers repeat the numbers of the evidence, or parts of the brief.

        Closing the generator stops the work, also at a server. Raises BackendError in trouble.
        """
        ...
