"""Files that are watched: Better BibTeX and its like write an export anew whenever the library changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from ingest.errors import SourceError
from ingest.sources import SERVICES


def changes_of(locations: Sequence[str], stop: Event | None = None) -> Iterator[None]:
    """Yield each time one of the files was written; ends with Ctrl-C, or when `stop` is set.

    Their folders are watched, since most programs write another file and give it the name of the old one.
    """
    files = {Path(each).resolve() for each in locations if not each.startswith(SERVICES) and Path(each).exists()}
    if not files:
        raise SourceError("there is no file to watch; name one, such as the export of Better BibTeX")

    def is_meant(change: Change, path: str) -> bool:
        return change is not Change.deleted and Path(path).resolve() in files

    folders = {file.parent for file in files}
    for _ in watch(*folders, watch_filter=is_meant, stop_event=stop, recursive=False, raise_interrupt=False):
        yield
