"""Where in the site an address leads: to which library, and in which language; the rest is the same for all pages.

/…                       the first library
/library/bees/…          another one
/de/…, /library/bees/de/…    the same in German
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request

from assistant.ui.base.texts import LANGUAGES

LANGUAGE_COOKIE = "footnote-language"
"""The language that a reader chose in the settings."""

_PLACE = re.compile(rf"(?:/library/(?P<library>[a-z0-9][a-z0-9-]*))?(?:/(?P<language>{'|'.join(LANGUAGES)}))?(?=/|$)")
# A language of an Accept-Language header, such as “de-CH”, with how much it is wanted.
_WANTED = re.compile(r"^\s*([a-z]{2,3})(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Place:
    """A library, "" for the first, and a language, "" where the address names none."""

    library: str = ""
    language: str = ""

    @property
    def prefix(self) -> str:
        """What addresses within this place begin with."""
        library = f"/library/{self.library}" if self.library else ""
        return library + (f"/{self.language}" if self.language else "")

    @property
    def root(self) -> str:
        """The way from a page of this place to the site's root, for links that also hold behind a proxy's own path."""
        return "../" * self.prefix.count("/") or "./"


def place_of(path: str) -> tuple[Place, str]:
    """The place that a path leads to, and the path within it."""
    found = _PLACE.match(path)
    if not found or not found[0]:
        return Place(), path
    return Place(found["library"] or "", found["language"] or ""), path[found.end() :]


def wanted_language(header: str, otherwise: str) -> str:
    """The language of the page that a browser's Accept-Language header wants most; `otherwise` where it wants none."""
    found = [_WANTED.match(part) for part in header.split(",")]
    wanted = [(float(match[2] or 1), match[1].lower()) for match in found if match]
    known = [(weight, code) for weight, code in wanted if code in LANGUAGES and weight > 0]
    return max(known, key=lambda one: one[0])[1] if known else otherwise


def language_of(request: Request, otherwise: str) -> str:
    """The language that a reader chose before, or that the browser wants."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return wanted_language(chosen or request.headers.get("accept-language", ""), otherwise)
