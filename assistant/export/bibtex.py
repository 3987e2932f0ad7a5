"""Papers as BibTeX entries: those that came as BibTeX go out as they came, the others with all that is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.export.escaping import latex_text, safe_address
from assistant.export.people import Person, authors_of, editors_of
from assistant.markup import one_line
from ingest.papers import Paper
from ingest.text.latex import plain_text

_KEEPS_ITS_CASE = re.compile(r"\S[A-Z]|\d")
# What BibTeX's own styles call each kind, and where they print the venue.
_TYPES = {
    "article": ("article", "journal"),
    "review": ("article", "journal"),
    "editorial": ("article", "journal"),
    "letter": ("article", "journal"),
    "conference": ("inproceedings", "booktitle"),
    "chapter": ("incollection", "booktitle"),
    "book": ("book", "series"),
    "thesis": ("phdthesis", "school"),
    "report": ("techreport", "institution"),
}
_MASTERS = re.compile(r"master|bachelor|\bm\.?sc\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_VENUES = frozenset(
    "journal journaltitle booktitle school institution eventtitle howpublished series organization".split()
)
# What people look for first stands first, the abstract last.
_ORDER = "title author editor journal journaltitle booktitle school institution year date month volume number pages doi"
_PLACES = {name: place for place, name in enumerate(_ORDER.split())}
# Names of our own record that BibTeX has no field for, or that stand in the entry's head.
_NO_FIELD = frozenset(("entrytype", "names", "date", "editors"))
_VERBATIM = frozenset(("doi", "url", "eprint", "howpublished", "crossref"))
# In running text these end a compilation, and exporters leave them bare.
_BARE = re.compile(r"(?<!\\)[&%#]")
_BARE_UNDERSCORE = re.compile(r"(?<!\\)_")


def bibtex_entry(key: str, paper: Paper) -> str:
    """One entry under this key."""
    kept = dict(paper.reference)
    came_as_bibtex = "title" in kept
    entry_type = kept.get("entrytype", "misc") if came_as_bibtex else _type_of(paper, kept)
    pairs = _as_it_came(paper, kept) if came_as_bibtex else _of_record(paper, kept)
    told = sorted((pair for pair in pairs if pair[1]), key=lambda pair: _PLACES.get(pair[0], len(_PLACES)))
    told.sort(key=lambda pair: pair[0] == "abstract")
    fields = "".join(f"  {name} = {_set_off(name, value)},\n" for name, value in told)
    return f"@{entry_type}{{{key},\n{fields}}}\n"


def _set_off(name: str, value: str) -> str:
    """A value in braces; the names of months stand bare, for styles print them in their own language."""
    return value if name == "month" and value.lower() in _MONTHS else f"{{{value}}}"


def _type_of(paper: Paper, kept: Mapping[str, str]) -> str:
    entry_type, _ = _TYPES.get(paper.kind, ("", ""))
    if entry_type == "phdthesis" and _MASTERS.search(f"{kept.get('entrytype', '')} {kept.get('genre', '')}"):
        return "mastersthesis"
    return entry_type or ("article" if paper.venue and not paper.kind else "misc")


def _as_it_came(paper: Paper, kept: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The fields of the source's own entry, and what other sources knew of the paper besides."""
    told = {
        name: value for name, value in kept.items() if name not in _NO_FIELD or (name == "date" and "year" not in kept)
    }
    for name, value in told.items():
        yield name, value if name in _VERBATIM or name == "abstract" else _harmless(value)
    for name, value in _identities(paper):
        if name not in told and not (name == "url" and (paper.doi or paper.arxiv_id)):  # which say where it is
            yield name, value
    if paper.venue and not _VENUES & told.keys():
        yield _venue_field(paper), latex_text(paper.venue)
    if paper.year and not told.keys() & {"year", "date"}:
        yield "year", str(paper.year)
    yield from _about(paper)


def _of_record(paper: Paper, kept: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "title", _protected(plain_text(paper.title))
    yield "author", _people(authors_of(paper), and_others=paper.is_digest)
    yield "year", str(paper.year or "")
    yield "month", _MONTHS[paper.month - 1] if paper.month else ""
    if paper.venue:
        yield _venue_field(paper), latex_text(paper.venue)
    yield "editor", _people(editors_of(paper))
    yield from ((name, latex_text(value)) for name, value in kept.items() if name not in _NO_FIELD)
    yield from _identities(paper)
    yield from _about(paper)


def _venue_field(paper: Paper) -> str:
    return _TYPES.get(paper.kind, ("", "journal" if not paper.kind else "howpublished"))[1]


def _identities(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "eprint", latex_text(paper.arxiv_id or "")
    yield "archiveprefix", "arXiv" if paper.arxiv_id else ""
    yield "doi", _verbatim(paper.doi or "")
    yield "pmid", paper.pmid or ""
    yield "url", _verbatim(safe_address(paper.link))


def _about(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "keywords", latex_text(", ".join(paper.keywords))
    yield "abstract", "" if paper.is_digest else latex_text(one_line(plain_text(paper.abstract)))


def _harmless(latex: str) -> str:
    """A source's LaTeX with the signs escaped that would end the compilation of a document that cites it."""
    escaped = _BARE.sub(lambda found: f"\\{found[0]}", latex)
    return escaped if "$" in escaped or "\\url" in escaped else _BARE_UNDERSCORE.sub(r"\\_", escaped)


def _protected(title: str) -> str:
    """A title whose words with inner capitals or digits keep them: BibTeX styles put the rest in lower case."""
    return " ".join(map(_protected_word, one_line(title).split()))


def _protected_word(word: str) -> str:
    """The sign behind a word stays outside the braces: after a colon, styles leave the next word's capital alone."""
    core = word.rstrip(":,.;!?")
    if not _KEEPS_ITS_CASE.search(core):
        return latex_text(word)
    return f"{{{latex_text(core)}}}{latex_text(word[len(core) :])}"


def _people(people: tuple[Person, ...], and_others: bool = False) -> str:
    """Names joined by "and"; a digest's record names the first one alone."""
    names = [_name(person) for person in people]
    return " and ".join([*names, "others"] if and_others and len(names) == 1 else names)


def _name(person: Person) -> str:
    """One name; an "and" or a comma within a part would make it two, so such a name stands in braces as a whole."""
    parts = [person.family, person.suffix, person.given]
    if person.is_whole or any(re.search(r"\band\b|,", part, re.IGNORECASE) for part in parts):
        return f"{{{latex_text(person.inverted)}}}"
    if person.suffix or " " in person.family:
        return ", ".join(latex_text(part) for part in parts if part)
    return " ".join(latex_text(part) for part in (person.given, person.family) if part)


def _verbatim(text: str) -> str:
    """An address or DOI: read letter by letter by the styles, so nothing is escaped, but braces must balance."""
    return re.sub(r"[{}\\\s]", "", text)
