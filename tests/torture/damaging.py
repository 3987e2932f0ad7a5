"""Every file of an index, damaged in every way: found, survived by a reader, made again without embedding.

    PYTHONPATH=.:tests/ingest python tests/torture/damaging.py

As in `killing.py` this process never opens an index; a reader that dies of a signal is counted and takes nobody with
it. Prints one line of JSON: the table, and what went wrong.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from counting_embedder import CountingEmbedder
from killing import asked, differences, ended, forked, paper, state_of

from ingest.errors import IndexStoreError
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex
from ingest.index.repair import check_index, repair_index
from ingest.passages import Level
from ingest.pipeline import ingest_papers, remove_papers
from ingest.sources.found import Found

TOLD, ANSWERED = 3, 4


class NeverEmbeds(CountingEmbedder):
    def embed_texts(self, texts: object, spans: object) -> object:  # type: ignore[override]
        raise AssertionError("a repair embeds nothing")


def cut_at(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def noise(path: Path) -> None:
    path.write_bytes(random.Random(path.name).randbytes(path.stat().st_size))


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)


def unseen(damage: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same damage by the disk itself: the file's time stays."""

    def done(path: Path) -> None:
        found = path.stat()
        damage(path)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))

    return done


DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"cut at {share:.0%}": cut_at(share) for share in (0.0, 0.25, 0.5, 0.75, 0.99)},
    "deleted": Path.unlink,
    "noise": noise,
    "one bit": one_bit,
    "noise, same time": unseen(noise),
    "one bit, same time": unseen(one_bit),
}


def made(folder: Path) -> None:
    """An index of two segments, one paper of which is gone."""
    for first, last in ((0, 40), (40, 60)):
        ingest_papers([Found(paper(n), "test", 1) for n in range(first, last)], folder, CountingEmbedder())
    remove_papers(["p00003"], folder, CountingEmbedder())


def read(folder: Path) -> None:
    """What a page does: open, and ask by words, by meaning and for everything. Ends with TOLD or ANSWERED."""
    try:
        index = PaperIndex.open(folder, CountingEmbedder())
        index.corpus().bm25.scores("subject 7")
        for level in Level:
            index.nearest(index.embedder.embed_question("subject 7"), level, 10)
            index.vectors(level)
    except IndexStoreError as error:
        os._exit(TOLD if "\n" not in str(error) and "python -m ingest" in str(error) else 1)
    os._exit(ANSWERED)


def mended(folder: Path, name: str) -> dict[str, Any]:
    """Whether a damage is found and made good, and the state after it."""
    found = any(name in trouble for trouble in check_index(folder))
    report = repair_index(folder, NeverEmbeds())
    whole = bool(report.repaired) and not report.lost and check_index(folder) == ()
    return {"found": found, "repaired": whole, "state": state_of(folder)}


def torture() -> dict[str, Any]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        whole, folder = Path(place) / "whole", Path(place) / "index"
        asked(lambda: made(whole))
        wanted = asked(lambda: state_of(whole))
        manifest = read_manifest(whole)
        named = {segment.name for segment in manifest.segments}
        copies = {path.name for path in whole.glob("manifest-*.json")} - {f"manifest-{manifest.revision}.json"}
        files = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file() and path.stat().st_size]
        for name, damage in DAMAGES.items():
            for file in files:
                if (name == "deleted" and file.name in copies) or (  # a copy of an old state: nothing is missing
                    file.parts[0] not in named and not file.name.startswith("manifest")
                ):
                    continue
                shutil.copytree(whole, folder)
                damage(folder / file)
                end = ended(forked(lambda: read(folder)))
                after = asked(lambda file=file: mended(folder, file.name))
                differ = differences(after["state"], wanted)
                table[name].update(
                    {
                        "files": 1,
                        "found by check": after["found"],
                        "reader told in a line": end == TOLD,
                        "reader answered": end == ANSWERED,
                        "reader died of a signal": end < 0,
                        "repaired": after["repaired"],
                        "as it was": not differ,
                    }
                )
                if differ or end not in (TOLD, ANSWERED) or not (after["found"] and after["repaired"]):
                    faults.append(f"{name} {file}: reader {end}, {after['found']=} {after['repaired']=} {differ}")
                shutil.rmtree(folder)
    return {"table": table, "faults": faults}


if __name__ == "__main__":
    print(json.dumps(torture()))
