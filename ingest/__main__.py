"""The command line of this part: `python -m ingest [SOURCES…]`, `sync`, `remove ID…` and `list`.

What takes seconds to import (the model, Chroma) is imported where it is used, so that help and the refusal of a
wrong path come at once. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from dotenv import load_dotenv
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from ingest.commands.keeping import register
from ingest.deduplication import Merge
from ingest.errors import IndexMismatch, IndexMissing, IndexStoreError, IngestError, SourceError
from ingest.origins import Delivery, Ledger, delivered, read_origins, records_of
from ingest.papers import Paper, Refusal
from ingest.progress import duration, shown
from ingest.quiet import hush
from ingest.report import IngestReport
from ingest.sources import FORMATS, Found, find_papers

if TYPE_CHECKING:
    from ingest.embedding.base import Embedder

# More refusals or merges than this would push the summary off the screen; --json has them all.
_RECORDS_SHOWN = 20
# Ids of papers that a line names.
_NAMED = 5
# What shells report for a program that Ctrl-C ended.
_INTERRUPTED = 130

# What the last line of a run counts, in this order.
_COUNTED = ("added", "updated", "unchanged", "removed", "merged", "refused")

# In what precision the model reads texts, where not in what is fastest.
_PRECISION = "FOOTNOTE_EMBEDDING_PRECISION"

_DEFAULT_COMMAND = "add"
_OPTIONS_WITH_VALUE = ("--index", "--model", "--format")

_out = Console()
_err = Console(stderr=True, soft_wrap=True, highlight=False)


class _DefaultGroup(TyperGroup):
    """A group in which `python -m ingest FILE` means `python -m ingest add FILE`.

    The command is the first word that is neither an option nor an option's value, so that options may stand before
    it. A file that is called like a command is written `./list`.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Bring the command to the front, where click looks for it."""
        if args[:1] != ["--help"]:
            args = self._command_first(args)
        return super().parse_args(ctx, args)

    def _command_first(self, args: list[str]) -> list[str]:
        is_value = False
        for place, word in enumerate(args):
            if word in self.commands and not is_value:
                return [word, *args[:place], *args[place + 1 :]]
            if not word.startswith("-") and not is_value:
                break
            is_value = word in _OPTIONS_WITH_VALUE
        return [_DEFAULT_COMMAND, *args]


cli = typer.Typer(
    cls=_DefaultGroup,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)

Index = Annotated[Path, typer.Option(envvar="FOOTNOTE_INDEX", help="The folder of the index.")]
Model = Annotated[
    str,
    typer.Option(
        envvar="FOOTNOTE_EMBEDDING_MODEL", help="A sentence-transformers id or folder; empty means the bundled one."
    ),
]
Watch = Annotated[
    bool, typer.Option("--watch", help="Go on, and sync whenever a file of the sources is written, or Zotero changes.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
_DEFAULT_INDEX = Path("index")


@cli.callback()
def main() -> None:
    """From papers to a searchable index. `python -m ingest SOURCES…` is short for `python -m ingest add SOURCES…`."""


@cli.command()
def add(  # noqa: PLR0913, PLR0917 - one parameter an option
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            help="Files (BibTeX, RIS, PubMed, EndNote XML, CSV, JSON and more; .gz too), `-` for standard input, "
            "`zotero:` for the Zotero on this machine, `arxiv:` with ids, `title:…` or `query:…`, `doi:` or "
            "`openalex:` with ids. Without any: the bundled papers.",
            show_default=False,
        ),
    ] = None,
    index: Index = _DEFAULT_INDEX,
    format: Annotated[  # noqa: A002 - the option is called so
        str | None, typer.Option(help=f"Read every source as this: {', '.join(FORMATS)}.", show_default=False)
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove papers that are not in the sources.")] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Make the index anew, of the papers it holds and those of the sources."),
    ] = False,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Rebuild if another model or an older version made the index.")
    ] = False,
    watch: Watch = False,
    as_json: Json = False,
    model: Model = "",
) -> None:
    """Bring papers into the index; those already there, with the same words, cost nothing.

    What cannot be used is refused, a line each, and the rest goes in. The exit status is 0 if all went in, 1 if
    anything was refused or nothing could be done, 2 for an option that is none.
    """
    with _errors_as_lines():
        rebuild = rebuild or (upgrade and _is_outdated(index, model))
        is_own = not sources and _holds_own_papers(index)
        keeps = is_own or (rebuild and not prune and _holds_papers(index))
        deliveries = _deliveries(sources or [], format, index)
        records = list(records_of(deliveries) if sources else _records(_default_sources(keeps), format))
        prune = prune and not is_own
        ledger = Ledger(index, deliveries, forgets=prune) if sources else None
        if keeps or any(isinstance(record, Found) for record in records) or any(each.gone for each in deliveries):
            report = _ingest(records, index, model, prune, rebuild, ledger)
        else:
            report = _nothing_done(records, index)
        if watch:
            _print(report, index, as_json)
            _watch(sources or [], index, model, as_json)
        _tell(report, index, as_json)


@cli.command()
def sync(index: Index = _DEFAULT_INDEX, watch: Watch = False, as_json: Json = False, model: Model = "") -> None:
    """Read every source of the index again: what is new or changed goes in, what a source gives no more goes."""
    with _errors_as_lines():
        report = _synchronised(index, model)
        if watch:
            _print(report, index, as_json)
            _watch(list(read_origins(index)), index, model, as_json)
        _tell(report, index, as_json)


def _deliveries(sources: Sequence[str], format_name: str | None, index: Path) -> list[Delivery]:
    before = read_origins(index)
    return [delivered(source, format_name, before) for source in sources]


def _synchronised(index: Path, model: str) -> IngestReport:
    from ingest.index.manifest import read_manifest

    read_manifest(index)
    before = read_origins(index)
    deliveries = [delivered(name, None, before) for name in before if name]
    if not deliveries:
        raise SourceError(f"{index} remembers no source; add one: python -m ingest papers.bib --index {index}")
    records = list(records_of(deliveries))
    ledger = Ledger(index, deliveries, removes=True)
    return _ingest(records, index, model, False, False, ledger, keeps_removed=True)


def _watch(sources: Sequence[str], index: Path, model: str, as_json: bool) -> NoReturn:
    """Bring the index up to date whenever a file is written, until Ctrl-C."""
    from ingest.watching import changes_of

    _err.print("watching; Ctrl-C ends it")
    for _ in changes_of([source for source in sources if source]):
        try:
            _print(_synchronised(index, model), index, as_json)
        except IngestError as error:  # half-written, perhaps: the next change will tell
            _err.print(escape(f"ingest: {error}"))
    raise typer.Exit(0)


@cli.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Ids of papers, as `list` shows them.", metavar="ID…")],
    index: Index = _DEFAULT_INDEX,
    as_json: Json = False,
    model: Model = "",
) -> None:
    """Take papers out of the index. An id that it does not hold is refused; the others go."""
    with _errors_as_lines():
        from ingest.pipeline import remove_papers

        _tell(remove_papers(ids, index, _embedder(model)), index, as_json)


@cli.command("list")
def list_papers(index: Index = _DEFAULT_INDEX, as_json: Json = False) -> None:
    """List the papers of the index: id, year, first author and title."""
    with _errors_as_lines():
        from ingest.index.arrivals import read_arrivals
        from ingest.index.manifest import read_manifest
        from ingest.index.paper_index import papers_held

        read_manifest(index)
        papers, arrivals = papers_held(index), read_arrivals(index)
    if as_json:
        entries = [_entry(paper, arrivals.added(paper.id)) for paper in papers]
        print(json.dumps(entries, ensure_ascii=False, indent=1))
    else:
        _out.print(_table(papers))


def _default_sources(keeps: bool) -> list[str]:
    """The bundled papers; no source is needed to make an index anew of what it holds."""
    from ingest.bundled import BUNDLED_CORPUS

    return [] if keeps else [str(BUNDLED_CORPUS)]


def _holds_own_papers(index: Path) -> bool:
    """Whether an index holds other papers than the bundled ones, which are not put among those unasked."""
    from ingest.bundled import BUNDLED_CORPUS
    from ingest.index.manifest import has_stores
    from ingest.index.paper_index import papers_held

    if not has_stores(index):
        return False
    try:
        held = {paper.id for paper in papers_held(index)}
    except IndexStoreError:
        return True  # whatever they are: opening the index will say what is amiss
    bundled = {record.paper.id for record in find_papers(str(BUNDLED_CORPUS)) if isinstance(record, Found)}
    return not held <= bundled


def _holds_papers(index: Path) -> bool:
    from ingest.index.paper_index import papers_held

    try:
        return bool(papers_held(index))
    except IndexStoreError:
        return False


def _records(sources: Sequence[str], format_name: str | None) -> Iterator[Found | Refusal]:
    """The records of all sources; one that cannot be read at all is a refusal of line 0, and the others go in."""
    for source in sources:
        try:
            yield from find_papers(source, format_name)
        except SourceError as error:
            yield Refusal(source, 0, str(error))


def _is_outdated(index: Path, model: str) -> bool:
    from ingest.index.paper_index import PaperIndex

    try:
        PaperIndex.open(index, _embedder(model)).close()
    except IndexMissing:
        return False
    except IndexMismatch:
        return True
    return False


def _ingest(  # noqa: PLR0913, PLR0917 - what a run needs
    records: list[Found | Refusal],
    index: Path,
    model: str,
    prune: bool,
    rebuild: bool,
    ledger: Ledger | None,
    keeps_removed: bool = False,
) -> IngestReport:
    from ingest.pipeline import ingest_papers, rebuild_index

    embedder = _embedder(model)
    with shown(_err) as progress:
        if rebuild:
            return rebuild_index(records, index, embedder, prune, progress, ledger)
        return ingest_papers(records, index, embedder, prune, progress, ledger, keeps_removed)


def _nothing_done(records: Sequence[Found | Refusal], index: Path) -> IngestReport:
    """Where no source had a paper, the index is not even opened, and the report comes at once."""
    from ingest.index.manifest import read_manifest

    report = IngestReport(refused=tuple(record for record in records if isinstance(record, Refusal)))
    try:
        manifest = read_manifest(index)
    except IndexStoreError:
        return report
    return replace(report, papers=manifest.papers, passages=manifest.passages)


@cache
def _embedder(model: str) -> Embedder:
    from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model, os.environ.get(_PRECISION, ""))


def _tell(report: IngestReport, index: Path, as_json: bool) -> None:
    """Print what was done; exit status 1 if anything was refused."""
    _print(report, index, as_json)
    if report.refused:
        raise typer.Exit(1)


def _print(report: IngestReport, index: Path, as_json: bool) -> None:
    _tell_lines(report.refused, "refused")
    _tell_lines(report.merged, "merged")
    if report.kept_out and not as_json:
        _err.print(escape(_said_to_stay_out(report.kept_out)))
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False))
    elif report.seconds:
        _out.print(_summary(report, index), highlight=False, soft_wrap=True)


def _tell_lines(records: Sequence[Refusal | Merge], fate: str) -> None:
    for record in records[:_RECORDS_SHOWN]:
        place = f"{record.source}:{record.line}: " if record.line else ""
        _err.print(escape(f"{place}{record.reason}"))
    if len(records) > _RECORDS_SHOWN:
        _err.print(f"… and {len(records) - _RECORDS_SHOWN:,} more that were {fate}; --json lists them all")


def _said_to_stay_out(ids: Sequence[str]) -> str:
    """That removed papers stay out, and how to undo it."""
    named = ", ".join(ids[:_NAMED]) + (f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else "")
    stay = "1 paper that was removed stays" if len(ids) == 1 else f"{len(ids):,} papers that were removed stay"
    return f"{stay} out: {named}; to have it back: python -m ingest restore ID, then sync"


def _summary(report: IngestReport, index: Path) -> str:
    counts = {name: len(getattr(report, name)) for name in _COUNTED}
    done = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing to do"
    return f"{done}; {escape(str(index))} holds {report.papers:,} papers ({duration(report.seconds)})"


def _entry(paper: Paper, added: str | None) -> dict[str, object]:
    """A paper for `list --json`: every field, where the original can be read, and when it came if that is kept."""
    return asdict(paper) | {"link": paper.link, "added": added}


def _table(papers: Sequence[Paper]) -> Table:
    table = Table("id", "year", "first author", "title", box=None, header_style="bold")
    for paper in papers:
        year = str(paper.year or "")
        table.add_row(escape(paper.id), year, escape(paper.first_author or ""), escape(paper.title))
    return table


@contextmanager
def _errors_as_lines() -> Iterator[None]:
    """What goes wrong becomes one line on standard error and exit status 1."""
    try:
        yield
    except IngestError as error:
        _err.print(escape(f"ingest: {error}"))
        sys.exit(1)
    except KeyboardInterrupt:
        _err.print("ingest: interrupted; the index is as it was last written, and the same command goes on from there")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing is left to say, and nobody to say it to
        sys.exit(1)


register(cli)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service that is stopped is told what Ctrl-C is told
    hush()
    load_dotenv(Path(".env"))
    cli()
