"""Zotero's local API, read only: the library of the Zotero that runs on this machine, a collection, a tag, a group.

    zotero:                         the whole library of the user
    zotero:collection:Bees          one collection, by its name or key
    zotero:tag:to read              what has a tag
    zotero:group:12345&tag:x        a group's library, narrowed

Zotero counts the versions of a library: with `since`, only items that changed are sent. What went to the trash or was
deleted is asked for as well; where the API does not tell it, the keys that are there are held against those known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import httpx

from ingest.errors import SourceError
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused

SCHEME = "zotero:"
ADDRESS = "http://127.0.0.1:23119"
# As many items as the API sends at once.
PAGE = 100
# Seconds: Zotero answers from its own database.
_PATIENCE = 30.0
# A library that changes while it is read is read again, so often.
_TRIES = 3
_NO_PAPERS = ("attachment", "note", "annotation")
_SCOPES = ("collection", "tag", "group")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Scope:
    collection: str = ""
    tag: str = ""
    group: str = ""

    @property
    def is_library(self) -> bool:
        return not (self.collection or self.tag)


class _Moved(Exception):
    """The library changed while it was read."""


def version_of(location: str) -> int:
    """The version that a library is at; SourceError where Zotero does not answer."""
    return ZoteroReading(location).current_version()


class ZoteroReading:
    """One reading of a library; after `records`, `version` is the library's and `gone` the keys that are no more."""

    def __init__(self, location: str, since: int = 0, known: frozenset[str] = frozenset(), address: str = "") -> None:
        self.version = 0
        self.gone: frozenset[str] = frozenset()
        self._location = location
        self._scope = _scope_in(location)
        self._since = since
        self._known = known
        self._address = address or os.environ.get("FOOTNOTE_ZOTERO_URL") or ADDRESS
        self._collections: dict[str, str] = {}

    def records(self) -> Iterator[Found | Refusal]:
        """The papers, those that changed since alone; SourceError where Zotero cannot be asked or breaks off."""
        with self._client() as client:
            yield from self._ask(client)

    def current_version(self) -> int:
        """The version that the library is at now; SourceError where Zotero cannot be asked."""
        with self._client() as client:
            answer = self._checked(self._get(client, "/items/top", {"format": "json", "limit": "1"}))
        version = answer.headers.get("Last-Modified-Version", "")
        return int(version) if version.isdigit() else 0

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        headers = {"Zotero-API-Version": "3"}
        try:
            with httpx.Client(timeout=_PATIENCE, headers=headers, trust_env=False) as client:
                yield client
        except httpx.HTTPError as error:
            raise SourceError(
                f"Zotero cannot be reached at {self._address} ({error or type(error).__name__}); start it, and let "
                f"other applications talk to it (Settings, Advanced)"
            ) from error

    def _ask(self, client: httpx.Client) -> Iterator[Found | Refusal]:
        self._collections = {
            str(each["key"]): str(each["data"].get("name", "")) for each in self._pages(client, "/collections", {})
        }
        path = self._items_path()
        narrowed = {"tag": self._scope.tag} if self._scope.tag else {}
        since = {"since": str(self._since)} if self._since else {}
        for tries_left in reversed(range(_TRIES)):
            self.version, place = 0, 0
            try:
                for item in self._pages(client, path, {**narrowed, **since}):
                    place += 1
                    if _is_paper(item):
                        yield self._found(item, place)
                break
            except _Moved:
                if not tries_left:
                    raise SourceError("Zotero's library changes while it is read; try again in a minute") from None
        if self._since:
            self.gone = self._gone(client, path, narrowed)

    def _found(self, item: Json, place: int) -> Found | Refusal:
        record = found_or_refused(
            self._location, place, partial(_fields_of, item, self._collections, self._scope.group)
        )
        return replace(record, key=str(item["key"])) if isinstance(record, Found) else record

    def _items_path(self) -> str:
        if not self._scope.collection:
            return "/items/top"
        wanted = self._scope.collection.casefold()
        keys = [key for key, name in self._collections.items() if wanted in (key.casefold(), name.casefold())]
        if not keys:
            there = ", ".join(sorted(self._collections.values())[:8]) or "none"
            raise SourceError(f"Zotero has no collection “{self._scope.collection}”; there are: {there}")
        return f"/collections/{keys[0]}/items/top"

    def _gone(self, client: httpx.Client, path: str, narrowed: Mapping[str, str]) -> frozenset[str]:
        """The known keys that were deleted, trashed, or left the collection or tag."""
        if self._scope.is_library:
            answer = self._get(client, "/deleted", {"since": str(self._since)})
            if answer.status_code == httpx.codes.OK:
                said = _json(answer)
                deleted = {str(key) for key in _listed(said.get("items") if isinstance(said, dict) else None)}
                trashed = {str(item["key"]) for item in self._pages(client, "/items/trash", {})}
                return self._known & (deleted | trashed)
        answer = self._checked(self._get(client, path, {**narrowed, "format": "keys"}))
        return self._known - set(answer.text.split())

    def _pages(self, client: httpx.Client, path: str, params: Mapping[str, str]) -> Iterator[Json]:
        start, version = 0, ""
        while True:
            page = {**params, "format": "json", "start": str(start), "limit": str(PAGE)}
            answer = self._checked(self._get(client, path, page))
            now = answer.headers.get("Last-Modified-Version", "")
            if version and now != version:
                raise _Moved
            version = now
            self.version = int(version) if version.isdigit() else 0
            items = _items(answer)
            yield from items
            start += len(items)
            total = answer.headers.get("Total-Results", "")
            if not items or start >= (int(total) if total.isdigit() else start):
                return

    def _get(self, client: httpx.Client, path: str, params: Mapping[str, str]) -> httpx.Response:
        library = f"groups/{self._scope.group}" if self._scope.group else "users/0"
        return client.get(f"{self._address}/api/{library}{path}", params=dict(params))

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise SourceError("Zotero refuses; let other applications talk to it (Settings, Advanced)")
        if answer.status_code != httpx.codes.OK:
            raise SourceError(f"Zotero answers with HTTP {answer.status_code}; try again, or restart it")
        return answer


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise SourceError("Zotero answers with something that is no JSON; is another program at its port?") from error


def _items(answer: httpx.Response) -> list[Json]:
    """The items of a page, each with a key and data."""
    items = _json(answer)
    if isinstance(items, list) and all(map(_is_item, items)):
        return items
    raise SourceError("Zotero answers with something that is no list of items; is another program at its port?")


def _is_item(value: object) -> bool:
    return isinstance(value, dict) and "key" in value and isinstance(value.get("data"), dict)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _scope_in(location: str) -> _Scope:
    parts = [part.strip() for part in location.removeprefix(SCHEME).split("&") if part.strip()]
    named = dict(part.split(":", 1) for part in parts if ":" in part)
    if len(named) != len(parts) or named.keys() - set(_SCOPES) or not all(named.values()):
        raise SourceError(
            f"{location} is not understood; give zotero:, zotero:collection:…, zotero:tag:… or zotero:group:…"
        )
    return _Scope(**named)


def _is_paper(item: Json) -> bool:
    data = item.get("data", {})
    return data.get("itemType") not in _NO_PAPERS and not data.get("deleted")


def _fields_of(item: Json, collections: Mapping[str, str], group: str) -> Fields:
    data = {
        name: value for name, value in item["data"].items() if name not in ("key", "version", "collections", "tags")
    }
    creators = [each for each in _listed(data.pop("creators", ())) if isinstance(each, dict)]
    editors = [each for each in creators if each.get("creatorType") == "editor"]
    people = [each for each in creators if each.get("creatorType") == "author"]
    library = f"groups/{group}:" if group else ""
    named = (collections.get(str(key), "") for key in _listed(item["data"].get("collections")))
    return fields_of(
        data
        | {
            "creators": people or [each for each in creators if each not in editors] or editors,
            "editors": editors,
            "tags": [each.get("tag") for each in _listed(item["data"].get("tags")) if isinstance(each, dict)],
            "categories": [name for name in named if name],
            "aliases": [f"{SCHEME}{library}{item['key']}"],
        }
    )
