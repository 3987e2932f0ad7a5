"""Drafts: whatever a backend does, the last draft says it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.answers import Intent, Remark, Usage
from assistant.backends.base import Brief, Piece
from assistant.backends.drafts import Draft, drafts
from assistant.backends.extractive import ExtractiveBackend
from assistant.errors import BackendTrouble
from assistant.prompts import CANNOT_ANSWER


class Speaker:
    """Says its pieces, then fails if it is told to; remembers whether it was closed."""

    name, model, prompts = "fake", "speaker", ()
    understanding = None

    def __init__(self, *pieces: Piece, error: BackendTrouble | None = None) -> None:
        self._pieces, self._error, self.closed = pieces, error, False

    def write(self, brief: Brief) -> Iterator[Piece]:
        try:
            yield from self._pieces
            if self._error:
                raise self._error
        finally:
            self.closed = True


def last(speaker: Speaker) -> Draft:
    return list(drafts(speaker, Brief("What?", Intent.FACT, ())))[-1]


def test_parts_add_up_beside_text() -> None:
    parts = (Remark("One."), Remark("Two."))
    assert last(Speaker(*(Piece(part=part) for part in parts))).parts == parts


def test_the_extractive_backend_says_the_parts_of_its_brief() -> None:
    parts = (Remark("One."), Remark("Two."))
    *_, draft = drafts(ExtractiveBackend(), Brief("What?", Intent.FACT, (), parts=parts))
    assert (draft.parts, draft.said) == (parts, "")


def test_pieces_add_up() -> None:
    usage = Usage(10, 2, 1.0)
    pieces = (
        Piece("It ", "Hm. "),
        Piece(),
        Piece("is [1].", "Yes."),
        Piece(usage=usage, dropped="1 of 2", prompts=("answer v1",)),
    )
    draft = last(Speaker(*pieces))
    assert draft == Draft("It is [1].", (), "Hm. Yes.", usage, "1 of 2", ("answer v1",), complete=True)
    assert draft.is_usable
    assert draft.trouble == ""


def test_a_trouble_keeps_what_was_said() -> None:
    draft = last(Speaker(Piece("It is"), error=BackendTrouble("fake:speaker: the answer broke off")))
    assert (draft.said, draft.trouble, draft.complete) == ("It is", "fake:speaker: the answer broke off", True)
    assert draft.is_usable


def test_a_trouble_before_the_first_word_leaves_nothing_to_use() -> None:
    assert not last(Speaker(error=BackendTrouble("no"))).is_usable


def test_a_cut_draft_is_not_usable() -> None:
    draft = last(Speaker(Piece("la la la"), Piece(cut="the model went round in circles")))
    assert not draft.is_usable
    assert draft.trouble == "the model went round in circles; its words were replaced by quotes"


@pytest.mark.parametrize(("text", "declined"), [(CANNOT_ANSWER, True), ("It is jazz [1].", False)])
def test_declining_is_seen_at_the_end(text: str, declined: bool) -> None:
    growing = list(drafts(Speaker(Piece(text)), Brief("What?", Intent.FACT, ())))
    assert growing[-1].declined is declined
    assert not growing[0].declined


def test_closing_closes_the_backend() -> None:
    speaker = Speaker(Piece("one"), Piece("two"))
    growing = drafts(speaker, Brief("What?", Intent.FACT, ()))
    next(growing)
    growing.close()  # type: ignore[attr-defined]
    assert speaker.closed
