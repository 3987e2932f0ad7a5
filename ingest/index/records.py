"""Papers and their profiles as JSON: how the index keeps them, and our own format for files of papers."""

from __future__ import annotations

import json
from dataclasses import MISSING, asdict, fields
from typing import Any

from ingest.extraction.profile import Facet, Name, Profile
from ingest.papers import Paper

# Raised when a record gains fields that an older version cannot read, or that an older index lacks.
RECORD_SCHEME = 1

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
        tuple((start, end) for start, end in record.get("orders", ())),
    )


def profile_to_line(profile: Profile, paper: Paper) -> str:
    """One line of JSON for a segment: names as (text, introduced), facets without a quote that the abstract has.

    Where sentences of the abstract give orders, they come third.
    """
    facets = [
        (each.name, each.value, each.start, each.end, *(() if _is_cut(each, paper) else (each.quote,)))
        for each in profile.facets
    ]
    names = [(name.text, int(name.introduced)) for name in profile.names]
    orders = (profile.orders,) if profile.orders else ()
    return json.dumps((names, facets, *orders), ensure_ascii=False, separators=(",", ":"))


def profile_from_line(line: str, paper: Paper) -> Profile:
    """The profile of this paper that `profile_to_line` wrote."""
    names, facets, *orders = json.loads(line)
    return Profile(
        tuple([Name(text, introduced == 1) for text, introduced in names]),
        tuple(
            [
                Facet(name, value, quote[0] if quote else paper.abstract[start:end], start, end)
                for name, value, start, end, *quote in facets
            ]
        ),
        tuple([(start, end) for start, end in orders[0]]) if orders else (),
    )


def _is_cut(facet: Facet, paper: Paper) -> bool:
    return facet.start >= 0 and paper.abstract[facet.start : facet.end] == facet.quote
