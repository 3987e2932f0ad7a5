"""Every file of an index, damaged in every way: found, survived by a reader, made again without embedding.

    PYTHONPATH=.:tests/ingest python tests/torture/damaging.py [SHARE [FIRST]]

As in `killing.py` this process never opens an index; a reader that dies of a signal is counted and takes nobody with
it. Prints one line of JSON: the table, and what went wrong.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from counting_embedder import CountingEmbedder
from killing import asked, differences, ended, forked, paper, state_of

from ingest.errors import IndexStoreError
from ingest.index.arrivals import read_arrivals
from ingest.index.beside import BESIDE, COPIES
from ingest.index.checking import check_index, passed_over
from ingest.index.learned import LEARNED_NAME
from ingest.index.manifest import read_manifest, write_copy, write_manifest
from ingest.index.paper_index import PaperIndex
from ingest.index.records import paper_to_json
from ingest.index.repair import repair_index
from ingest.origins import Ledger, delivered, read_origins, records_of
from ingest.passages import Level
from ingest.pipeline import ingest_papers, remove_papers
from ingest.removals import read_removals
from ingest.sources.found import Found

TOLD, ANSWERED = 3, 4
# What stands beside the segments, of which a reader tells damage too.
SEEN = (*BESIDE, COPIES, LEARNED_NAME, "manifest.json")


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
    """An index with every file that one can have.

    Of three ingests, a removal and a removal taken back; with the sources, a segment that only an earlier state names,
    and what a reader learned anew because other rules had made the profiles.
    """
    for first, last in ((0, 40), (40, 50), (50, 60)):
        source = folder.with_name(f"source-{first}.jsonl")
        source.write_text("".join(paper_to_json(paper(n)) + "\n" for n in range(first, last)))
        deliveries = [delivered(str(source), None, read_origins(folder))]
        ledger = Ledger(folder, deliveries)
        ingest_papers(list(records_of(deliveries)), folder, CountingEmbedder(), ledger=ledger)
    remove_papers(["p00003", "p00005"], folder, CountingEmbedder())
    ingest_papers([Found(paper(5), "test", 1)], folder, CountingEmbedder())
    write_manifest(folder, replace(read_manifest(folder), extraction="1.1.1.000000000000"))
    write_copy(folder, read_manifest(folder))
    index = PaperIndex.open(folder, CountingEmbedder())
    assert index.corpus().callings
    index.close()
    assert {*BESIDE, LEARNED_NAME} <= {path.name for path in folder.iterdir()}


def read(folder: Path) -> None:
    """What a page does: open, and ask by words, by meaning and for everything. Ends with TOLD or ANSWERED."""
    try:
        index = PaperIndex.open(folder, CountingEmbedder())
        told = passed_over(folder)
        index.corpus().bm25.scores("subject 7")
        for level in Level:
            index.nearest(index.embedder.embed_question("subject 7"), level, 10)
            index.vectors(level)
        assert index.corpus().callings and index.corpus().arrivals.by_paper
    except IndexStoreError as error:
        told = (str(error),)
    assert all("\n" not in line and "python -m ingest" in line for line in told)
    os._exit(TOLD if told else ANSWERED)


def beside(folder: Path) -> dict[str, Any]:
    """What stands beside the papers: sources, dates and removals."""
    return {
        "sources": read_origins(folder),
        "dates": dict(read_arrivals(folder).by_paper),
        "removals": [removal.paper for removal in read_removals(folder).all],
    }


def mended(folder: Path, name: str, troubles: tuple[str, ...]) -> dict[str, Any]:
    """Whether a damage was among the troubles and is made good, and the state after it."""
    report = repair_index(folder, NeverEmbeds())
    whole = bool(report.repaired or name == LEARNED_NAME) and not report.lost and check_index(folder) == ()
    return {
        "found": any(name in trouble for trouble in troubles),
        "told": next((trouble for trouble in troubles if name in trouble), ""),
        "repaired": whole,
        "state": state_of(folder) | beside(folder),
    }


def leaves_nothing_missing(name: str, damage: str, earlier: frozenset[str]) -> bool:
    """Whether there is nothing to find: copies of an earlier state and what any reader makes again may be deleted."""
    return damage == "deleted" and (name in earlier or name == LEARNED_NAME)


def kind_of(file: Path, named: frozenset[str]) -> str:
    """The row of a file in the table: files of all segments that are called alike are one."""
    if file.parts[0].startswith("segment-"):
        place = "segment" if file.parts[0] in named else "segment of an earlier state"
        inside = Path(*file.parts[1:])
        return f"{place}/{'chroma/(graph)/' if len(inside.parts) > 2 else ''}{inside.name}"
    return re.sub(r"-\d+", "-N", str(file))


def torture(share: int = 1, first: int = 0) -> dict[str, Any]:
    """The table, of every `share`-th pair of a file and a damage from the `first` on."""
    table: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    faults: list[str] = []
    lines: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as place:
        whole, folder = Path(place) / "whole", Path(place) / "index"
        asked(lambda: made(whole))
        wanted = asked(lambda: state_of(whole) | beside(whole))
        manifest = read_manifest(whole)
        named = frozenset(segment.name for segment in manifest.segments)
        earlier = frozenset(path.name for path in whole.glob("manifest-*.json")) - {
            f"manifest-{manifest.revision}.json"
        }
        files = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file() and path.stat().st_size]
        pairs = [(name, file) for name in DAMAGES for file in files]
        for name, file in pairs[first::share]:
            if leaves_nothing_missing(file.name, name, earlier):
                continue
            shutil.copytree(whole, folder)
            DAMAGES[name](folder / file)
            troubles = asked(lambda: check_index(folder))  # first: a reader makes what it learned anew
            end = ended(forked(lambda: read(folder)))
            after = asked(lambda file=file, troubles=troubles: mended(folder, file.name, troubles))
            differ = differences(after["state"], wanted)
            row = table[kind_of(file, named)]
            row[name].update(
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
            lines.setdefault(kind_of(file, named), after["told"].replace(place, ""))
            if differ or end not in (TOLD, ANSWERED) or not (after["found"] and after["repaired"]):
                faults.append(f"{name} {file}: reader {end}, {after['found']=} {after['repaired']=} {differ}")
            elif end == ANSWERED and not name.endswith("same time") and file.parts[0] in (*named, *SEEN):
                faults.append(f"{name} {file}: a reader told nothing")
            shutil.rmtree(folder)
    return {"table": table, "faults": faults, "lines": lines}


if __name__ == "__main__":
    print(json.dumps(torture(*map(int, sys.argv[1:]))))
