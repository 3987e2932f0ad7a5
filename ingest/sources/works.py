"""Works by their ids from two public registries: `doi:` asks Crossref, `openalex:` OpenAlex (by ids, or query:…)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from ingest.errors import RecordError, SourceError
from ingest.identifiers import doi_in, openalex_id_in
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused
from ingest.text.tidy import shortened

DOI, OPENALEX = "doi:", "openalex:"
CROSSREF, OPENALEX_API = "https://api.crossref.org", "https://api.openalex.org"
_QUERY = "query:"
# A query brings one page.
MOST_RESULTS = 100
_PATIENCE = httpx.Timeout(30.0, connect=5.0)
_BETWEEN_IDS = re.compile(r"[,\s]+")


def read_dois(location: str) -> Iterator[Found | Refusal]:
    """The works of these DOIs as Crossref knows them; those without an abstract are refused."""
    address = os.environ.get("FOOTNOTE_CROSSREF_URL") or CROSSREF
    with httpx.Client(timeout=_PATIENCE, follow_redirects=True) as client:
        for place, text in enumerate(_ids(location, DOI), 1):
            if doi := doi_in(text):
                read = partial(_work, client, f"{address}/works/{quote(doi, safe='')}", "Crossref", doi)
                yield found_or_refused(location, place, read)
            else:
                yield Refusal(location, place, f"“{shortened(text)}” is no DOI; one looks like 10.1000/xyz123")


def read_openalex(location: str) -> Iterator[Found | Refusal]:
    """The works of these ids, or the first MOST_RESULTS of a query, as OpenAlex knows them."""
    address = os.environ.get("FOOTNOTE_OPENALEX_URL") or OPENALEX_API
    wanted = location.removeprefix(OPENALEX).strip()
    with httpx.Client(timeout=_PATIENCE, follow_redirects=True) as client:
        if wanted.startswith(_QUERY):
            params = {"search": wanted.removeprefix(_QUERY).strip(), "per-page": str(MOST_RESULTS)}
            results = _asked(client, f"{address}/works", "OpenAlex", params).get("results")
            works = [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []
            for place, work in enumerate(works, 1):
                yield found_or_refused(location, place, partial(fields_of, work))
            return
        for place, text in enumerate(_ids(location, OPENALEX), 1):
            if work_id := openalex_id_in(text):
                yield found_or_refused(
                    location, place, partial(_work, client, f"{address}/works/{work_id}", "OpenAlex", work_id)
                )
            else:
                yield Refusal(location, place, f"“{shortened(text)}” is no OpenAlex id; one looks like W2741809807")


def _ids(location: str, scheme: str) -> list[str]:
    ids = [text for text in _BETWEEN_IDS.split(location.removeprefix(scheme)) if text]
    if not ids:
        raise SourceError(f"{location} asks for nothing; give ids, with commas between")
    return ids


def _work(client: httpx.Client, address: str, service: str, name: str) -> Fields:
    found = _asked(client, address, service)
    if not found:
        raise RecordError(f"{service} has no work {name}")
    return fields_of(found)


def _asked(client: httpx.Client, address: str, service: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The answer; an empty one where there is no such work."""
    try:
        answer = client.get(address, params=dict(params or {}))
    except httpx.HTTPError as error:
        host = httpx.URL(address).host
        raise SourceError(f"{service} cannot be reached at {host}; check the network") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return {}
    if answer.status_code != httpx.codes.OK:
        raise SourceError(f"{service} answers with HTTP {answer.status_code}; try again in a few minutes")
    try:
        return dict(answer.json())
    except (ValueError, TypeError) as error:
        raise SourceError(f"{service} answers with something that is no JSON; try again later") from error
