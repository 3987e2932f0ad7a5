"""What readers learned anew of papers whose profiles were made by other rules: kept beside the index, until an ingest.

    learned.jsonl    a line with the version of the rules and a digest of the rest, then a line for each paper:
                     a digest of its text, its profile

Whoever learns it first writes it, whole or not at all; where it was damaged since, nothing of it is believed, and it is
learned once more. The next ingest writes the profiles themselves and drops it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ingest.extraction.extractor import extraction_version
from ingest.extraction.profile import Profile
from ingest.index.integrity import Damage, write_whole
from ingest.index.records import profile_to_line
from ingest.papers import Paper

LEARNED_NAME = "learned.jsonl"

# The first line as version 0.6.0 wrote it, without a digest: of such a file nothing is believed, nothing complained of.
_UNDIGESTED = re.compile(rb"[\d.]+[0-9a-f]{12}")


def read_learned(folder: Path | None) -> Mapping[str, str]:
    """The lines of profiles that today's rules made, by `digest_of` their papers; empty where there are none."""
    data = _bytes_of(folder)
    version, _, digest = data.partition(b"\n")[0].partition(b" ")
    lines = data.partition(b"\n")[2]
    if version.decode("ascii", "replace") != extraction_version() or digest != _digest(version, lines):
        return {}
    return dict(json.loads(line) for line in lines.decode("utf-8", "surrogatepass").split("\n") if line)


def learned_damage(folder: Path) -> Damage | None:
    """How the file was changed since it was written; None where it was not, or where there is none."""
    path, data = folder / LEARNED_NAME, _bytes_of(folder)
    header, _, lines = data.partition(b"\n")
    version, _, digest = header.partition(b" ")
    if not path.exists() or digest == _digest(version, lines) or (lines and _UNDIGESTED.fullmatch(header)):
        return None
    return Damage(path, "changed" if lines else "cut short")


def keep_learned(folder: Path | None, learned: Iterable[tuple[Paper, Profile]]) -> None:
    """Write what was learned; where the folder cannot be written, the next reader learns it once more."""
    if folder is None:
        return
    records = (json.dumps((digest_of(paper), profile_to_line(profile, paper))) for paper, profile in learned)
    version, lines = extraction_version().encode(), "\n".join(records).encode("utf-8", "surrogatepass")
    with suppress(OSError):
        write_whole(folder / LEARNED_NAME, b"%s %s\n%s" % (version, _digest(version, lines), lines))


def _bytes_of(folder: Path | None) -> bytes:
    with suppress(OSError):
        return (folder / LEARNED_NAME).read_bytes() if folder else b""
    return b""


def _digest(version: bytes, lines: bytes) -> bytes:
    return hashlib.blake2b(version + b"\n" + lines, digest_size=16).hexdigest().encode()


def drop_learned(folder: Path) -> None:
    """Let go of it: the profiles of the index itself are those of today's rules."""
    with suppress(OSError):
        (folder / LEARNED_NAME).unlink(missing_ok=True)


def digest_of(paper: Paper) -> str:
    """What tells whether the text of a paper is still the one that was learned from."""
    text = f"{paper.title}\n{paper.abstract}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
