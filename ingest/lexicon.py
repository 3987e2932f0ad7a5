"""Lexicons: the word lists that the code reads, kept as TOML files in `ingest/lexicons/`, one a language and purpose.

A file has lists of phrases, and may have facets of papers (`ingest/extraction/facets.py`):

    [lists]
    works = ["paper*", "article*"]
    brings = ["introduc*", "releas*"]

    [[facet]]
    name = "contributes"
    value = "dataset"
    shows = ["<brings> ... dataset*"]      # what a paper says that has it
    unless = ["existing"]                  # words beside those that undo them
    asked = ["dataset*", "corpora"]        # what a question says that asks for it

A phrase is matched in any case and as whole words. In it `*` stands for the rest of a word, a space for white space
or a hyphen, `...` for up to eight words of the same clause, `..` for up to six of one noun phrase (none of them is a
preposition or a relative pronoun), and `<list>` for any phrase of that list of the file.
Chinese, Japanese and Korean phrases are matched anywhere, since those scripts put no spaces between words.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.errors import LexiconError

FOLDER = Path(__file__).parent / "lexicons"

# `...` reaches over this many words: abstracts seldom put more between a verb and the noun of its object.
LONGEST_GAP = 8

_BETWEEN = r"[\s-]+"
# Words of one clause: none ends with a mark that closes it. Each is matched in one way, so nothing is tried twice.
_GAP = rf"(?:[^\s-]*[^\s.;:!?-]{_BETWEEN}){{0,{LONGEST_GAP}}}?"
# As much of a noun phrase as stands before its noun: "a large, hand-annotated and multilingual" corpus.
_LONGEST_PHRASE = 6
_PHRASE_ENDS = (
    "on|for|with|without|from|using|to|that|which|by|in|of|than|at|via|into|based|we|is|are|was|were|as|over|across|through|under|"
    "against|including|such|achieves?|outperforms?|demonstrates?|shows?"
)
_PHRASE_GAP = rf"(?:(?!(?<!-)(?:{_PHRASE_ENDS})(?!\w))[^\s-]*[^\s.;:!?-]{_BETWEEN}){{0,{_LONGEST_PHRASE}}}?"
_GAPS = {"...": _GAP, "..": _PHRASE_GAP}
_SCRIPTS_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PIECE = re.compile(r"<[a-z_]+>|\.{2,3}| |(?:(?!<[a-z_]+>|\.\.)[^ ])+")

# One word or more with single spaces between them.
Phrase = Annotated[str, StringConstraints(pattern=r"^\S+( \S+)*$")]
Phrases = Annotated[tuple[Phrase, ...], Field(min_length=1)]


class FacetRecord(BaseModel):
    """A `[[facet]]` as it is written. `anywhere`: it is also read from what a paper says about others' work."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: str
    label: str = ""
    shows: Phrases | None = None
    unless: Phrases | None = None
    asked: Phrases | None = None
    anywhere: bool = False


class LexiconRecord(BaseModel):
    """A file as it is written.

    `papers` are words of which a paper must have one for the facets to be looked for. `at_ingest` says that the lists
    decide what is kept of a paper, so that an index is outdated when they change; facets always do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_ingest: bool = False
    lists: dict[str, Phrases] = {}
    papers: Phrases | None = None
    facet: tuple[FacetRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetEntry:
    """One facet value with its compiled phrases; `shows`, `unless` and `papers` match text in lower case.

    `papers` gates the facets of a field: where no word of it stands in a paper, the others are not looked for.
    """

    name: str
    value: str
    label: str
    shows: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    asked: re.Pattern[str] | None
    anywhere: bool
    papers: re.Pattern[str] | None


class Lexicon:
    """The word lists of one file; LexiconError names the file and the entry that is wrong."""

    def __init__(self, name: str, record: LexiconRecord) -> None:
        self.name = name
        self._lists = record.lists
        self._patterns: dict[tuple[tuple[str, ...], bool], re.Pattern[str]] = {}
        for key in record.lists:
            self.pattern(key)  # a phrase that cannot be read is told at once, not by the question that needs it
        self.facets = tuple(self._facet(entry, record.papers) for entry in record.facet)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the lists, in the order of the file."""
        return tuple(self._lists)

    def words(self, name: str) -> tuple[str, ...]:
        """The phrases of a list as they are written, in the order of the file."""
        try:
            return self._lists[name]
        except KeyError:
            raise LexiconError(f"{self.name}.toml: there is no list {name!r}") from None

    def pattern(self, *names: str, any_case: bool = True) -> re.Pattern[str]:
        """What any phrase of these lists matches, longer phrases first; in any case, or as written; compiled once."""
        key = names, any_case
        if key not in self._patterns:
            phrases = [phrase for name in names for phrase in self.words(name)]
            flags = re.I if any_case else re.NOFLAG
            self._patterns[key] = self._compiled(phrases, " and ".join(names), flags)
        return self._patterns[key]

    def source(self, *names: str) -> str:
        """The same pattern as text, to be a piece of a larger one."""
        return f"(?:{self.pattern(*names).pattern})"

    def _facet(self, entry: FacetRecord, papers: Phrases | None) -> FacetEntry:
        where = f"facet {entry.name}/{entry.value}"
        return FacetEntry(
            name=entry.name,
            value=entry.value,
            label=entry.label,
            shows=self._in_lower_case(entry.shows, where),
            unless=self._in_lower_case(entry.unless, where),
            asked=self._compiled(entry.asked, where, re.I) if entry.asked else None,
            anywhere=entry.anywhere,
            papers=self._in_lower_case(papers, "papers"),
        )

    def _in_lower_case(self, phrases: Phrases | None, where: str) -> re.Pattern[str] | None:
        """A pattern for text in lower case, which is searched twice as fast as text in any case."""
        return self._compiled([phrase.lower() for phrase in phrases], where, re.NOFLAG) if phrases else None

    def _compiled(self, phrases: Sequence[str], where: str, flags: re.RegexFlag) -> re.Pattern[str]:
        try:
            return re.compile(self._alternation(phrases), flags)
        except (re.error, LexiconError) as error:
            raise LexiconError(f"{self.name}.toml: {where}: {error}") from error
        except RecursionError as error:
            raise LexiconError(f"{self.name}.toml: {where}: a list refers to itself") from error

    def _alternation(self, phrases: Sequence[str]) -> str:
        """Phrases that begin and end with a letter share the check of the words' edges; the others stand alone."""
        ordered = _longest_first(phrases)
        plain = [phrase for phrase in ordered if _has_edges(phrase)]
        whole = rf"(?<!\w)(?:{'|'.join(self._phrase(phrase) for phrase in plain)})(?!\w)" if plain else ""
        others = (self._phrase(phrase) for phrase in ordered if not _has_edges(phrase))
        return "|".join(filter(None, (whole, *others)))

    def _phrase(self, phrase: str) -> str:
        pattern = "".join(self._piece(piece) for piece in _PIECE.findall(phrase))
        for gap in _GAPS.values():  # which ends with the space behind its last word
            pattern = pattern.replace(gap + _BETWEEN, gap)
        return pattern

    def _piece(self, piece: str) -> str:
        if piece == " ":
            return _BETWEEN
        if piece in _GAPS:
            return _GAPS[piece]
        if piece.startswith("<") and piece.endswith(">"):
            phrases = _longest_first(self.words(piece[1:-1]))
            return f"(?:{'|'.join(self._phrase(phrase) for phrase in phrases)})"
        return r"\w*".join(re.escape(part).replace("'", "['’]") for part in piece.split("*"))


@cache
def lexicon(name: str) -> Lexicon:
    """The lexicon of that name, such as "en.query", read once; LexiconError if it is missing or not as it should be."""
    return Lexicon(name, _record(name))


def lexicon_names() -> tuple[str, ...]:
    """The names of all lexicons there are, in order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def facet_entries() -> tuple[FacetEntry, ...]:
    """The facets of all lexicons, in the order of the files."""
    return tuple(entry for name in lexicon_names() for entry in lexicon(name).facets)


@cache
def lexicons_hash() -> str:
    """A hash of what the lexicons say of papers, not of questions: an index keeps it, to know when it is outdated."""
    digest = hashlib.sha256()
    for name in lexicon_names():
        record = _record(name)
        if record.at_ingest or record.facet:
            said = record.model_dump_json(exclude={"facet": {"__all__": {"asked", "label"}}})
            digest.update(f"{name} {said}\n".encode())
    return digest.hexdigest()


def _record(name: str) -> LexiconRecord:
    path = FOLDER / f"{name}.toml"
    try:
        return LexiconRecord.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise LexiconError(f"there is no lexicon {name!r}, only {', '.join(lexicon_names())}") from error
    except ValidationError as error:  # before ValueError, which it is
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise LexiconError(f"{path.name}: {place}: {first['msg']}: {str(first['input'])[:60]!r}") from error
    except ValueError as error:
        raise LexiconError(f"{path.name} is no TOML: {error}") from error


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(phrases), key=len, reverse=True)


def _has_edges(phrase: str) -> bool:
    """Whether a phrase must begin and end where words do: not in a script without spaces, nor at a sign."""
    return not _SCRIPTS_WITHOUT_SPACES.search(phrase) and all(map(_is_letter, (phrase[0], phrase[-1])))


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign in "*<>"
