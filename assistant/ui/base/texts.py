"""Every word of the page, in the language that its reader has chosen: `texts.NAME` is what `words/LANGUAGE.toml` says.

Templates see these names as `texts.…`; those with braces are filled by `str.format`. Which language that is, is part of
the context in which a page is built and its events are answered (see `pages`), so that nobody hands it on. What the
terminal and other programs are told stands here itself: it is English for all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parents[1] / "words"
LANGUAGES = ("en", "de", "zh")
"""The languages of the page, by their codes of ISO 639-1; the first is the one without a choice."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def __getattr__(name: str) -> Any:
    """The words of that name in the language of this context."""
    try:
        return words_of(language())[name]
    except KeyError:
        raise AttributeError(f"the page has no words called {name}") from None


@cache
def words_of(code: str) -> Mapping[str, Any]:
    """All words of a language by their names; lists are tuples."""
    with (WORDS / f"{code}.toml").open("rb") as file:
        return {name: _frozen(value) for name, value in tomllib.load(file).items()}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def language() -> str:
    """The code of the language that is spoken here."""
    return _LANGUAGE.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for as long as the block runs, also in the tasks and threads that begin within it."""
    token = _LANGUAGE.set(code)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def number(count: int) -> str:
    """A whole number with its thousands apart, as this language sets them apart."""
    thousands: str = words_of(language())["THOUSANDS"]
    return f"{count:,}".replace(",", thousands)


def papers_held(count: int) -> str:
    """So many papers, in words."""
    words = words_of(language())
    one, many = str(words["ONE_PAPER"]), str(words["PAPERS_HELD"])
    return one if count == 1 else many.format(number(count))


TITLE = "Footnote"

# The terminal
READY = "Footnote is ready on {} — {}, {}{}"
STARTING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
    "<title>Footnote</title>"
    "<p>Footnote is starting; this page looks again by itself."
)
FOR_THIS_MACHINE, FOR_EVERYBODY = "", ", open to everybody who reaches this machine"
FOR_READERS, FOR_ONE_READER, FOR_PROXY = ", for {} readers", ", for 1 reader", ", for whom the proxy names"
LOGINS_WRONG = "FOOTNOTE_LOGINS cannot be used: write name:password, with commas between, and each name once"
LOGINS_PLAIN = (
    "footnote: FOOTNOTE_LOGINS holds passwords in plain text; `footnote users add NAME` keeps hashes in a file instead"
)
USERS_UNREADABLE = "the users file {path} cannot be read ({reason}): name another with FOOTNOTE_USERS"
USERS_UNWRITABLE = "the users file {path} cannot be written: {reason}"
USERS_LINE_WRONG = "{path}, line {line}, is no name with a hash: write it with `footnote users add NAME`"
PROXY_UNTRUSTED = "FOOTNOTE_PROXY_USER_HEADER needs FOOTNOTE_TRUSTED_PROXIES, the addresses whose word on it counts"
NOT_PUBLIC = (
    "{host} can be reached from other machines: set up logins (`footnote users add NAME`, then FOOTNOTE_USERS), "
    "or say --public to let everybody in"
)

# At the gate
FOREIGN_HOST = "This page does not answer to the host “{host}”; FOOTNOTE_ALLOWED_HOSTS can name it."
FOREIGN_ORIGIN = "Another site may not ask this page; FOOTNOTE_ALLOWED_HOSTS can name it."
TOO_LARGE = "A request may have at most {} MB."
NOT_YOUR_VISIT = "This page belongs to another reader."
NOTHING_THERE = "There is nothing at this address."
TOO_MANY = "Too many requests: try again in a moment."
LOGIN_BY_FORM = "Log in by sending the form's username and password."
LOGIN_NEEDED = "Log in first: at /login, or with name and password as Basic or Bearer authorization."
PORT_TAKEN = "port {port} on {host} is taken: stop what runs there, or choose another with --port"
PORT_REFUSED = "cannot listen on {host}:{port} ({reason}): choose another with --host or --port"

# Other programs
MCP_INSTRUCTIONS = (
    "A library of research papers. `ask` answers questions with citations, `search` finds passages, `compare` sets "
    "papers side by side, `list_papers` and `get_paper` look around. Paper ids are arXiv ids where known."
)
FAILED_HERE = "This failed here, and not because of what was asked; the log of request {} may say why."
CALL_UNREADABLE = "no endpoint of this name takes these arguments; /gradio_api/info lists them all"
