"""`check`, `repair`, `export`, `import` and `restore`: that an index stays whole, and what went comes back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from ingest.errors import IngestError

_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False)

Index = Annotated[Path, typer.Option(envvar="FOOTNOTE_INDEX", help="The folder of the index.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Model = Annotated[str, typer.Option(envvar="FOOTNOTE_EMBEDDING_MODEL", help="The model of the index.")]
_DEFAULT_INDEX = Path("index")


def check(index: Index = _DEFAULT_INDEX, as_json: Json = False) -> None:
    """Read every file of the index and say which is not as it was written; exit status 1 if any is not."""
    with _errors_as_lines():
        from ingest.index.checking import check_index
        from ingest.index.manifest import read_manifest

        troubles = check_index(index)
        papers = read_manifest(index).papers
    if as_json:
        typer.echo(json.dumps({"papers": papers, "troubles": troubles}, ensure_ascii=False))
    elif troubles:
        for trouble in troubles:
            _out.print(escape(trouble))
        _out.print(escape(f"→ python -m ingest repair --index {index}"))
    else:
        _out.print(escape(f"{index}: {papers:,} papers, every file as it was written"))
    if troubles:
        raise typer.Exit(1)


def repair(index: Index = _DEFAULT_INDEX, as_json: Json = False, model: Model = "") -> None:
    """Make again what is damaged, without embedding; say what is lost. Exit status 1 if anything is."""
    with _errors_as_lines():
        from dataclasses import asdict

        from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
        from ingest.index.repair import repair_index

        report = repair_index(index, SentenceTransformerEmbedder(model))
    if as_json:
        typer.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        for line in report.repaired:
            _out.print(escape(line))
        for line in report.lost:
            _out.print(escape(f"lost: {line}"))
        done = "repaired" if report.repaired else "nothing to repair"
        _out.print(escape(f"{done}; {index} holds {report.papers:,} papers"))
    if report.lost:
        raise typer.Exit(1)


def export(
    file: Annotated[Path, typer.Argument(help="The file to write.", metavar="FILE")], index: Index = _DEFAULT_INDEX
) -> None:
    """Write the whole index into one file, for a backup or another machine."""
    with _errors_as_lines():
        from ingest.index.archive import export_index

        manifest = export_index(index, file)
    _out.print(escape(f"{file}: {manifest.papers:,} papers, {file.stat().st_size:,} bytes, read back and right"))


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `export` wrote.", metavar="FILE")],
    index: Index = _DEFAULT_INDEX,
) -> None:
    """Make an index of an exported file, in a folder that holds none; nothing is embedded."""
    with _errors_as_lines():
        from ingest.index.archive import import_index

        manifest = import_index(file, index)
    _out.print(escape(f"{index} holds {manifest.papers:,} papers"))


def restore(
    ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of papers that were removed. Without any: all are listed.")
    ] = None,
    index: Index = _DEFAULT_INDEX,
    as_json: Json = False,
) -> None:
    """Let papers that were removed come again with the next `sync`; exit status 1 for an id that was not removed."""
    with _errors_as_lines():
        from ingest.index.snapshots import writer_lock
        from ingest.origins import read_again
        from ingest.removals import read_removals, take_back

        removals = read_removals(index)
        wanted = {name: removals.called(name) for name in ids or ()}
        restored = [removal for found in wanted.values() for removal in found]
        if restored:
            with writer_lock(index):
                take_back(index, restored)
                read_again(index)
    unknown = [name for name, found in wanted.items() if not found]
    shown = restored if ids else list(removals.all)
    if as_json:
        papers = [{"id": each.paper.id, "title": each.paper.title} for each in shown]
        typer.echo(json.dumps({"restored" if ids else "removed": papers, "unknown": unknown}, ensure_ascii=False))
    else:
        for each in shown:
            _out.print(escape(f"{each.paper.id}  {each.paper.title}"))
        for name in unknown:
            _err.print(escape(f"no paper {name!r} was removed from {index}"))
        if restored:
            _out.print(escape(f"may come again; bring it in: python -m ingest sync --index {index}"))
        elif not ids and not shown:
            _out.print(escape(f"nothing was removed from {index}"))
    if unknown:
        raise typer.Exit(1)


@contextmanager
def _errors_as_lines() -> Iterator[None]:
    try:
        yield
    except IngestError as error:
        _err.print(escape(f"ingest: {error}"))
        sys.exit(1)


def register(cli: typer.Typer) -> None:
    """Add these commands to a command line."""
    cli.command()(check)
    cli.command()(repair)
    cli.command()(export)
    cli.command("import")(import_)
    cli.command()(restore)
