"""Several libraries, each an index: named, made, renamed and set aside; the first is the one that is always there.

Libraries that were named at the start may lie anywhere. All others are folders within one folder, where new ones are
made; the name by which a reader knows a library is kept in its folder, so that it moves with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Literal

from assistant.errors import AssistantError
from ingest.identifiers import slug
from ingest.index.integrity import write_whole
from ingest.index.manifest import MANIFEST_NAME
from ingest.pipeline import ingest_papers

if TYPE_CHECKING:
    from assistant.answering import Assistant

NAMED = "library.json"
SET_ASIDE = ".removed"
LONGEST_NAME, LONGEST_KEY = 60, 40
# Each library that is looked at holds its index in memory for as long as the server runs.
MOST_LIBRARIES = 50

Refusal = Literal["taken", "nameless", "gone", "fixed", "full", "closed"]
_REFUSALS: dict[Refusal, str] = {
    "taken": "there is a library called “{}” already: choose another name",
    "nameless": "a library needs a name with a letter or a digit",
    "gone": "there is no library called “{}”",
    "fixed": "“{}” was named at the start, and can only be left out there",
    "closed": "this server has no folder for further libraries: start it with --libraries FOLDER",
    "full": "there are {} libraries already: remove one first",
}
_IN_ADDRESS = re.compile(r"[a-z0-9][a-z0-9-]*")


class LibraryRefused(AssistantError):
    """A library cannot be opened or changed as was asked; `why` says in one word what is in the way."""

    def __init__(self, why: Refusal, about: object = "") -> None:
        super().__init__(_REFUSALS[why].format(about))
        self.why = why
        self.about = about


@dataclass(frozen=True, slots=True)
class Library:
    """A library: its key in addresses ("" for the first), the name that readers know, and the folder of its index."""

    key: str
    name: str
    folder: Path
    fixed: bool = False


class Libraries:
    """All libraries of a server; safe to be used by several threads."""

    def __init__(self, first: Assistant, others: Sequence[Path] = (), folder: Path | None = None) -> None:
        """`first` stays open; `others` were named beside it; within `folder` lie those that come and go."""
        self._first = first
        self._folder = folder
        self._lock = RLock()
        self._opened: dict[str, Assistant] = {"": first}
        home = Path(first.index.folder)
        self._fixed = [Library("", "", home, fixed=True)]
        for path in others:
            key = _free(_key_of(path.name), {library.key for library in self._fixed})
            self._fixed.append(Library(key, "", path, fixed=True))

    @property
    def may_change(self) -> bool:
        """Whether there is a place in which libraries can be made."""
        return self._folder is not None

    def all(self) -> list[Library]:
        """Every library with its name: those named at the start, then the others by name."""
        fixed = [Library(one.key, name_in(one.folder), one.folder, fixed=True) for one in self._fixed]
        taken = {one.key for one in fixed}
        others = [one for one in self._found() if one.key not in taken]
        return [*fixed, *sorted(others, key=lambda one: one.name.casefold())]

    def get(self, key: str) -> Library:
        """The library of that key; LibraryRefused if there is none."""
        found = next((one for one in self.all() if one.key == key), None)
        if found is None:
            raise LibraryRefused("gone", key)
        return found

    def open(self, key: str) -> Assistant:
        """The assistant over a library, opened when it is first asked for; IngestError if its index is not whole."""
        with self._lock:
            library = self.get(key)
            if key not in self._opened:
                self._opened[key] = self._first.beside(library.folder)
                self._opened[key].warm_up()
            return self._opened[key]

    def make(self, name: str) -> Library:
        """A new library, empty."""
        name = _tidy(name)
        with self._lock:
            if self._folder is None:
                raise LibraryRefused("closed")
            self._refuse_taken(name)
            if len(self.all()) >= MOST_LIBRARIES:
                raise LibraryRefused("full", MOST_LIBRARIES)
            key = _free(_key_of(name), {library.key for library in self.all()})
            folder = self._folder / key
            ingest_papers((), folder, self._first.index.embedder)
            _write_name(folder, name)
            return Library(key, name, folder)

    def rename(self, key: str, name: str) -> Library:
        """The same library under another name; its address stays."""
        name = _tidy(name)
        with self._lock:
            library = self.get(key)
            self._refuse_taken(name, but=key)
            _write_name(library.folder, name)
            return self.get(key)

    def remove(self, key: str) -> Path:
        """Close a library and set its folder aside, where whoever runs the server finds it: nothing is deleted."""
        with self._lock:
            library = self.get(key)
            if library.fixed or self._folder is None:
                raise LibraryRefused("fixed", library.name)
            if opened := self._opened.pop(key, None):
                opened.index.close()
            aside = self._folder / SET_ASIDE / f"{key}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
            aside.parent.mkdir(exist_ok=True)
            return library.folder.rename(aside)

    def close(self) -> None:
        """Let go of every index but the first one's, which whoever opened it closes."""
        with self._lock:
            for key in [key for key in self._opened if key]:
                self._opened.pop(key).index.close()

    def _found(self) -> Iterator[Library]:
        if self._folder is None or not self._folder.is_dir():
            return
        fixed = {one.folder.resolve() for one in self._fixed}
        for path in self._folder.iterdir():
            named = _IN_ADDRESS.fullmatch(path.name) and (path / MANIFEST_NAME).is_file()
            if named and path.resolve() not in fixed:
                yield Library(path.name, name_in(path), path)

    def _refuse_taken(self, name: str, but: str | None = None) -> None:
        if any(one.name.casefold() == name.casefold() for one in self.all() if one.key != but):
            raise LibraryRefused("taken", name)


def name_in(folder: Path) -> str:
    """The name that was given to a library, or else that of its folder."""
    try:
        name = json.loads((folder / NAMED).read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        name = ""
    return (str(name).strip() or folder.resolve().name)[:LONGEST_NAME]


def _write_name(folder: Path, name: str) -> None:
    write_whole(folder / NAMED, json.dumps({"name": name}, ensure_ascii=False).encode() + b"\n")


def _tidy(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME].strip()
    if not any(letter.isalnum() for letter in name):
        raise LibraryRefused("nameless")
    return name


def _key_of(name: str) -> str:
    """What stands for a name in addresses: letters of ASCII, digits and hyphens."""
    key = re.sub(r"[^a-z0-9]+", "-", slug(name).lower()).strip("-")[:LONGEST_KEY].strip("-")
    return key or "library"


def _free(key: str, taken: set[str]) -> str:
    tries = [key, *(f"{key}-{number}" for number in range(2, MOST_LIBRARIES + len(taken) + 2))]
    return next(one for one in tries if one not in taken)
