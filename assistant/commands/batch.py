"""`batch`: a file of conversations in, a file of replies out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.progress import Progress

from assistant.commands.session import Index, Llm, Strict, err, errors_as_lines, opened, settings_with, tell
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.records import BatchQuestion, answer_record, read_batch

if TYPE_CHECKING:
    from assistant.answering import Assistant

DRAFT_SUFFIX = ".part"


def batch(
    questions: Annotated[Path, typer.Argument(help='JSON Lines: {"id": …, "turns": ["…", …]}, one conversation each.')],
    answers: Annotated[Path, typer.Argument(help='The file to write: {"id": …, "replies": [{"text", …}, …]} a line.')],
    index: Index = None,
    llm: Llm = None,
    strict: Strict = False,
) -> None:
    """Answer the conversations of QUESTIONS into ANSWERS, one reply a turn.

    A reply has text, abstained and citations (number, paper_id, title, quote, start, end). ANSWERS appears when all is
    answered; until then, and if it comes to a stop, the replies stand in ANSWERS.part.
    """
    with errors_as_lines():
        conversations = tuple(read_batch(questions))
        if answers.exists() and answers.samefile(questions):
            raise AssistantError(f"{answers} holds the questions; give another file for the answers")
        with drafted(answers) as draft, opened(settings_with(index, llm, strict)) as assistant:
            _answer_all(conversations, assistant, draft)


@contextmanager
def drafted(path: Path) -> Iterator[TextIO]:
    """A file that takes the place of `path` when all went well; what was written stays in the draft if not.

    A pipe or a device is written to as it is. AssistantError says in one line why there can be no such file.
    """
    place = path.with_name(path.name + DRAFT_SUFFIX) if path.is_file() or not path.exists() else path
    try:
        draft = place.open("w", encoding="utf-8")
    except OSError as error:
        raise AssistantError(f"{path} cannot be written: {error.strerror or error}") from error
    whole = False
    try:
        with draft:
            yield draft
        whole = True
    finally:
        if place != path:
            _end_draft(place, path, whole)


def _end_draft(draft: Path, path: Path, whole: bool) -> None:
    """A whole draft becomes the file; of a broken one it is said where it is, unless nothing is in it."""
    if whole:
        draft.replace(path)
    elif lines := draft.read_bytes().count(b"\n"):
        tell(f"{lines:,} answered conversations are in {draft}")
    else:
        draft.unlink()


def _answer_all(conversations: tuple[BatchQuestion, ...], assistant: Assistant, draft: TextIO) -> None:
    with Progress(console=err, disable=not err.is_terminal, transient=True) as progress:
        for question in progress.track(conversations, description="Answering"):
            draft.write(f"{json.dumps(_replies(question, assistant), ensure_ascii=False)}\n")
            draft.flush()


def _replies(question: BatchQuestion, assistant: Assistant) -> dict[str, object]:
    conversation = Conversation()
    for turn in question.turns:
        conversation = conversation.with_turn(turn, assistant.ask(turn, conversation))
    return {"id": question.id, "replies": [answer_record(turn.answer) for turn in conversation.turns]}
