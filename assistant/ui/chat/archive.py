"""Kept conversations: named by their first question, searchable, renamed, deleted, reopened with their citations.

An archive is a value. Where it lives, in the reader's browser or with a login in SQLite, is the affair of `history`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from assistant.export.saved import conversation_from_json, conversation_to_json
from assistant.ui.chat.thread import Entry, Thread
from ingest.text.tidy import shortened

LONGEST_NAME = 80
PINNED = "pinned"
"""The id of the conversation that pinned answers make."""
# A browser keeps about five million characters a site; the oldest conversations make room for the newest.
MOST_CHARACTERS = 3_500_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation as it is kept: `saved` as the export writes it, `scopes` what each question was asked from.

    `filters` are the conditions in force, as `narrowing` writes them.
    """

    id: str
    name: str
    when: str
    saved: str
    scopes: tuple[str, ...] = ()
    filters: str = ""

    @property
    def thread(self) -> Thread:
        """The conversation, opened again; AssistantError if what was kept cannot be read."""
        turns = conversation_from_json(self.saved).turns
        scopes = (*self.scopes, *("" for _ in turns[len(self.scopes) :]))
        return Thread(
            tuple(Entry(turn.question, turn.answer, scope) for turn, scope in zip(turns, scopes, strict=False))
        )


@dataclass(frozen=True, slots=True)
class Archive:
    """Kept conversations, newest first."""

    kept: tuple[Kept, ...] = ()

    def get(self, kept_id: str | None) -> Kept | None:
        """The conversation of that id, or None."""
        return next((kept for kept in self.kept if kept.id == kept_id), None)

    def with_thread(self, kept_id: str, thread: Thread, filters: str = "") -> Archive:
        """This archive with a thread kept under an id, moved to its top; an empty thread changes nothing."""
        if not thread.entries:
            return self
        old = self.get(kept_id)
        name = old.name if old else shortened(" ".join(thread.entries[0].question.split()), LONGEST_NAME)
        saved = conversation_to_json(thread.conversation)
        new = Kept(kept_id, name, _now(), _compact(saved), tuple(entry.scope for entry in thread.entries), filters)
        return Archive(_that_fit((new, *self.without(kept_id).kept)))

    def with_pinned(self, entry: Entry, name: str) -> Archive:
        """This archive with an answer behind those pinned before, which are a conversation of their own."""
        old = self.get(PINNED)
        entries = old.thread.entries if old else ()
        if any((e.question, e.answer.text) == (entry.question, entry.answer.text) for e in entries):
            return self
        pinned = self.with_thread(PINNED, Thread((*entries, entry)))
        return pinned if old else pinned.renamed(PINNED, name)

    def renamed(self, kept_id: str, name: str) -> Archive:
        """This archive with another name for a conversation; a blank name changes nothing."""
        name = shortened(" ".join(name.split()), LONGEST_NAME)
        return Archive(tuple(replace(k, name=name) if name and k.id == kept_id else k for k in self.kept))

    def without(self, kept_id: str) -> Archive:
        """This archive without a conversation."""
        return Archive(tuple(kept for kept in self.kept if kept.id != kept_id))

    def found(self, query: str) -> tuple[Kept, ...]:
        """The conversations in whose name or text every word of the query stands."""
        words = query.casefold().split()
        return tuple(kept for kept in self.kept if _has_words(kept, words))


_ARCHIVE = TypeAdapter(tuple[Kept, ...])


def new_id() -> str:
    """An id for a new conversation."""
    return uuid4().hex


def archive_from(value: object) -> Archive:
    """The archive of what a browser kept; an empty one if that cannot be read: it is not ours to trust."""
    try:
        return Archive(_ARCHIVE.validate_python(value or ()))
    except ValidationError:
        return Archive()


def archive_to(archive: Archive) -> list[dict[str, object]]:
    """The archive as plain lists and texts, for a browser to keep."""
    return [asdict(kept) for kept in archive.kept]


def _has_words(kept: Kept, words: Sequence[str]) -> bool:
    text = f"{kept.name} {kept.saved}".casefold()
    return all(word in text for word in words)


def _that_fit(kept: tuple[Kept, ...], size: Callable[[Kept], int] = lambda kept: len(kept.saved)) -> tuple[Kept, ...]:
    total = 0
    fitting: list[Kept] = []
    for one in kept:
        total += size(one)
        if fitting and total > MOST_CHARACTERS:
            break
        fitting.append(one)
    return tuple(fitting)


def _compact(saved: str) -> str:
    return json.dumps(json.loads(saved), ensure_ascii=False, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
