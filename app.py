"""The web app: flags, settings, wiring, launch."""

from __future__ import annotations

import os

# Before Gradio is imported: it reports home and looks for updates unless told not to.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import sys
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
def main(
    index: Annotated[Path | None, typer.Option(help="Folder of the index.")] = None,
    llm: Annotated[str | None, typer.Option(help="Which backend answers: auto, extractive, ollama:MODEL, …")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    public: Annotated[bool | None, typer.Option("--public", help="Let everybody in who reaches the address.")] = None,
) -> None:
    """Serve the chat on this machine. Settings not given here come from FOOTNOTE_… variables and .env."""
    try:
        run(load_settings(index=index, llm=llm, host=host, port=port, public=public))
    except (AssistantError, IngestError) as error:
        typer.echo(f"footnote: {error}", err=True)
        sys.exit(1)


def run(settings: Settings) -> None:
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
            from ingest.index.checking import passed_over

            assistant = open_assistant(settings)
            for trouble in passed_over(settings.index):
                typer.echo(f"footnote: {trouble}", err=True)
            opened.enter_context(closing(assistant.index))
            assistant.warm_up()
            from assistant.ui.page import backend_line, web_app

            held = texts.papers_held(len(assistant.papers()))
            ready = texts.READY.format(
                address_of(listener),
                held,
                backend_line(settings),
                access.described(settings.public),
            )
            page = web_app(assistant, access, settings.log)
        serve(page, listener, when_ready=lambda: typer.echo(ready))


if __name__ == "__main__":
    cli()
