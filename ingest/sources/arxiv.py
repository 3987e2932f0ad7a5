"""The arXiv's API: papers by their ids, by title, or by a query in its own language.

The `arxiv` client does the work: paging, retries and the three seconds between requests that the arXiv asks for. Added
here are what it leaves open: a limit to how long an answer may take, and a look at the answer itself. The client
reads whatever it can of a damaged feed, and takes an error, which the arXiv may send with status 200, for an empty one.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from xml.etree import ElementTree

import arxiv  # type: ignore[import-untyped]
import requests
from requests.adapters import HTTPAdapter

from ingest.errors import SourceError
from ingest.identifiers import arxiv_id_in, title_key
from ingest.papers import Fields, Refusal
from ingest.sources.found import Found, found_or_refused
from ingest.text.tidy import shortened, tidy

logging.getLogger("arxiv").addHandler(logging.NullHandler())

ADDRESS = "https://export.arxiv.org/api/query"
_TITLE = "title:"
_QUERY = "query:"

# A query may match hundreds of thousands; the best hundred come in one page.
MOST_RESULTS = 100
# Ids travel in the address of the request, which servers keep to a few thousand characters.
_IDS_A_REQUEST = 100

# A server that is there at all takes the call within seconds; only the search for an answer may take longer.
_TO_CONNECT = 5.0

_ERROR = "/api/errors"
_ATOM = "{http://www.w3.org/2005/Atom}"
# The answers after which asking again would get the same: our request is at fault.
_REFUSED = (400, 403, 404, 414)
_BETWEEN_IDS = re.compile(r"[,\s]+")
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Service:
    """Where and how the API is asked: `pause` and `patience` in seconds, `retries` after a failed request."""

    address: str = ADDRESS
    pause: float = 3.0
    patience: float = 30.0
    retries: int = 2


def service_from_environment() -> Service:
    """The arXiv itself, or a mirror or proxy of it whose address is in FOOTNOTE_ARXIV_URL."""
    return Service(os.environ.get("FOOTNOTE_ARXIV_URL") or ADDRESS)


def read_arxiv(wanted: str, service: Service | None = None) -> Iterator[Found | Refusal]:
    """The papers that are wanted, in the newest version of each.

    `2311.08355,2305.15719` asks by ids (addresses will do as well), `title:Efficient Neural Music Generation` for
    one title, `query:au:Copet AND ti:music` for the first MOST_RESULTS of a query. The line of a paper or refusal
    is its place in the list of ids or results. Raises SourceError if the arXiv cannot be asked.
    """
    service = service or service_from_environment()
    wanted = wanted.strip(" ,")
    if not wanted.removeprefix(_TITLE).removeprefix(_QUERY).strip():
        raise SourceError(f"arxiv:{wanted} asks for nothing; give ids, title:… or query:…")
    if wanted.startswith(_TITLE):
        return _by_title(f"arxiv:{wanted}", wanted.removeprefix(_TITLE).strip(), service)
    if wanted.startswith(_QUERY):
        return _by_query(f"arxiv:{wanted}", wanted.removeprefix(_QUERY).strip(), service)
    return _by_ids(f"arxiv:{wanted}", wanted, service)


def _by_ids(source: str, wanted: str, service: Service) -> Iterator[Found | Refusal]:
    places: dict[str, int] = {}
    for place, text in enumerate(_BETWEEN_IDS.split(wanted), 1):
        if arxiv_id := arxiv_id_in(text):
            places.setdefault(arxiv_id, place)
        else:
            yield Refusal(source, place, f"“{shortened(text)}” is no arXiv id; one looks like 2311.08355")
    missing = dict(places)
    for ids in _batches(list(places)):
        for result in _results(service, arxiv.Search(id_list=ids, max_results=None)):
            arxiv_id = arxiv_id_in(result.entry_id) or ""
            missing.pop(arxiv_id, None)
            yield found_or_refused(source, places.get(arxiv_id, 0), partial(_fields_of, result))
    for arxiv_id, place in missing.items():
        yield Refusal(source, place, f"the arXiv has no paper {arxiv_id}")


def _by_title(source: str, title: str, service: Service) -> Iterator[Found | Refusal]:
    """The paper of exactly this title, spelling and punctuation aside; a near one is named, not taken."""
    results = list(_results(service, arxiv.Search(f'ti:"{_NOT_A_WORD.sub(" ", title).strip()}"', max_results=10)))
    same = [result for result in results if title_key(result.title) == title_key(title)]
    if same:
        yield found_or_refused(source, 1, partial(_fields_of, same[0]))
        return
    nearest = f"; the nearest is “{results[0].title}” (arxiv:{arxiv_id_in(results[0].entry_id)})" if results else ""
    yield Refusal(source, 1, f"the arXiv has no paper titled “{shortened(title)}”{nearest}")


def _by_query(source: str, query: str, service: Service) -> Iterator[Found | Refusal]:
    for place, result in enumerate(_results(service, arxiv.Search(query, max_results=MOST_RESULTS)), 1):
        yield found_or_refused(source, place, partial(_fields_of, result))


def _fields_of(result: Any) -> Fields:
    return Fields(
        title=result.title,
        abstract=result.summary,
        authors=tuple(author.name for author in result.authors),
        year=str(result.published.year),
        date=str(result.published.date()),
        categories=tuple(result.categories),
        arxiv_id=result.entry_id,
        doi=result.doi or "",
        url=result.entry_id,
    )


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _IDS_A_REQUEST):
        yield ids[start : start + _IDS_A_REQUEST]


def _results(service: Service, search: Any) -> Iterator[Any]:
    """The client's results, with its troubles and the network's as a SourceError."""
    try:
        yield from _client(service).results(search)
    except arxiv.HTTPError as error:
        raise SourceError(f"the arXiv answers with HTTP {error.status}; try again in a few minutes") from error
    except arxiv.ArxivError as error:
        raise SourceError("the arXiv broke off its list of results; try again in a few minutes") from error
    except requests.RequestException as error:
        raise SourceError(f"the arXiv cannot be reached at {service.address}; check the network") from error
    except ValueError as error:
        raise SourceError(f"the arXiv's feed has a date that is none ({error}); try again later") from error


@lru_cache
def _client(service: Service) -> Any:
    """One client for a service, so that its pauses hold from one source to the next."""
    client = arxiv.Client(page_size=MOST_RESULTS, delay_seconds=service.pause, num_retries=service.retries)
    client.query_url_format = f"{service.address}?{{}}"
    session: requests.Session = client._session  # the client offers no other way to limit its patience
    session.mount("http://", _Impatient(service.patience))
    session.mount("https://", _Impatient(service.patience))
    session.headers["Connection"] = "close"  # between requests three seconds apart, nothing is gained by keeping one
    session.hooks["response"].append(_check)
    return client


class _Impatient(HTTPAdapter):
    """Gives up on a server that says nothing for `patience` seconds; left alone, requests would wait forever."""

    def __init__(self, patience: float) -> None:
        super().__init__()
        self._patience = (min(patience, _TO_CONNECT), patience)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request, with our time limit in place of none."""
        return super().send(request, *args, **{**options, "timeout": self._patience})


def _check(response: requests.Response, *_: Any, **__: Any) -> None:
    """Raise SourceError for an answer that asking again will not mend; the client deals with the others."""
    if response.status_code not in (200, *_REFUSED):
        return
    try:
        feed = ElementTree.fromstring(response.content)
    except ElementTree.ParseError:
        feed = ElementTree.Element("none")
    if reason := _error_in(feed):
        raise SourceError(f"the arXiv refused the request: {reason}")
    if response.status_code in _REFUSED:
        raise SourceError(f"the arXiv refused the request (HTTP {response.status_code}); check the ids or the query")
    if feed.tag != f"{_ATOM}feed":
        said = shortened(tidy(response.text))
        raise SourceError(f"the arXiv answered with something that is no whole feed (“{said}”); try again in a minute")


def _error_in(feed: ElementTree.Element) -> str:
    """What the arXiv says in an error feed, which looks like a feed with one paper; empty for any other."""
    for entry in feed.iterfind(f"{_ATOM}entry"):
        if _ERROR in entry.findtext(f"{_ATOM}id", ""):
            return tidy(entry.findtext(f"{_ATOM}summary", "")) or "it does not say why"
    return ""
