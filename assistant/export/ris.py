"""Papers as RIS records, as EndNote, Mendeley and Zotero read them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.export.escaping import safe_address
from assistant.export.people import Person, authors_of, editors_of
from assistant.export.plain import doi_of, plain_abstract, plain_reference, plain_venue
from assistant.markup import one_line
from ingest.kinds import kind_of
from ingest.papers import Paper
from ingest.text.latex import plain_text

_TYPES = {
    "article": "JOUR", "review": "JOUR", "editorial": "JOUR", "letter": "JOUR", "conference": "CONF",
    "chapter": "CHAP", "book": "BOOK", "thesis": "THES", "report": "RPRT", "dataset": "DATA", "software": "COMP",
    "patent": "PAT", "webpage": "ELEC", "preprint": "UNPB",
}  # fmt: skip
_RIS_TYPE = re.compile(r"[A-Z]{3,6}")
_PAGES = re.compile(r"\s*([^\s–-]+)\s*(?:-{1,3}|–)\s*([^\s–-]+)\s*")
_TAGS = (
    ("VL", "volume"), ("IS", "number"), ("SN", "issn"), ("SN", "isbn"), ("PB", "publisher"), ("CY", "address"),
    ("ET", "edition"), ("T3", "series"), ("N1", "note"),
)  # fmt: skip


def ris_record(key: str, paper: Paper) -> str:
    """One record, from TY to ER; the key is its ID."""
    return "".join(f"{tag}  - {value}\n" for tag, value in _lines(key, paper))


def _lines(key: str, paper: Paper) -> Iterator[tuple[str, str]]:
    kept = plain_reference(paper)
    yield "TY", _type_of(paper, kept.get("entrytype", ""))
    yield "ID", key
    yield "TI", one_line(plain_text(paper.title))
    yield from (("AU", _name(person)) for person in authors_of(paper))
    yield from (("A2", _name(person)) for person in editors_of(paper))
    venue = plain_venue(paper, kept)
    optional = (
        ("JO" if _type_of(paper, "") == "JOUR" else "T2", venue),
        ("PY", str(paper.year or "")),
        ("DA", _date(paper, kept.get("date", ""))),
        *((tag, kept.get(name, "")) for tag, name in _TAGS),
        *_pages(kept.get("pages", "")),
        ("DO", one_line(doi_of(paper))),
        ("AN", f"PMID:{paper.pmid}" if paper.pmid else ""),
        ("UR", safe_address(paper.link)),
        ("L1", safe_address(f"https://arxiv.org/pdf/{paper.arxiv_id}" if paper.arxiv_id else "")),
        ("LA", one_line(paper.language or "")),
        *(("KW", one_line(word)) for word in paper.keywords),
        ("AB", plain_abstract(paper)),
    )
    yield from ((tag, value) for tag, value in optional if value)
    yield "ER", ""


def _type_of(paper: Paper, own: str) -> str:
    """The type that the record came with, if it was one of RIS; else the one of its kind."""
    if _RIS_TYPE.fullmatch(own) and kind_of(own):
        return own
    kind = paper.kind or ("article" if paper.venue else "")
    return _TYPES.get(kind, "UNPB" if paper.arxiv_id else "GEN")


def _name(person: Person) -> str:
    return one_line(person.family if person.is_whole else person.inverted)


def _date(paper: Paper, kept: str) -> str:
    """The date as RIS has it, year/month/day; empty where the year says it all."""
    if re.fullmatch(r"\d{4}/\d{0,2}/\d{0,2}/?.*", kept):
        return kept
    if whole := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", kept):
        return "/".join(whole.groups())
    return f"{paper.year}/{paper.month:02}" if paper.year and paper.month else ""


def _pages(pages: str) -> tuple[tuple[str, str], ...]:
    found = _PAGES.fullmatch(pages)
    return (("SP", found[1]), ("EP", found[2])) if found else (("SP", pages),)
