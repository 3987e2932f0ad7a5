"""A reasoning model's thinking, told apart from its answer while both stream.

Servers that know reasoning models send thoughts apart; others pass on what the model writes, with the thinking
between tags at the very beginning. Tags anywhere later are text: an answer may speak about them.
"""

from __future__ import annotations

import re

_OPENING = re.compile(r"\s*<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_NAMES = ("think", "thinking", "thought", "reasoning")
_LONGEST_TAG = len("</reasoning>")


class ThoughtSplitter:
    r"""Feed it the pieces of a text; it returns (answer, thought) for each.

    >>> splitter = ThoughtSplitter()
    >>> splitter.feed("<thi"), splitter.feed("nk>Hm.</think>\n\nYes."), splitter.finish()
    (('', ''), ('Yes.', 'Hm.'), ('', ''))
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""  # the tag that ends the thinking, once it has begun
        self._answering = False
        self._answered = False

    def feed(self, text: str) -> tuple[str, str]:
        """What of the text so far is surely answer and surely thought."""
        self._held += text
        if not self._answering and not self._closing:
            self._look_for_opening()
        thought = self._take_thought() if self._closing and not self._answering else ""
        return self._take_answer() if self._answering else "", thought

    def finish(self) -> tuple[str, str]:
        """The rest, now that nothing more can come: a thought that never ended stays a thought."""
        rest, self._held = self._held, ""
        return ("", rest) if self._closing and not self._answering else (rest, "")

    def _look_for_opening(self) -> None:
        if found := _OPENING.match(self._held):
            self._closing = f"</{found[1].lower()}>"
            self._held = self._held[found.end() :]
        elif not _may_become_opening(self._held):
            self._answering = self._answered = True

    def _take_thought(self) -> str:
        end = self._held.lower().find(self._closing)
        if end >= 0:
            thought, self._held = self._held[:end], self._held[end + len(self._closing) :]
            self._answering = True
            return thought
        safe = max(0, len(self._held) - _LONGEST_TAG)  # the last characters may be the beginning of the tag
        thought, self._held = self._held[:safe], self._held[safe:]
        return thought

    def _take_answer(self) -> str:
        answer, self._held = self._held, ""
        if not self._answered:  # blank lines between the thinking and the answer belong to neither
            answer = answer.lstrip()
            self._answered = bool(answer)
        return answer


def _may_become_opening(text: str) -> bool:
    begun = text.lstrip().lower()
    return any(f"<{name}>".startswith(begun) for name in _NAMES)
