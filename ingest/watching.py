"""Sources that are watched: files that a program writes anew whenever the library changes, and Zotero itself.

Better BibTeX and its like write an export; Zotero is asked for the version of its library every few seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from ingest.errors import SourceError
from ingest.sources import SERVICES, ZOTERO

# Seconds between two questions to Zotero, which answers from its own database on this machine.
POLL = 10.0


def changes_of(locations: Sequence[str], stop: Event | None = None, poll: float = POLL) -> Iterator[None]:
    """Yield each time one of the sources changed; ends with Ctrl-C, or when `stop` is set.

    The folders of files are watched, since most programs write another file and give it the name of the old one.
    """
    files = {Path(each).resolve() for each in locations if not each.startswith(SERVICES) and Path(each).exists()}
    libraries = _Libraries([each for each in locations if each.startswith(ZOTERO)])
    if not files and not libraries.locations:
        raise SourceError("there is no file to watch; name one, such as the export of Better BibTeX, or zotero:")
    changes = _file_changes(files, stop, poll if libraries.locations else 0) if files else _ticks(stop or Event(), poll)
    for has_written in changes:
        if has_written or libraries.moved():
            yield


def _file_changes(files: Set[Path], stop: Event | None, poll: float) -> Iterator[bool]:
    """True each time one of the files was written; False every `poll` seconds besides, if that is not 0."""

    def is_meant(change: Change, path: str) -> bool:
        return change is not Change.deleted and Path(path).resolve() in files

    for changes in watch(
        *{file.parent for file in files},
        watch_filter=is_meant,
        stop_event=stop,
        recursive=False,
        raise_interrupt=False,
        rust_timeout=round((poll or POLL) * 1000),
        yield_on_timeout=bool(poll),
    ):
        yield bool(changes)


def _ticks(stop: Event, poll: float) -> Iterator[bool]:
    with suppress(KeyboardInterrupt):
        while not stop.wait(poll):
            yield False


class _Libraries:
    """Libraries of Zotero, and the versions that they were last seen at: at first any version is news."""

    def __init__(self, locations: Sequence[str]) -> None:
        self.locations = tuple(locations)
        self._versions: dict[str, int] = {}

    def moved(self) -> bool:
        """Whether any has another version than when this was last asked; one that does not answer has not moved."""
        if not self.locations:
            return False
        from ingest.sources.zotero import version_of

        before = dict(self._versions)
        for location in self.locations:
            with suppress(SourceError):
                self._versions[location] = version_of(location)
        return any(before.get(location) != version for location, version in self._versions.items())
