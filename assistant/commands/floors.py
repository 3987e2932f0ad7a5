"""`evaluate floors`: every question set of a floors file, offline, held against the least that it must reach."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.session import err, errors_as_lines, opened, out, room, settings_with, show_table, tell
from assistant.errors import EvaluationError
from ingest.progress import shown

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.evaluation.floors import Floor, Library, Outcome

FLOORS = Path("tests/questions/floors.toml")


def floors(
    file: Annotated[Path, typer.Argument(help="The file of floors.")] = FLOORS,
    only: Annotated[str, typer.Option(help="Only the libraries whose name has this in it.")] = "",
    keep: Annotated[
        Path | None, typer.Option(help="Keep the indexes here for the next time.", show_default=False)
    ] = None,
) -> None:
    """Ask every question set of a floors file, offline; exit status 1 if one is below its floor.

    Libraries whose papers are not on this machine are skipped with the reason; with CI=true that is a failure.
    """
    with errors_as_lines():
        from assistant.evaluation.floors import read_floors

        libraries = [library for library in read_floors(file) if only in library.name]
        if not libraries:
            raise EvaluationError(f"{file} has no library with “{only}” in its name")
        with _workplace(keep) as folder:
            present = [library for library in libraries if not _told_missing(library)]
            outcomes = [outcome for library in present for outcome in _outcomes(library, folder / library.name)]
        is_short = _judged(outcomes)
        if is_short or (len(present) < len(libraries) and os.environ.get("CI") == "true"):
            raise typer.Exit(1)


@contextmanager
def _workplace(keep: Path | None) -> Iterator[Path]:
    """The folder for indexes: a given one, or one that is gone afterwards."""
    if keep:
        yield keep
        return
    with TemporaryDirectory(prefix="footnote-floors-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _told_missing(library: Library) -> bool:
    """Whether something that the library needs is not there; says what."""
    if library.missing:
        tell(f"skipped: {library.name} needs {library.missing}, which is not there")
    return library.missing is not None


def _outcomes(library: Library, folder: Path) -> Iterator[Outcome]:
    """Index the library in `folder` and put its question sets to it."""
    folder.mkdir(parents=True, exist_ok=True)
    source = _source(library, folder)
    _index(source, folder / "index")
    with opened(settings_with(folder / "index", "extractive")) as assistant:
        for floor in library.sets:
            yield _asked(library, floor, folder, source, assistant)


def _source(library: Library, folder: Path) -> Path:
    """The file that holds the library's papers, made if it has to be."""
    from assistant.evaluation.generated import make_library
    from assistant.evaluation.paper_lists import write_library

    if library.kind == "listed":
        write_library(library.source, folder / "papers.jsonl")
        return folder / "papers.jsonl"
    if library.kind == "generator" and library.corpus:
        return make_library(library.source, folder, library.corpus, library.size, library.seed)
    return library.source


def _index(source: Path, folder: Path) -> None:
    from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
    from ingest.pipeline import ingest_papers
    from ingest.sources import find_papers

    with shown(err) as progress:
        ingest_papers(find_papers(str(source)), folder, SentenceTransformerEmbedder(), prune=True, progress=progress)


def _asked(library: Library, floor: Floor, folder: Path, source: Path, assistant: Assistant) -> Outcome:
    from assistant.evaluation.answer_metrics import evaluate_answers
    from assistant.evaluation.floors import Outcome
    from assistant.evaluation.generated import score_library
    from assistant.evaluation.question_sets import read_questions

    if floor.questions is None:
        figures = score_library(library.source, folder, assistant)
        out.print(f"{library.name}, {floor.name}\n{figures.table}", markup=False, soft_wrap=True)
        return Outcome(library.name, floor, {"pass": figures.passed, "opposite": figures.opposite})
    report = evaluate_answers(read_questions(floor.questions), assistant, _ids(library.ids or source))
    show_table(report.table(f"{library.name}, {floor.name}", room()))
    return Outcome(library.name, floor, {"pass": report.passed, "strict": report.strict})


def _ids(source: Path) -> Mapping[str, str]:
    """The ids that the questions use, by title: an index may know the same papers by others."""
    from assistant.evaluation.scoring import ids_by_title
    from ingest.sources import Found, find_papers

    return ids_by_title(tuple(record.paper for record in find_papers(str(source)) if isinstance(record, Found)))


def _judged(outcomes: list[Outcome]) -> bool:
    """Say which sets are below their floors and which floors could rise; whether any is below."""
    shortfalls = [line for outcome in outcomes for line in outcome.shortfalls()]
    for line in [*(line for outcome in outcomes for line in outcome.rises()), *shortfalls]:
        out.print(line, markup=False, soft_wrap=True)
    if not shortfalls:
        out.print(f"no set is below its floor ({len(outcomes)} sets)")
    return bool(shortfalls)
