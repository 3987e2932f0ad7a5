"""Watched files: a new file under the old name, as programs save, is seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.watching import changes_of


def test_a_file_that_is_replaced_is_seen(tmp_path: Path) -> None:
    path, stop, seen = tmp_path / "library.bib", threading.Event(), threading.Event()
    path.write_text("old")

    def watch() -> None:
        for _ in changes_of([str(path)], stop):
            seen.set()

    thread = threading.Thread(target=watch)
    thread.start()
    for number in range(100):  # the watch may begin a moment later
        fresh = tmp_path / "library.tmp"
        fresh.write_text(f"new {number}")
        fresh.replace(path)
        if seen.wait(0.2):
            break
    stop.set()
    thread.join(10)
    assert seen.is_set()


def test_what_is_no_file_cannot_be_watched() -> None:
    with pytest.raises(SourceError, match="no file to watch"):
        next(changes_of(["zotero:", "none.bib"]))
