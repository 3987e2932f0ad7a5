"""A backend whose model says what a test wants: our own protocol, no network."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

from assistant.backends.base import Brief, Piece, Shape
from assistant.errors import BackendTrouble


@dataclass
class Scripted:
    """`writes` makes the draft of a brief; `replies` has the reply to each further prompt, by its name."""

    writes: Callable[[Brief], str]
    replies: dict[str, str | Callable[[dict[str, str]], str]] = field(default_factory=dict)
    name: str = "scripted"
    model: str = "scripted"
    spec: str = "scripted:scripted"
    prompts: tuple[str, ...] = ()
    briefs: list[Brief] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def understanding(self) -> Scripted:
        """Itself."""
        return self

    def write(self, brief: Brief) -> Iterator[Piece]:
        """The draft, a word at a time."""
        self.briefs.append(brief)
        for word in self.writes(brief).split(" "):
            yield Piece(text=f"{word} ")

    def complete(self, prompt: str, seconds: float, **values: str) -> Generator[None, None, str]:
        """The reply of the script; BackendTrouble where it has none."""
        self.asked.append((prompt, values))
        yield
        if prompt not in self.replies:
            raise BackendTrouble(f"nothing to say to {prompt}")
        reply = self.replies[prompt]
        return reply if isinstance(reply, str) else reply(values)

    def structured(
        self, prompt: str, shape: type[Shape], seconds: float, **values: str
    ) -> Generator[None, None, Shape]:
        """As `complete`, read as JSON."""
        reply = yield from self.complete(prompt, seconds, **values)
        return shape.model_validate_json(reply)
