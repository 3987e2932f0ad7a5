"""What one visitor's chat holds: a conversation, and for each question the papers that it was asked of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.answers import Answer
from assistant.conversation import Conversation, Turn
from assistant.filters import Filters

ALL_PAPERS = Filters()


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answer; `scope` tells in words which papers it was asked of, if not of all."""

    question: str
    answer: Answer
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """The entries of one chat, in order; grows by making a new one."""

    entries: tuple[Entry, ...] = ()

    @property
    def conversation(self) -> Conversation:
        """The entries as the assistant reads them."""
        return Conversation(tuple(Turn(entry.question, entry.answer) for entry in self.entries))

    @property
    def last_answer(self) -> Answer | None:
        """The latest answer, growing or whole."""
        return self.entries[-1].answer if self.entries else None

    def with_entry(self, entry: Entry) -> Thread:
        """This thread with one more entry at its end."""
        return replace(self, entries=(*self.entries, entry))

    def until(self, turn: int) -> Thread:
        """The entries before `turn` (counted from 0) alone."""
        return replace(self, entries=self.entries[:turn])

    def with_last_answer(self, answer: Answer) -> Thread:
        """This thread with another answer in its last entry."""
        return self.until(-1).with_entry(replace(self.entries[-1], answer=answer))

    def settled(self) -> Thread:
        """This thread with a growing last answer taken as it stands: what a reader who pressed Stop keeps."""
        answer = self.last_answer
        if answer is None or answer.complete:
            return self
        return self.with_last_answer(replace(answer, complete=True))
