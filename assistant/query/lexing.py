"""Lexing: the words behind "which papers …" as tokens: cues, negations, joints, finished leaves, and plain text.

A cue only counts where a clause begins ("that use BERT", "and use BERT"); within a phrase it is a word like any
other ("papers about drugs used in pregnancy"). A name behind "by" or "in" must be an author or a venue of the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.query.added import AddedReader
from assistant.query.cues import Cues
from assistant.query.plan import Author, Available, Category, Condition, Kind, Resource, Venue
from assistant.query.years import years_in
from ingest.index.corpus import Corpus
from ingest.index.literal import fold
from ingest.text.terms import tokens_of

# Words of a person's name at most, and of a venue's.
LONGEST_PERSON = 5
LONGEST_VENUE = 9
# A single word names a venue only if it is longer than this and is no word of every other venue's name.
SHORTEST_VENUE = 3
_COMMON_IN_VENUES = frozenset(
    "journal conference proceedings international transactions letters review reviews research science sciences annual "
    "workshop symposium society association press university advances studies american european".split()
)


class Sort(StrEnum):
    """What a token is."""

    TEXT = "text"
    QUOTED = "quoted"
    LEAF = "leaf"
    MENTIONS = "mentions"
    USES = "uses"
    ABOUT = "abouts"
    BY = "by_authors"
    NOT = "negations"
    EXCEPT = "excepts"
    WITHOUT = "without"
    NEITHER = "neither"
    NOR = "nor"
    BUT = "but"
    RELATIVE = "relatives"
    AND = "conjunctions"
    OR = "disjunctions"
    COMMA = "comma"
    SKIPPED = "skipped"


CUES = (Sort.MENTIONS, Sort.USES, Sort.ABOUT)
JOINTS = (Sort.AND, Sort.OR, Sort.BUT, Sort.COMMA, Sort.NOR, Sort.EXCEPT, Sort.WITHOUT, Sort.NEITHER, Sort.RELATIVE)
# At the beginning of a clause each of these is looked for; of those that fit the longest counts, of equals the first.
_AT_CLAUSE = (
    Sort.EXCEPT, Sort.WITHOUT, Sort.NEITHER, Sort.NOR, Sort.MENTIONS, Sort.USES, Sort.ABOUT, Sort.NOT, Sort.BUT,
    Sort.RELATIVE, Sort.AND, Sort.OR, Sort.SKIPPED,
)  # fmt: skip
# Within a phrase only these end it.
_IN_PHRASE = (Sort.EXCEPT, Sort.WITHOUT, Sort.NEITHER, Sort.NOR, Sort.BUT, Sort.AND, Sort.OR)

_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{2,}?)[\"“”«»]|(?<!\w)['‘]([^'‘’]{2,}?)['’](?!\w)")
_INDEFINITE = re.compile(r"\b(?:an?|any|some|another) (?:[\w-]+ ){1,2}$", re.I)
_WORD = re.compile(r"[^\s,;:?!()]+|[(),;:?!]")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?")


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text and what it is; a LEAF carries its condition."""

    sort: Sort
    text: str
    start: int
    end: int
    leaf: Condition | None = None


class Lexer:
    """Cuts what follows "papers" into tokens, over one library."""

    def __init__(self, corpus: Corpus, words: Cues) -> None:
        self._corpus = corpus
        self._words = words
        self._times = AddedReader(words)
        self._venues = {fold(p.venue): p.venue for p in corpus.papers if p.venue}
        self._categories = {c.lower(): c for p in corpus.papers for c in p.categories}
        self._categories |= {c.split(".")[0]: c.split(".")[0] for c in self._categories}

    def tokens(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text in order; adjacent words are one TEXT."""
        return tuple(_joined_texts(self._tokens(text), text))

    def person_at(self, text: str, position: int, alone: bool = False) -> tuple[str, int] | None:
        """The person whose name begins at a place of a text, and where it ends: known here, or capitalised like one.

        A single capitalised word that nobody here is called is a name only if it stands `alone`, up to the next joint.
        """
        words = _name_run(text, position)
        capitals = len(list(_while_capital(words)))
        for count in range(len(words), 0, -1):
            end = words[count - 1].end()
            name = text[position:end].rstrip(".,")
            if (count == capitals and count > 1) or self._corpus.authors.knows(name):
                return name, end
        ends = re.match(r"[^\W\d]+(?: [^\W\d]+){0,2}(?=\s*(?:[?.!,;]|$))", text[position:]) if alone else None
        if ends is None or (ends[0].islower() and " " in ends[0] and self._says(ends[0])):
            return None  # "written by language models" names nobody
        return ends[0], position + ends.end()

    def _says(self, text: str) -> bool:
        """Whether the library's abstracts have every word of a text."""
        return all(self._corpus.bm25.holds(term).any() for term in tokens_of(text))

    def _tokens(self, text: str) -> Iterator[Token]:
        years = {span.start: span for span in years_in(text, self._words)}
        position, clause = 0, True
        before: Token | None = None
        while position < len(text):
            if text[position].isspace():
                position += 1
                continue
            span = years.get(position)
            token = (
                Token(Sort.LEAF, text[span.start : span.end], span.start, span.end, span.years)
                if span
                else self._quoted(text, position) or self._token(text, position, clause)
            )
            after_author = token.sort in JOINTS and before is not None and isinstance(before.leaf, Author)
            if after_author and (person := self._person(text, token.end)):
                yield token
                token = person
            yield token
            before = token
            position, clause = (
                token.end,
                token.sort not in (Sort.TEXT, Sort.QUOTED, Sort.MENTIONS, Sort.USES, Sort.ABOUT),
            )
            if token.sort in CUES and (both := self._words.at("both", text, _next(text, position))):
                position = both.end()

    def _token(self, text: str, position: int, clause: bool) -> Token:
        leaf = self._leaf(text, position, clause)
        if leaf:
            return leaf
        best: Token | None = None
        for sort in _AT_CLAUSE if clause else _IN_PHRASE:
            found = self._words.at(sort, text, position)
            if found and sort is Sort.EXCEPT and not clause and self._of_one_noun(text[:position], found[0]):
                continue
            if found and (best is None or found.end() > best.end):
                best = Token(sort, found[0], position, found.end())
        return best or self._within_phrase(text, position) or _word(text, position)

    def _of_one_noun(self, before: str, cue: str) -> bool:
        """Whether an exception is of the noun before it, not of the papers: "in a tongue other than English"."""
        return self._words.at("attached_excepts", cue, 0) is not None and _INDEFINITE.search(before) is not None

    def _within_phrase(self, text: str, position: int) -> Token | None:
        """A "that" or a "do not" within a phrase, if a condition follows: "papers about dance that mention video"."""
        sorts = (Sort.RELATIVE, Sort.NOT)
        found, sort = next(((f, s) for s in sorts if (f := self._words.at(s, text, position))), (None, Sort.TEXT))
        if found is None:
            return None
        follows = found.end()
        while skipped := self._words.at(Sort.SKIPPED, text, _next(text, follows)):
            follows = skipped.end()
        place = _next(text, follows)
        cue = any(self._words.at(sort, text, place) for sort in (*CUES, Sort.NOT, Sort.BY))
        return Token(sort, found[0], position, found.end()) if cue or self._leaf(text, place, True) else None

    def _person(self, text: str, position: int) -> Token | None:
        """A further person behind "by Ming Li or"."""
        start = _next(text, position)
        found = self.person_at(text, start)
        known = found and (self._corpus.authors.knows(found[0]) or len(found[0].split()) > 1)
        return Token(Sort.LEAF, found[0], start, found[1], Author(found[0])) if found and known else None

    def _quoted(self, text: str, position: int) -> Token | None:
        found = _QUOTED.match(text, position)
        return Token(Sort.QUOTED, found[1] or found[2], position, found.end()) if found else None

    def _leaf(self, text: str, position: int, clause: bool) -> Token | None:
        """A finished condition at this place: an author, a venue, a category, a kind of entry, code that is given."""
        readings = (
            self._added,
            self._author,
            self._venue,
            self._category,
            *((self._available, self._kind) if clause else ()),
        )
        for reading in readings:
            found = reading(text, position)
            if found and found[1] > position:
                return Token(Sort.LEAF, text[position : found[1]], position, found[1], found[0])
        return None

    def _added(self, text: str, position: int) -> tuple[Condition, int] | None:
        found = self._times.at(text, position)
        return (found.added, found.end) if found else None

    def _author(self, text: str, position: int) -> tuple[Condition, int] | None:
        cue = self._words.at("by_authors", text, position)
        if cue and (found := self.person_at(text, _next(text, cue.end()), alone=True)):
            return Author(found[0]), found[1]
        cue = self._words.at("from_authors", text, position)
        found = self.person_at(text, _next(text, cue.end())) if cue else None
        known = found and len(found[0].split()) > 1 and self._corpus.authors.knows(found[0])
        return (Author(found[0]), found[1]) if found and known else None

    def _venue(self, text: str, position: int) -> tuple[Condition, int] | None:
        cue = self._words.at("venue_cues", text, position) if self._venues else None
        if cue is None:
            return None
        words = list(_WORD.finditer(text, cue.end()))[:LONGEST_VENUE]
        words = words[1:] if words and words[0][0].lower() == "the" else words
        for count in range(len(words), 0, -1):
            start, end = words[0].start(), words[count - 1].end()
            if any(_names_venue(fold(text[start:end]), venue) for venue in self._venues):
                return Venue(text[start:end]), end
        return None

    def _category(self, text: str, position: int) -> tuple[Condition, int] | None:
        cue = self._words.at("category_cues", text, position) if self._categories else None
        start = _next(text, cue.end()) if cue else position
        found = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?(?![\w.]*\w)", re.I).match(text, start)
        if found is None or found[0].lower() not in self._categories or (cue is None and "." not in found[0]):
            return None
        return Category(self._categories[found[0].lower()]), found.end()

    def _available(self, text: str, position: int) -> tuple[Condition, int] | None:
        gives = self._words.at("gives", text, position)
        place = _next(text, gives.end()) if gives else position
        for name, resource in (("source_code", Resource.CODE), ("source_data", Resource.DATA)):
            found = self._words.at(name, text, place)
            if found and re.match(
                r"\s*(?:$|[?.!,;]|and\b|or\b|but\b|available\b|\bthat\b|on\b|since\b|from\b|in\b|before\b|after\b|by\b)",
                text[found.end() :],
            ):
                return Available(resource), found.end()
        return None

    def _kind(self, text: str, position: int) -> tuple[Condition, int] | None:
        found = self._words.at("kinds_of_entry", text, position)
        is_verb = found and self._words.at("determiners", text, _next(text, found.end()))
        return (Kind(found[0].lower()), found.end()) if found and not is_verb else None  # "report a human evaluation"


def _names_venue(asked: str, venue: str) -> bool:
    """Whether words name a venue: several of its words in a row, or a telling one ("ICASSP" of "Proc. ICASSP")."""
    if asked == venue:
        return True
    words = re.findall(r"[\w-]+", venue)
    if len(asked.split()) > 1:
        return f" {asked} " in f" {' '.join(words)} " and not asked.startswith(("of ", "on ", "and ", "for "))
    return len(asked) > SHORTEST_VENUE and asked in words and asked not in _COMMON_IN_VENUES


def _name_run(text: str, position: int) -> list[re.Match[str]]:
    """The words from a place on that may belong to one person's name."""
    run: list[re.Match[str]] = []
    place = position
    while len(run) < LONGEST_PERSON and (found := _NAME_WORD.match(text, place)):
        run.append(found)
        comma = re.match(r", (?=[A-Z])", text[found.end() :]) if len(run) == 1 else None  # "Lam, Max"
        place = found.end() + len(comma[0]) if comma else _next(text, found.end())
        if place == found.end():
            break
    return run


def _while_capital(words: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    for word in words:
        if not word[0][0].isupper():
            return
        yield word


def _next(text: str, position: int) -> int:
    """The place of the next sign that is no space."""
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _word(text: str, position: int) -> Token:
    found = _WORD.match(text, position)
    end = found.end() if found else position + 1
    sort = Sort.COMMA if text[position:end] in ",;" else Sort.TEXT
    return Token(sort, text[position:end], position, end)


def _joined_texts(tokens: Iterator[Token], text: str) -> Iterator[Token]:
    """The tokens with adjacent words as one text; signs at the end of a sentence are left out."""
    held: Token | None = None
    for token in tokens:
        if token.sort is Sort.TEXT:
            if not any(map(str.isalnum, token.text)):
                continue
            start = held.start if held else token.start
            held = Token(Sort.TEXT, text[start : token.end], start, token.end)
            continue
        if held:
            yield held
            held = None
        yield token
    if held:
        yield held
