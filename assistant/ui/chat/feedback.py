"""What the page keeps on the server, in one SQLite file beside the index.

These are readers' verdicts, and their conversations where they log in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.errors import AssistantError
from assistant.ui.chat.archive import Archive, Kept

FILE_NAME = "notes.sqlite"
SECONDS_TO_WAIT = 5.0

_TABLES = (
    """CREATE TABLE IF NOT EXISTS feedback (
        at TEXT NOT NULL, verdict TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
        cited TEXT NOT NULL, backend TEXT NOT NULL, index_version TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS conversations (
        reader TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, saved TEXT NOT NULL,
        scopes TEXT NOT NULL, PRIMARY KEY (reader, id))""",
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A reader's verdict on an answer. `verdict` is “like”, “dislike” or a reason; `cited` the ids of papers."""

    verdict: str
    question: str
    answer: str
    cited: tuple[str, ...]
    backend: str
    index_version: str


class Notes:
    """The file; made at the first write. AssistantError says in one line why it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

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
        query = "SELECT id, name, at, saved, scopes FROM conversations WHERE reader = ? ORDER BY at DESC"
        with self._open() as database:
            rows = database.execute(query, (reader,)).fetchall()
        return Archive(
            tuple(Kept(i, name, at, saved, tuple(json.loads(scopes))) for i, name, at, saved, scopes in rows)
        )

    def keep_archive(self, reader: str, archive: Archive) -> None:
        """Keep these conversations of a reader, and no others."""
        rows = [(reader, k.id, k.name, k.when, k.saved, _column(k.scopes)) for k in archive.kept]
        with self._open() as database:
            database.execute("DELETE FROM conversations WHERE reader = ?", (reader,))
            database.executemany("INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection within a transaction; one for each use, so that any thread may come."""
        try:
            with closing(sqlite3.connect(self.path, timeout=SECONDS_TO_WAIT)) as database, database:
                for table in _TABLES:
                    database.execute(table)
                yield database
        except sqlite3.Error as error:
            raise AssistantError(
                f"{self.path} cannot be used ({error}): is the folder writable, the disk full?"
            ) from error


def _column(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
