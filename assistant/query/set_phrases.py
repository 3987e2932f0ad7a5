"""Sets of papers that are asked for without a frame: the subject first, or whoever does a thing instead of the papers.

"Erosion of beaches: which papers?", "Which authors fear that tests have leaked?", "Does this library
cover sheep dogs?" and "Beach erosion work published since 2024" ask for the papers about a subject that may be a
whole clause. A clause is one subject as it stands: its words are not read as conditions, but for the years in it.
"""

from __future__ import annotations

import re

from assistant.query.cues import Cues
from assistant.query.plan import Operation, QueryPlan, Subject, Years, all_of
from assistant.query.years import without_years
from ingest.text.terms import tokens_of

# "Is there a paper that discusses sheep dogs?" asks for a subject; a longer clause describes one paper.
LONGEST_SUBJECT = 3
# "Is there work on …?", where more than one paper is expected.
LONGEST_MATTER = 5
# A subject that stands before "papers published since 2024" has at most so many words.
LONGEST_LABEL = 5


class SetPhrases:
    """Reads such questions in one language."""

    def __init__(self, words: Cues) -> None:
        source = words.source
        papers = source("papers")
        mass = rf"(?:{papers}|{source('reading')})"
        about = rf"(?:{source('relatives')} )?(?:{source('be')} )?{source('abouts')}"
        asks = rf"(?:(?:{source('asks_for', 'frame_words', 'collecting')})\s+)*"
        some = source("papers", "one_paper", "reading")
        self._words = words
        self._people = re.compile(
            rf"^{source('which')} {source('speakers')} (?!{source('be', 'auxiliaries', 'has_written')}\b)"
            rf"(?P<what>[^?]+?)[\s?.!]*$",
            re.I,
        )
        self._existing = re.compile(
            rf"^{source('existential')} (?:{source('frame_words')} )*{mass} {about} (?P<what>[^?]+?)[\s?.!]*$", re.I
        )
        self._short = re.compile(
            rf"^{source('existential')} (?:{source('frame_words')} )*{some} {about} (?P<what>[^?]+?)[\s?.!]*$", re.I
        )
        shapes = (
            # The subject first: "X: which papers?", "X, all papers that tackle these".
            rf"(?P<what>[^?]+?)\s*(?:[:;,]|\s-)\s*{asks}{mass}(?: {about} (?P<more>[^?]+?))?(?: {source('you_have')})?",
            # Whether the library has a thing: "does this collection cover sheep dogs?".
            rf"{source('auxiliaries')} {source('library')} {source('holds')} (?:{source('frame_words')} )*"
            rf"(?:{some} |{source('anything')} )?(?:{about} )?(?P<what>[^?]+?)",
        )
        # A label and when: "beach erosion work published since 2024".
        dated = (
            rf"^(?P<what>(?:(?!{source('governing', 'be', 'asking_words', 'determiners', 'asks_for')}\b)[\w-]+ )"
            rf"{{1,{LONGEST_LABEL}}}){mass} "
            rf"(?P<when>(?:{source('dated')} )?{source('year_since', 'year_at', 'year_after', 'year_before')} [^?]+?)"
            r"[\s?.!]*$"
        )
        self._shapes = tuple(re.compile(rf"^{shape}[\s?.!]*$", re.I) for shape in shapes)
        self._dated = re.compile(dated, re.I)
        self._pointing = words.pattern("pointing_words")
        self._polite = re.compile(rf"(?:[\s,]*{source('polite', 'own_library')})+[\s?.!]*$", re.I)
        self._determiner = re.compile(rf"^(?:{source('light_verbs', 'determiners', 'governing')}\s+)+(?=\w)", re.I)

    def of_people(self, text: str) -> QueryPlan | None:
        """The papers whose authors do a thing: "which authors fear that tests have leaked?"."""
        found = self._people.match(text)
        return self._list(found["what"]) if found else None

    def read(self, text: str) -> QueryPlan | None:
        """The plan that lists the papers about such a subject; None where none is asked for so."""
        for shape, longest in ((self._short, LONGEST_SUBJECT), (self._existing, LONGEST_MATTER)):
            if (short := shape.match(text)) and len(tokens_of(short["what"])) <= longest:
                return self._list(short["what"])
        found = next((found for shape in self._shapes if (found := shape.match(text))), None)
        if found is None:
            return self.dated(text)
        parts = found.groupdict()
        more = parts.get("more") or ""
        return self._list(f"{more} {parts['what']}" if more and not self._pointing.match(more) else parts["what"])

    def dated(self, text: str) -> QueryPlan | None:
        """The works of some years under a label, which may be a name: "BERT work published since 2024"."""
        found = self._dated.match(text)
        return self._list(found["what"], without_years(found["when"], self._words)[1]) if found else None

    def _list(self, what: str, dated: tuple[Years, ...] | None = None) -> QueryPlan | None:
        """The papers about a subject, of the years that it was `dated` with, or of those that stand in it."""
        bare, years = without_years(what, self._words) if dated is None else (what, dated)
        said = self._determiner.sub("", self._polite.sub("", bare).strip(" ?.!,;:"))
        if not tokens_of(said) or self._pointing.fullmatch(said) or dated == ():
            return None
        return QueryPlan(Operation.LIST, all_of(Subject(said), *years))
