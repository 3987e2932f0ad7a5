"""`doctor`: what was looked at, what was found, and the mend of what is amiss."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.markup import escape

from assistant.commands.session import AsJson, Index, Llm, errors_as_lines, out, settings_with
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.commands.checks import Check
    from assistant.settings import Settings


def doctor(as_json: AsJson = False, index: Index = None, llm: Llm = None) -> None:
    """Look whether everything is there that an answer needs, and how the language model does its part.

    The chosen model is asked one small question, and no other anything. The exit status is 1 if anything is amiss.
    """
    with errors_as_lines():
        checks = _examined(settings_with(index, llm))
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=1))
    else:
        for check in checks:
            _show(check)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _examined(settings: Settings) -> tuple[Check, ...]:
    from assistant.commands.checks import examine
    from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
    from ingest.index.paper_index import PaperIndex

    try:
        embedder = SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_precision)
    except IngestError as error:
        return examine(settings, error, error)
    try:
        index = PaperIndex.open(settings.index, embedder)
    except IngestError as error:
        return examine(settings, error, embedder)
    with closing(index):
        return examine(settings, index, embedder)


def _show(check: Check) -> None:
    sign = "[green]✓[/]" if check.ok else "[red]✗[/]"
    out.print(f"{sign} [bold]{escape(check.name)}[/]: {escape(check.detail)}", soft_wrap=True)
    if check.mend:
        out.print(f"  → {escape(check.mend)}", soft_wrap=True)
