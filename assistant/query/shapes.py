"""Shapes: one question in many wordings is brought into the one that the readers know.

English asks for the same thing in many outer shapes: "Among the papers on X, which is the latest?" is "Which papers on
X is the latest?", and "Put A next to B: how long …" compares them. Only the shape is changed, never what is asked
about; a question in none of these shapes stays as it is.
"""

from __future__ import annotations

import re

from assistant.query.cues import Cues


class Shapes:
    """The shapes of one language, compiled."""

    def __init__(self, words: Cues) -> None:
        works = words.source("works")
        self._contraction = re.compile(rf"\b({words.source('contracted')})['’]s\b", re.I)
        self._polite = re.compile(rf"(?:[\s,;]+{words.source('polite')})+(?=[\s.!?]*$)", re.I)
        self._partitive = re.compile(
            rf"^{words.source('out_of')} (?:{words.source('quantifiers')} )*(?P<set>(?:[\w-]+ ){{0,3}}?{works}\b[^,?]*?),? "
            rf"(?P<asks>{words.source('which')}|{words.source('counts')})(?: {words.source('which_ones_of')})?\b(?P<rest>.*)$",
            re.I | re.S,
        )
        self._several = re.compile(
            rf"[\s,;:.!?(]*\b{words.source('draws_on')} (?:{words.source('several')} )+{works}\b[\s).!?]*$", re.I
        )
        self._is = re.compile(rf"{words.source('be')}\b", re.I)
        self._counts = words.pattern("counts", "how_many")

    def plain(self, text: str) -> str:
        """The question in the shape that the readers of operations know."""
        spelled = self._contraction.sub(r"\1 is", text)
        bare = self._polite.sub("", spelled)
        return self._without_partitive(bare if re.search(r"\w", bare) else spelled)

    def _without_partitive(self, text: str) -> str:
        """ "Of the papers on X, which use Y?" as "which papers on X that use Y?"."""
        found = self._partitive.match(text)
        if found is None:
            return text
        rest = found["rest"].strip()
        return f"{found['asks']} {found['set']} {rest if self._is.match(rest) else f'that {rest}'}"

    def asks_of_several(self, text: str) -> str:
        """The question without words that want several papers to answer it ("… Draw on several papers."), else empty."""
        found = self._several.search(text)
        if found is None or self._counts.match(text):
            return ""
        return text[: found.start()].strip()
