"""The web app: flags, settings, wiring, launch."""

from __future__ import annotations

import os

# Before Gradio is imported: it reports home and looks for updates unless told not to.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import AssistantError
from assistant.settings import Settings, load_settings
from ingest.errors import IngestError
from ingest.quiet import hush

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def main(  # noqa: PLR0913, PLR0917 (each is a flag)
    index: Annotated[
        list[Path] | None, typer.Option(help="Folder of an index; several are libraries to switch between.")
    ] = None,
    libraries: Annotated[
        Path | None, typer.Option(help="Folder of further libraries, where the page makes new ones.")
    ] = None,
    llm: Annotated[str | None, typer.Option(help="Which backend answers: auto, extractive, ollama:MODEL, …")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    public: Annotated[bool | None, typer.Option("--public", help="Let everybody in who reaches the address.")] = None,
) -> None:
    """Serve the chat on this machine. Settings not given here come from FOOTNOTE_… variables and .env."""
    try:
        first, *others = index or (None,)
        settings = load_settings(index=first, libraries=libraries, llm=llm, host=host, port=port, public=public)
        run(settings, [path for path in others if path])
    except (AssistantError, IngestError) as error:
        typer.echo(f"footnote: {error}", err=True)
        sys.exit(1)


def run(settings: Settings, others: Sequence[Path] = ()) -> None:
    """Take the port, say that we are starting, open the index, and serve until interrupted.

    Imported here, each as late as it can be: the widgets and the model take seconds to load, and whoever asked for
    `--help`, or named a port that is taken, need not wait for them.
    """
    hush()
    from assistant.ui.access.gate import access_of
    from assistant.ui.access.users import has_plain_logins
    from assistant.ui.base import texts
    from assistant.ui.server import address_of, listening, serve, waiting

    access = access_of(settings)
    if has_plain_logins(settings):
        typer.echo(texts.LOGINS_PLAIN, err=True)
    with listening(settings.host, settings.port) as listener, ExitStack() as opened:
        with waiting(listener, access.hosts):
            from assistant.answering import open_assistant
            from assistant.libraries import Libraries
            from ingest.index.checking import passed_over
            from ingest.index.manifest import read_manifest

            for path in others:  # a folder that holds no index is told at once, and not when it is switched to
                read_manifest(path)
            assistant = open_assistant(settings)
            opened.enter_context(closing(assistant.index))
            for trouble in passed_over(settings.index):
                typer.echo(f"footnote: {trouble}", err=True)
            libraries = Libraries(assistant, others, settings.libraries)
            opened.enter_context(closing(libraries))
            assistant.warm_up()
            from assistant.ui.page import backend_line, web_app

            held = texts.papers_held(len(assistant.papers()))
            ready = texts.READY.format(
                address_of(listener),
                held,
                backend_line(settings),
                access.described(settings.public),
            )
            page = web_app(assistant, access, settings.log, libraries)
        serve(page, listener, when_ready=lambda: typer.echo(ready))


if __name__ == "__main__":
    cli()
