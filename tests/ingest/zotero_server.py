"""A Zotero on loopback: it speaks the wire format of the local API, from items that a test changes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


@dataclass
class FakeZotero:
    """The library, its version, and what was asked; `dies_after` requests it breaks off."""

    address: str = ""
    version: int = 1
    items: dict[str, Json] = field(default_factory=dict)
    trash: dict[str, Json] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    dies_after: int | None = None
    status: int = 200
    tells_deleted: bool = True

    def put(self, key: str, **data: Any) -> None:
        self.version += 1
        whole = {
            "key": key,
            "version": self.version,
            "itemType": "journalArticle",
            "tags": [],
            "collections": [],
        } | data
        self.items[key] = {"key": key, "version": self.version, "library": {"type": "user"}, "meta": {}, "data": whole}

    def throw_away(self, key: str) -> None:
        self.version += 1
        item = self.items.pop(key)
        item["data"] |= {"deleted": 1, "version": self.version}
        self.trash[key] = item | {"version": self.version}

    def delete(self, key: str) -> None:
        self.version += 1
        del self.items[key]
        self.deleted[key] = self.version

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any, int]:
        """Status, body and how many results there are in all."""
        since = int(query.get("since", 0))
        if path.endswith("/deleted"):
            if not self.tells_deleted:
                return 404, "", 0
            return 200, {"items": [key for key, at in self.deleted.items() if at > since], "collections": []}, 0
        if path.endswith("/collections"):
            found: list[Json] = [{"key": key, "data": {"name": name}} for key, name in self.collections.items()]
        else:
            items = self.trash if path.endswith("/trash") else self.items
            found = [item for item in items.values() if item["version"] > since]
            if "/collections/" in path:
                found = [item for item in found if path.split("/")[-3] in item["data"]["collections"]]
            if tag := query.get("tag"):
                found = [item for item in found if tag in [each["tag"] for each in item["data"]["tags"]]]
        if query.get("format") == "keys":
            return 200, "\n".join(item["key"] for item in found) + "\n", len(found)
        start = int(query.get("start", 0))
        return 200, found[start : start + int(query.get("limit", 25))], len(found)


@contextmanager
def serving(zotero: FakeZotero) -> Iterator[FakeZotero]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            zotero.asked.append(self.path)
            if zotero.dies_after is not None and len(zotero.asked) > zotero.dies_after:
                self.close_connection = True
                return
            split = urlsplit(self.path)
            status, body, total = zotero.answer(split.path, {k: v[0] for k, v in parse_qs(split.query).items()})
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(zotero.status if zotero.status != 200 else status)
            self.send_header("Last-Modified-Version", str(zotero.version))
            self.send_header("Total-Results", str(total))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    zotero.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield zotero
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
