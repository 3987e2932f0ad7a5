"""Watched files: a new file under the old name, as programs save, is seen."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from zotero_server import FakeZotero, serving

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
        next(changes_of(["arxiv:1706.03762", "none.bib"]))


@pytest.mark.parametrize("with_file", [False, True])
def test_zotero_is_asked_whether_it_changed(with_file: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, stop = tmp_path / "library.bib", threading.Event()
    path.write_text("as it is")
    with serving(FakeZotero()) as zotero:
        monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", zotero.address)
        changes = changes_of(["zotero:", *([str(path)] if with_file else [])], stop, poll=0.05)
        next(changes)  # what it holds at first may be news
        zotero.put("ABCD2345", title="Moths")
        next(changes)
        asked = len(zotero.asked)
        timer = threading.Timer(0.5, stop.set)
        timer.start()
        assert list(changes) == []  # nothing changed, though it was asked again
        assert len(zotero.asked) > asked
        timer.join()


def test_a_zotero_that_is_closed_has_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", "http://127.0.0.1:9")
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    assert list(changes_of(["zotero:"], stop, poll=0.05)) == []
    timer.join()
