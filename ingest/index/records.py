"""Papers and their profiles as JSON: how the index keeps them, and our own format for files of papers."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ingest.extraction.profile import Facet, Name, Profile
from ingest.papers import Paper


def paper_to_json(paper: Paper) -> str:
    """One line of JSON, fields in the order of `Paper`."""
    return json.dumps(asdict(paper), ensure_ascii=False)


def paper_from_json(text: str) -> Paper:
    """The paper that `paper_to_json` wrote; only for text of our own making."""
    fields: dict[str, Any] = json.loads(text)
    return Paper(**{**fields, "authors": tuple(fields["authors"])})


def profile_to_json(profile: Profile) -> str:
    """One line of JSON."""
    return json.dumps(asdict(profile), ensure_ascii=False)


def profile_from_json(text: str) -> Profile:
    """The profile that `profile_to_json` wrote; only for text of our own making."""
    fields: dict[str, Any] = json.loads(text)
    return Profile(
        tuple(Name(**name) for name in fields["names"]),
        tuple(Facet(**facet) for facet in fields["facets"]),
    )
