"""`users`: who may log in to the page; names and hashes of passwords in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.commands.session import errors_as_lines
from assistant.errors import SettingsError
from assistant.settings import load_settings

DEFAULT_FILE = Path("users")
SHORTEST_PASSWORD = 8

users = typer.Typer(help="Who may log in to the page.", no_args_is_help=True)

File = Annotated[Path | None, typer.Option("--file", help="The users file; FOOTNOTE_USERS, or else `users`.")]


@users.command()
def add(name: str, file: File = None) -> None:
    """Add a reader, or give one a new password; it is asked for, or read from standard input."""
    with errors_as_lines():
        from assistant.ui.access.passwords import hashed
        from assistant.ui.access.users import LONGEST_PASSWORD, is_name, read_users, write_users

        path = _path(file)
        if not is_name(name):
            raise SettingsError(f"{name!r} cannot be a name: up to 64 characters, without a colon")
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise SettingsError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
        known = read_users(path) if path.exists() else {}
        write_users(path, known | {name: hashed(password)})
        typer.echo(f"{name} may log in; start the page with FOOTNOTE_USERS={path}")


@users.command()
def remove(name: str, file: File = None) -> None:
    """Take a reader out of the file. A page that is open lets them in until it is started again."""
    with errors_as_lines():
        from assistant.ui.access.users import read_users, write_users

        path = _path(file)
        known = read_users(path)
        if name not in known:
            raise SettingsError(f"no reader {name!r} in {path}")
        write_users(path, {other: kept for other, kept in known.items() if other != name})


@users.command("list")
def list_names(file: File = None) -> None:
    """The names in the file, one a line."""
    with errors_as_lines():
        from assistant.ui.access.users import read_users

        for name in read_users(_path(file)):
            typer.echo(name)


def _path(file: Path | None) -> Path:
    return file or load_settings().users or DEFAULT_FILE
