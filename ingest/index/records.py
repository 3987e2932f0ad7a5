"""Papers and their profiles as JSON: how the index keeps them, and our own format for files of papers."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields
from typing import Any

from ingest.extraction.profile import Facet, Name, Profile
from ingest.papers import Paper

_LISTS = ("authors", "aliases", "categories", "keywords")
_UNSAID = {field.name: field.default for field in fields(Paper) if field.default is not MISSING}


def paper_to_json(paper: Paper) -> str:
    """One line of JSON, fields in the order of `Paper`; those that say nothing are left out."""
    record = {name: value for name, value in asdict(paper).items() if name not in _UNSAID or value != _UNSAID[name]}
    return json.dumps(record, ensure_ascii=False)


def paper_from_json(text: str) -> Paper:
    """The paper that `paper_to_json` wrote; only for text of our own making."""
    record: dict[str, Any] = json.loads(text)
    lists = {name: tuple(record[name]) for name in _LISTS if name in record}
    reference = tuple((name, value) for name, value in record.get("reference", ()))
    return Paper(**{**record, **lists, "reference": reference})


def profile_to_json(profile: Profile) -> str:
    """One line of JSON."""
    return json.dumps(asdict(profile), ensure_ascii=False)


def profile_from_json(text: str) -> Profile:
    """The profile that `profile_to_json` wrote; only for text of our own making."""
    record: dict[str, Any] = json.loads(text)
    return Profile(
        tuple(Name(**name) for name in record["names"]),
        tuple(Facet(**facet) for facet in record["facets"]),
    )
