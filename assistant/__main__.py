"""python -m assistant: ask, chat, batch, evaluate, doctor."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from assistant.answering import Assistant, open_assistant
from assistant.answers import Answer
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.records import answer_record, read_batch
from assistant.settings import load_settings
from ingest.errors import IngestError

app = typer.Typer(
    help="Ask the papers: every claim of an answer is cited to the words it rests on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Measure retrieval and answers.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")

Index = Annotated[Path | None, typer.Option("--index", help="Folder of the index (FOOTNOTE_INDEX, else ./index).")]
Llm = Annotated[str | None, typer.Option("--llm", help="Which backend answers: auto, extractive, openai:MODEL, …")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]


@app.command()
def ask(question: str, index: Index = None, llm: Llm = None, as_json: AsJson = False) -> None:
    """Answer one question, with its sources."""
    with _told_in_one_line(), _opened(index, llm) as assistant:
        answer = assistant.ask(question)
        if as_json:
            print(json.dumps(answer_record(answer), ensure_ascii=False, indent=1))
        else:
            _show(answer)


@app.command()
def batch(questions: Path, answers: Path, index: Index = None, llm: Llm = None) -> None:
    """Answer the conversations of QUESTIONS (JSON Lines: id, turns) into ANSWERS (id, replies)."""
    with _told_in_one_line(), _opened(index, llm) as assistant, answers.open("w", encoding="utf-8") as out:
        for question in read_batch(questions):
            conversation = Conversation()
            for turn in question.turns:
                conversation = conversation.with_turn(turn, assistant.ask(turn, conversation))
            replies = [answer_record(turn.answer) for turn in conversation.turns]
            out.write(json.dumps({"id": question.id, "replies": replies}, ensure_ascii=False) + "\n")


def _show(answer: Answer) -> None:
    console = Console()
    console.print(Markdown(answer.text))
    for citation in answer.citations:
        console.print(f"[{citation.number}] {citation.paper.title} {citation.paper.link or ''}", markup=False, style="dim")


@contextmanager
def _opened(index: Path | None, llm: str | None) -> Iterator[Assistant]:
    assistant = open_assistant(load_settings(index=index, llm=llm))
    try:
        yield assistant
    finally:
        assistant.index.close()


@contextmanager
def _told_in_one_line() -> Iterator[None]:
    """Errors that a user can cause become one line on standard error and exit status 1."""
    try:
        yield
    except (IngestError, AssistantError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    except OSError as error:
        print(f"{error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
