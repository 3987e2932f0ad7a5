"""Ways from a page to the others: to each library, and to the same one in another language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.libraries import Libraries, Library
from assistant.ui.access.places import Place
from assistant.ui.base.texts import LANGUAGES, words_of


@dataclass(frozen=True, slots=True)
class Switch:
    """What can be switched to from the page at a place; where `may_change`, libraries are also made and removed."""

    libraries: Libraries
    place: Place
    may_change: bool = False

    @property
    def current(self) -> Library:
        """The library of this page."""
        return self.libraries.get(self.place.library)

    @property
    def root(self) -> str:
        """The way to the site's root."""
        return self.place.root

    @property
    def can_change(self) -> bool:
        """Whether libraries can be made from this page."""
        return self.may_change and self.libraries.may_change

    def ways(self) -> list[tuple[Library, str]]:
        """Every library with the way to its page in this language."""
        return [(one, self._way(replace(self.place, library=one.key))) for one in self.libraries.all()]

    def languages(self) -> list[tuple[str, str, str]]:
        """Every language with its own name and the way to this library's page in it."""
        return [(code, words_of(code)["LANGUAGE"], self._way(replace(self.place, language=code))) for code in LANGUAGES]

    def _way(self, place: Place) -> str:
        return self.root + place.prefix.removeprefix("/") + ("/" if place.prefix else "")
