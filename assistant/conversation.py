"""A conversation: questions and their answers, in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.answers import Answer, Focus


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and the answer it got."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked and answered so far; grows by making a new one."""

    turns: tuple[Turn, ...] = ()

    @property
    def focus(self) -> Focus | None:
        """What the next turn builds on: the focus of the last one; None where nothing was asked, or it is not known."""
        return self.turns[-1].answer.focus if self.turns else None

    def with_turn(self, question: str, answer: Answer) -> Conversation:
        """This conversation with one more turn at its end."""
        return replace(self, turns=(*self.turns, Turn(question, answer)))

    def without_last(self) -> Conversation:
        """This conversation with its last turn undone; an empty one stays empty."""
        return replace(self, turns=self.turns[:-1])
