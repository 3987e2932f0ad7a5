"""Shapes: one question in many wordings is brought into the one that the readers know.

English asks for the same thing in many outer shapes: "Among the papers on X, which is the latest?" is "Which papers on
X is the latest?", "What have you got about X?" is "everything about X", and "Where does research on X stand?" is "What
do the papers say about X?". Only the shape is changed, never what is asked about; a question in none of these shapes
stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.query.cues import Cues

# A bare noun phrase that ends in a word for papers has at most so many words before it: "sea ice drift papers".
LONGEST_FRAGMENT = 4

_WITH = re.compile(r"\bw/\s*(?=\w)")

_SINGULAR = re.compile(r"(?:is|was)\b", re.I)

_Rewriting = Callable[[re.Match[str]], str]


class Shapes:
    """The shapes of one language, compiled."""

    def __init__(self, words: Cues) -> None:
        source, works = words.source, words.source("works")
        self._words = words
        self._contraction = re.compile(rf"\b({source('contracted')})['’]s\b", re.I)
        self._polite = re.compile(rf"(?:[\s,;]+{source('polite')})+(?=[\s.!?]*$)", re.I)
        self._overall = re.compile(rf"^{source('overall')},?\s+", re.I)
        # "the second study", but not "peer review" or "language models".
        self._one_work = re.compile(
            rf"\b(?:{source('pointing_words')}|the|another) (?:[\w-]+ ){{0,2}}?{source('work')}\b", re.I
        )
        self._is = re.compile(rf"{source('be')}\b", re.I)
        self._counts = words.pattern("counts", "how_many")
        self._several = re.compile(
            rf"[\s,;:.!?(]*\b{source('draws_on')} (?:{source('several')} )+{works}\b[\s).!?]*$", re.I
        )
        shapes = (*self._of_lists(), *self._of_surveys())
        self._shapes = tuple((re.compile(rf"^{shape}[\s?.!]*$", re.I | re.S), rewrite) for shape, rewrite in shapes)

    def plain(self, text: str) -> str:
        """The question in the shape that the readers of operations know."""
        spelled = _WITH.sub("with ", self._contraction.sub(r"\1 is", text))
        bare = self._overall.sub("", self._polite.sub("", spelled))
        bare = bare if re.search(r"\w", bare) else spelled
        for shape, rewrite in self._shapes:
            found = shape.match(bare)
            if found and not self._points(found.groupdict().get("what", "")):
                return rewrite(found)
        return bare

    def asks_of_several(self, text: str) -> str:
        """The question without words that want several papers to answer it ("… Draw on several papers."); or empty."""
        found = self._several.search(text)
        return "" if found is None or self._counts.match(text) else text[: found.start()].strip()

    def _points(self, what: str) -> bool:
        """Whether a thing is none but points to one paper or to what was said: "it", "the second study"."""
        return bool(self._words.pattern("pointing_words").match(what) or self._one_work.search(what))

    def _of_lists(self) -> tuple[tuple[str, _Rewriting], ...]:
        source = self._words.source
        about = rf"{source('concerning')} (?P<what>[^?]+?)"
        mass = rf"(?:{source('collecting')} )*{source('reading')}"
        papers, some = source("papers"), source("papers", "one_paper")
        return (
            (
                rf"{source('out_of')} (?:{source('quantifiers')} )*"
                rf"(?P<set>(?:[\w-]+ ){{0,3}}?{papers}\b[^,?]*?),? "
                rf"(?P<asks>{source('which')}|{source('counts')})(?: {source('which_ones_of')})?\b(?P<rest>.*?)",
                self._without_partitive,
            ),
            # "Is there work on X?" wants one paper, should there be no more.
            (rf"(?!(?:is|are) there)(?:{source('asks_for')} )+{mass} {about}", _papers_about),
            (
                rf"(?:{source('asks_for')} )*(?:what|which {papers})(?: all| else)? "
                rf"{source('you_have')}(?: {source('so_far')})? {about}",
                _papers_about,
            ),
            (
                rf"(?:what|which)(?: is| are)? {source('recently_said')}(?: {source('recent_things')})? {about}",
                _newest_about,
            ),
            (
                rf"(?:(?:what|which) (?:is|was) )?(?:the )?{source('newest')} {source('recent_thing')}"
                rf"(?: {source('you_have')})? {about}",
                lambda found: f"which is the newest paper about {found['what']}",
            ),
            (
                rf"(?:(?:what|which) (?:is|are|was) )?(?:the )?{source('newest')} {source('recent_things')}"
                rf"(?: {source('you_have')})? {about}",
                _newest_about,
            ),
            (
                rf"{source('asks_whether_any')} (?:{source('anyone')}|any (?:of (?:the|these|your) )?{some})"
                rf"(?: {source('own_library')})? (?P<rest>[^?]+?)",
                lambda found: f"which papers {found['rest']}",
            ),
            (
                rf"{source('i_am')} [^?.;,]{{3,40}}? {source('concerning')} (?P<what>[^?.;,]+)[.;,]+ "
                rf"(?:what|which {papers}) {source('you_have')}",
                _papers_about,
            ),
            (rf"(?P<what>{self._fragment()}) {papers}", _papers_about),
        )

    def _of_surveys(self) -> tuple[tuple[str, _Rewriting], ...]:
        source = self._words.source
        about = rf"{source('concerning')} (?P<what>[^?]+?)"
        many = rf"(?:{source('collecting')} )*{source('collective')}"
        verdict = rf"(?:{source('collecting')} )*{source('verdicts')}"
        said_by = rf"(?: {source('out_of')} (?:{source('collecting')} )*{source('works')})?"
        return (
            (
                rf"(?:(?:an?|quick|short|brief|please) )*{source('overviews')}(?:,? {source('polite')})?"
                r"\s*(?:[:,]|\s-)\s*(?P<what>[^?]+?)",
                lambda found: f"give me an overview of {found['what']}",
            ),
            (rf"{source('asks_speakers')} {many} {about}(?: all| really| together)? {source('shows')}", _said_about),
            (rf"(?:{source('describes_all')}|{source('sums_up')}) {many} {about}", _said_about),
            (rf"(?:what|where|how|which|is|are)(?: is| are| there)* {verdict}{said_by} {about}", _said_about),
            (rf"what {source('learned')}(?: {source('so_far')})*(?: {about})", _said_about),
            (rf"where (?:does|do|is) {many} {about} {source('stands')}", _said_about),
            (rf"{source('tells_about')} (?P<what>[^?]+?)", _said_about),
        )

    def _fragment(self) -> str:
        """Words without any that only join or ask: what stands before "papers" where nothing else is said."""
        joining = self._words.source(
            "governing", "be", "asking_words", "determiners", "conjunctions", "frame_words", "asks_for"
        )
        newest = self._words.source("newest", "oldest", "collecting", "number_words", "pointing_words", "narrows")
        return (
            rf"(?!(?:{joining}|{newest})\b)(?:(?!{joining}\b)[\w-]+ ){{0,{LONGEST_FRAGMENT - 1}}}(?!{joining}\b)[\w-]+"
        )

    def _without_partitive(self, found: re.Match[str]) -> str:
        """Turn "of the papers on X, which use Y?" into "which papers on X that use Y"."""
        rest, papers = found["rest"].strip(), found["set"]
        if not self._is.match(rest):
            return f"{found['asks']} {papers} that {rest}".strip()
        if _SINGULAR.match(rest):  # "which is the latest" wants one
            papers = self._words.pattern("papers").sub("paper", papers, count=1)
        return f"{found['asks']} {papers} {rest}"


def _papers_about(found: re.Match[str]) -> str:
    return f"which papers are about {found['what']}"


def _newest_about(found: re.Match[str]) -> str:
    return f"which are the newest papers about {found['what']}"


def _said_about(found: re.Match[str]) -> str:
    return f"what do the papers say about {found['what']}"
