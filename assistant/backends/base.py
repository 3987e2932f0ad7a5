"""The seam that every backend implements: one generator, from a brief to pieces of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Comparison, Hit, Intent, Usage
from assistant.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a backend may use to write one answer.

    `question` stands alone (it was resolved against the conversation). `evidence[i]` is what the marker
    `[i + 1]` means. `quotes` is the answer that the extractive backend would give from the same evidence,
    with the same markers: the text itself for that backend, the fallback and the yardstick for the others.
    """

    question: str
    intent: Intent
    evidence: tuple[Hit, ...]
    conversation: Conversation = Conversation()
    quotes: str = ""
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of a streamed draft: text of the answer, thinking, or (in the last piece) what it all cost.

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


class Backend(Protocol):
    """Writes an answer from a brief. `name` is the kind (`extractive`, `ollama`, …), `model` the model's name."""

    name: str
    model: str
    prompts: tuple[str, ...]

    def write(self, brief: Brief) -> Iterator[Piece]:
        """Pieces of Markdown whose `[n]` markers repeat the numbers of the evidence.

        Closing the generator stops the work, also at a server. Raises BackendError in trouble.
        """
        ...
