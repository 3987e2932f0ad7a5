"""What the page keeps on the server, in one SQLite file beside the index.

These are readers' verdicts, and their conversations where they log in. A file that is damaged, or was emptied, is set
aside and told, once; what follows begins a new one.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import AssistantError
from assistant.ui.chat.archive import Archive, Kept

FILE_NAME = "notes.sqlite"
SECONDS_TO_WAIT = 5.0

# By version: what brings a file of the one before it up to date. `PRAGMA user_version` counts them.
_MIGRATIONS = (
    """CREATE TABLE IF NOT EXISTS feedback (
        at TEXT NOT NULL, verdict TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
        cited TEXT NOT NULL, backend TEXT NOT NULL, index_version TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS conversations (
        reader TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, saved TEXT NOT NULL,
        scopes TEXT NOT NULL, PRIMARY KEY (reader, id))""",
    """CREATE TABLE IF NOT EXISTS conditions (
        reader TEXT NOT NULL, id TEXT NOT NULL, filters TEXT NOT NULL, PRIMARY KEY (reader, id))""",
    """CREATE TABLE IF NOT EXISTS marks (
        reader TEXT NOT NULL, paper TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL,
        state TEXT NOT NULL, PRIMARY KEY (reader, paper))""",
)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's verdict on an answer. `verdict` is “like”, “dislike” or a reason; `cited` the ids of papers."""

    verdict: str
    question: str
    answer: str
    cited: tuple[str, ...]
    backend: str
    index_version: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader has noted on a paper: Markdown, tags, and "", "to read" or "read"."""

    note: str = ""
    tags: tuple[str, ...] = ()
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.note or self.tags or self.state)


class Notes:
    """The file; made at the first write. AssistantError says in one line why it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self._is_checked = False

    def add_feedback(self, feedback: Feedback) -> None:
        """Keep a verdict, with the time; the same one on the same answer once only, however often it is clicked."""
        values = [_column(value) for value in asdict(feedback).values()]
        with self._open() as database:
            database.execute("DELETE FROM feedback WHERE (verdict, question, answer) = (?, ?, ?)", values[:3])
            database.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)", (_now(), *values))

    def feedback_lines(self) -> Iterator[str]:
        """Every verdict as one line of JSON, oldest first; none where nobody has judged yet."""
        if not self.path.exists():
            return
        with self._open() as database:
            rows = database.execute("SELECT * FROM feedback ORDER BY at").fetchall()
        for at, *values, cited, backend, version in rows:
            record = dict(zip(("verdict", "question", "answer"), values, strict=True))
            record |= {"cited": json.loads(cited), "backend": backend, "index_version": version}
            yield json.dumps({"at": at, **record}, ensure_ascii=False)

    def archive(self, reader: str) -> Archive:
        """The conversations of a reader who logged in."""
        query = (
            "SELECT id, name, at, saved, scopes, coalesce(filters, '') FROM conversations "
            "LEFT JOIN conditions USING (reader, id) WHERE reader = ? ORDER BY at DESC"
        )
        with self._open() as database:
            rows = database.execute(query, (reader,)).fetchall()
        return Archive(
            tuple(
                Kept(i, name, at, saved, tuple(json.loads(scopes)), told) for i, name, at, saved, scopes, told in rows
            )
        )

    def keep_archive(self, reader: str, archive: Archive) -> None:
        """Keep these conversations of a reader, and no others."""
        rows = [(reader, k.id, k.name, k.when, k.saved, _column(k.scopes)) for k in archive.kept]
        narrowed = [(reader, k.id, k.filters) for k in archive.kept if k.filters]
        with self._open() as database:
            database.execute("DELETE FROM conversations WHERE reader = ?", (reader,))
            database.execute("DELETE FROM conditions WHERE reader = ?", (reader,))
            database.executemany("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)", rows)
            database.executemany("INSERT INTO conditions VALUES (?, ?, ?)", narrowed)

    def marks(self, reader: str) -> dict[str, Mark]:
        """What a reader has noted on papers, by their ids; those noted last come first."""
        if not self.path.exists():
            return {}
        query = "SELECT paper, note, tags, state FROM marks WHERE reader = ? ORDER BY at DESC"
        with self._open() as database:
            rows = database.execute(query, (reader,)).fetchall()
        return {paper: Mark(note, tuple(json.loads(tags)), state) for paper, note, tags, state in rows}

    def mark(self, reader: str, paper_id: str, mark: Mark) -> None:
        """Keep what a reader notes on a paper, in place of what was noted before; an empty mark keeps nothing."""
        with self._open() as database:
            database.execute("DELETE FROM marks WHERE (reader, paper) = (?, ?)", (reader, paper_id))
            if mark:
                values = (reader, paper_id, _now(), mark.note, _column(mark.tags), mark.state)
                database.execute("INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?)", values)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection within a transaction; one for each use, so that any thread may come."""
        try:
            self._refuse_an_emptied_file()
            with closing(sqlite3.connect(self.path, timeout=SECONDS_TO_WAIT)) as database, database:
                self._prepare(database)
                yield database
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                raise self._set_aside("is damaged") from error
            raise AssistantError(
                f"{self.path} cannot be used ({error}): is the folder writable, the disk full?"
            ) from error

    def _prepare(self, database: sqlite3.Connection) -> None:
        """Bring the file up to this version; the first time in a process, look whether it is whole."""
        if not self._is_checked:
            database.execute("PRAGMA journal_mode = WAL")
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                database.close()
                raise self._set_aside("is damaged")
            self._is_checked = True
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > len(_MIGRATIONS):
            raise AssistantError(f"{self.path} was written by a newer version of Footnote: use that one")
        for step in _MIGRATIONS[version:]:
            database.execute(step)
        if version < len(_MIGRATIONS):
            database.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")

    def _refuse_an_emptied_file(self) -> None:
        """SQLite takes an empty file for a new one; but one that lay there for a while has lost what it held."""
        with suppress(FileNotFoundError):
            found = self.path.stat()
            if not found.st_size and time.time() - found.st_mtime > SECONDS_TO_WAIT:
                raise self._set_aside("is empty")

    def _set_aside(self, state: str) -> AssistantError:
        """Move the file and its log out of the way, under a name of their own; the error that says so."""
        self._is_checked = False
        aside = self.path.with_name(f"{FILE_NAME}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        for suffix in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(FILE_NAME + suffix).rename(aside.with_name(aside.name + suffix))
        return AssistantError(f"{self.path} {state}: it is kept as {aside.name}, and a new one begins")


def _column(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
