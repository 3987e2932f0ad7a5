"""A backend's pieces as a growing draft that never fails: what was said, what it cost, and what went wrong.

Who composes an answer need not catch anything: a trouble is a line in the last draft, behind whatever was said
before it, and `is_usable` tells whether that is worth verifying or the quotes should stand in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, cast

from assistant.answers import Part, Usage
from assistant.backends.base import Backend, Brief, Piece
from assistant.errors import BackendError
from assistant.markup import visible
from assistant.prompts import declines


@dataclass(frozen=True, slots=True)
class Draft:
    """What a backend has written so far; the last one is complete.

    `said` is Markdown that has to be verified, `parts` are exact words that need not be; a draft has the one or the
    other.
    `notice` is the trouble that ended it, in one line; `cut` says why it was ended from our side. What was written by
    then stays, also when it is not fit to be an answer.
    """

    said: str = ""
    parts: tuple[Part, ...] = ()
    thoughts: str = ""
    usage: Usage | None = None
    dropped: str = ""
    prompts: tuple[str, ...] = ()
    cut: str = ""
    notice: str = ""
    complete: bool = False

    @property
    def is_usable(self) -> bool:
        """Whether its words may become an answer, once each is verified; a broken-off one may, a cut one may not."""
        return bool(self.said.strip()) and not self.cut

    @property
    def declined(self) -> bool:
        """Whether the model said that the passages hold no answer."""
        return self.complete and declines(self.said)

    @property
    def trouble(self) -> str:
        """What to tell the reader of the answer, in one line, or nothing."""
        return self.notice or (f"{self.cut}; its words were replaced by quotes" if self.cut else "")


def drafts(backend: Backend, brief: Brief) -> Iterator[Draft]:
    """The draft as it grows; it comes several times a second, also unchanged. Closing stops the backend."""
    draft = Draft()
    with closing(cast(Any, backend.write(brief))) as pieces:
        try:
            for piece in pieces:
                draft = _grown(draft, piece)
                yield draft
        except BackendError as error:
            draft = replace(draft, notice=str(error))
    yield replace(draft, complete=True)


def _grown(draft: Draft, piece: Piece) -> Draft:
    return replace(
        draft,
        said=draft.said + piece.text,
        parts=(*draft.parts, piece.part) if piece.part else draft.parts,
        thoughts=draft.thoughts + visible(piece.thought),
        usage=piece.usage or draft.usage,
        dropped=piece.dropped or draft.dropped,
        prompts=piece.prompts or draft.prompts,
        cut=piece.cut or draft.cut,
    )
