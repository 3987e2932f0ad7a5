"""What readers learned anew of papers whose profiles were made by other rules: kept beside the index, until an ingest.

    learned.jsonl    a line with the version of the rules, then a line for each paper: a digest of its text, its profile

Whoever learns it first writes it, whole or not at all; the next ingest writes the profiles themselves and drops it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ingest.extraction.extractor import extraction_version
from ingest.extraction.profile import Profile
from ingest.index.integrity import write_whole
from ingest.index.records import profile_to_line
from ingest.papers import Paper

LEARNED_NAME = "learned.jsonl"


def read_learned(folder: Path | None) -> Mapping[str, str]:
    """The lines of profiles that today's rules made, by `digest_of` their papers; empty where there are none."""
    if folder is None:
        return {}
    try:
        version, *lines = (folder / LEARNED_NAME).read_bytes().decode("utf-8", "surrogatepass").split("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    if version != extraction_version():
        return {}
    with suppress(ValueError):
        return dict(json.loads(line) for line in lines if line)
    return {}


def keep_learned(folder: Path | None, learned: Iterable[tuple[Paper, Profile]]) -> None:
    """Write what was learned; where the folder cannot be written, the next reader learns it once more."""
    if folder is None:
        return
    lines = (json.dumps((digest_of(paper), profile_to_line(profile, paper))) for paper, profile in learned)
    with suppress(OSError):
        write_whole(folder / LEARNED_NAME, "\n".join((extraction_version(), *lines)).encode("utf-8", "surrogatepass"))


def drop_learned(folder: Path) -> None:
    """Let go of it: the profiles of the index itself are those of today's rules."""
    with suppress(OSError):
        (folder / LEARNED_NAME).unlink(missing_ok=True)


def digest_of(paper: Paper) -> str:
    """What tells whether the text of a paper is still the one that was learned from."""
    text = f"{paper.title}\n{paper.abstract}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()
