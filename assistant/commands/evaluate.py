"""`evaluate`: retrieval and answers, measured, and held against the figures of last time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from assistant.commands.floors import floors
from assistant.commands.session import (
    AsJson,
    Index,
    Llm,
    Strict,
    err,
    errors_as_lines,
    opened,
    out,
    room,
    settings_with,
    show_table,
    tell,
)
from assistant.errors import EvaluationError
from ingest.progress import shown

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.evaluation.answer_metrics import AnswerReport
    from assistant.evaluation.history import Change
    from assistant.evaluation.question_sets import KnownQuestion

evaluate = typer.Typer(help="Measure retrieval and answers, on any papers.", no_args_is_help=True)

evaluate.command()(floors)

_FAILURES_SHOWN = 30


@evaluate.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv (BEIR).")],
    as_json: AsJson = False,
    cache: Annotated[
        Path | None,
        typer.Option(help="Where vectors and figures are kept.  [default: ~/.cache/footnote]", show_default=False),
    ] = None,
) -> None:
    """How well the papers of a benchmark are found: nDCG@10, recall@100 and MRR@10.

    The ranker is the one that answers use. `evaluate make` makes such a folder from your own index.
    """
    with errors_as_lines():
        if not folder.is_dir():
            raise EvaluationError(f"{folder} is no folder; give one with corpus.jsonl, queries.jsonl and qrels.tsv")
        from assistant.evaluation.own_retriever import evaluate_retrieval
        from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

        settings = settings_with(None)
        embedder = SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_precision)
        cache = cache or _cache_folder()
        with shown(err) as progress:
            report = evaluate_retrieval(folder, embedder, cache, progress)
        changes = _kept(cache, f"retrieval of {folder.resolve()}", report.as_dict())
        if as_json:
            _print_json(report.as_dict())
        else:
            show_table(report.table(f"Retrieval: {folder.resolve().name}"))
            _show_changes(changes)


@evaluate.command()
def answers(  # noqa: PLR0913, PLR0917 - one parameter an option
    questions: Annotated[Path, typer.Argument(help="A file of questions with known answers, or a folder of them.")],
    as_json: AsJson = False,
    failures: Annotated[bool, typer.Option("--failures", help="List the questions that were answered wrong.")] = False,
    papers: Annotated[
        str | None,
        typer.Option(help="Papers with the ids that the questions use, if the index has others.", show_default=False),
    ] = None,
    index: Index = None,
    llm: Llm = None,
    strict: Strict = False,
) -> None:
    """How many questions with known answers are answered right, by kind, and what has changed since last time.

    The format of the questions is described in tests/questions/README.md. The figures are kept in the index's folder.
    """
    with errors_as_lines():
        from assistant.evaluation.question_sets import read_questions

        asked = read_questions(questions)
        ids = _ids_of(papers) if papers else None
        settings = settings_with(index, llm, strict)
        with opened(settings) as assistant:
            report = _measured(asked, assistant, ids)
        changes = _kept(settings.index, f"answers to {questions.resolve()}", report.figures())
        if as_json:
            _print_json(report.as_dict() | {"changes": [asdict(change) for change in changes]})
            return
        show_table(report.table(f"Answers: {questions.resolve().name}", room()))
        _show_changes(changes)
        if failures:
            _show_failures(report)


@evaluate.command()
def library(
    papers: Annotated[Path, typer.Argument(help="A TOML file that lists papers of corpora by their ids.")],
    file: Annotated[Path, typer.Argument(help="The file to write: the papers as JSON Lines.")],
) -> None:
    """Write the papers that a question set is about into a file that `python -m ingest` reads."""
    with errors_as_lines():
        from assistant.evaluation.paper_lists import write_library

        out.print(f"{file} holds {write_library(papers, file):,} papers", markup=False, soft_wrap=True)


@evaluate.command()
def make(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    limit: Annotated[int, typer.Option(min=1, help="Questions at most.")] = 500,
    seed: Annotated[int, typer.Option(help="Another seed gives other questions.")] = 0,
    index: Index = None,
) -> None:
    """Make a benchmark from the papers of an index: hidden titles, names, and figures left out of sentences.

    `evaluate retrieval` reads the folder, and `evaluate answers` the questions.jsonl in it. It is there to compare
    models and settings on your own papers; people's questions are harder.
    """
    with errors_as_lines():
        from assistant.evaluation.known_items import make_known_items, write_known_items

        _check_target(folder)
        with opened(settings_with(index, "extractive")) as assistant:
            held = assistant.papers()
            names = {paper.id: assistant.names(paper.id) for paper in held}
        items = make_known_items(held, names, limit, seed)
        write_known_items(folder, held, items)
        out.print(f"{folder} holds {len(items):,} questions about {len(held):,} papers", markup=False, soft_wrap=True)


def _check_target(folder: Path) -> None:
    """A benchmark that somebody else made is not written over."""
    from assistant.evaluation.benchmark import CORPUS
    from assistant.evaluation.known_items import QUESTIONS

    if (folder / CORPUS).exists() and not (folder / QUESTIONS).exists():
        raise EvaluationError(f"{folder} holds a benchmark that was not made from an index; give another folder")


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "footnote"


def _ids_of(source: str) -> Mapping[str, str]:
    from assistant.evaluation.scoring import ids_by_title
    from ingest.sources import Found, find_papers

    return ids_by_title(tuple(record.paper for record in find_papers(source) if isinstance(record, Found)))


def _measured(
    questions: tuple[KnownQuestion, ...], assistant: Assistant, ids: Mapping[str, str] | None
) -> AnswerReport:
    from assistant.evaluation.answer_metrics import evaluate_answers

    with Progress(console=err, disable=not err.is_terminal, transient=True) as progress:
        task = progress.add_task("Answering", total=len(questions))
        return evaluate_answers(questions, assistant, ids, lambda _: progress.advance(task))


def _kept(folder: Path, evaluation: str, figures: Mapping[str, float]) -> tuple[Change, ...]:
    """Put these figures in the place of the last ones; what has changed.

    A full or read-only disk spoils the comparison with the next time, not the figures of now.
    """
    from assistant.evaluation.history import HISTORY_NAME, changes_between, keep_figures, last_figures

    path = folder / HISTORY_NAME
    before = last_figures(path, evaluation)
    try:
        keep_figures(path, evaluation, figures)
    except OSError as error:
        tell(f"{path} cannot be written ({error.strerror}): the next run will have nothing to compare with")
    changes = changes_between(before, figures) if before else ()
    return tuple(change for change in changes if change.before != change.after)


def _show_changes(changes: tuple[Change, ...]) -> None:
    from assistant.evaluation.history import changes_table, losses

    if not changes:
        return
    show_table(changes_table(changes))
    lost = len(losses(changes))
    out.print(f"{lost} figures are worse than last time" if lost else "nothing is worse than last time")


def _show_failures(report: AnswerReport) -> None:
    table = Table("question", "kind", "asked", title="Not answered right")
    for score in report.failures()[:_FAILURES_SHOWN]:
        table.add_row(score.question.id, score.question.group, escape(score.question.turns[-1]))
    show_table(table)
    if len(report.failures()) > _FAILURES_SHOWN:
        out.print(f"… and {len(report.failures()) - _FAILURES_SHOWN:,} more; --json has them all")


def _print_json(value: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
