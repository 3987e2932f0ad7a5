"""The names under which the world's records keep a title, an abstract and the rest.

JSON, CSV and BibTeX differ in how a record is written down; what its parts are called differs from one exporter to the
next. All of that is here, as tables, so that every format understands every dialect: our own, the arXiv's metadata
snapshot, the API of Hugging Face's papers, the BEIR benchmarks, CSL-JSON, Zotero, Scopus and Web of Science.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ingest.identifiers import arxiv_id_in, web_address, year_in
from ingest.papers import Fields
from ingest.text.tidy import text_of

# Names are compared by their letters and digits alone: `arXiv ID`, `arxiv_id` and `arxivId` are one name.
# The first name of a row that has something usable wins.
TITLE = ("title", "articletitle", "papertitle")
ABSTRACT = ("abstract", "summary", "abstractnote", "text")
_ID = ("id", "paperid", "key")
_AUTHORS = ("authors", "author", "firstauthor", "authornames", "authorfullnames")
# `versions` stands for the day of the first version; the arXiv's `update_date` can be many years later.
_YEAR = (
    "year",
    "publicationyear",
    "published",
    "publishedat",
    "publicationdate",
    "issued",
    "versions",
    "date",
    "updatedate",
)
_ARXIV_ID = ("arxivid", "arxiv", "eprint", "journal", "archiveid", "number")
_DOI = ("doi",)
_URL = ("url", "link", "paperurl", "howpublished")
_CODE_URL = ("codeurl", "codeordemourl", "githubrepo", "projectpage", "code", "github", "demourl")
_DIGEST = ("isdigest", "digest")

_YES = ("true", "yes", "1")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_AND = re.compile(r",?\s+and\s+|\s+&\s+")

Record = Mapping[str, object]


def plain_name(name: str) -> str:
    """A field's or column's name as the tables here spell it."""
    return _NOT_IN_A_NAME.sub("", name.lower())


def fields_of(record: Record) -> Fields:
    """The parts of a paper in a record of any dialect; what is missing stays empty."""
    named = _named(record)
    first = partial(_first, named)
    return Fields(
        title=first(TITLE),
        abstract=first(ABSTRACT),
        id=first(_ID),
        authors=_authors(next((named[name] for name in ("authorsparsed", *_AUTHORS) if named.get(name)), None)),
        year=first(_YEAR, year_in),
        arxiv_id=first(_ARXIV_ID, arxiv_id_in),
        doi=first(_DOI),
        url=first(_URL, web_address),
        code_url=first(_CODE_URL, web_address),
        is_digest=first(_DIGEST).lower() in _YES,
    )


def _named(record: Record) -> dict[str, object]:
    """The record under plain names; a paper that is wrapped (`{"paper": {…}, "numComments": 3}`) is unwrapped."""
    inner = record.get("paper")
    whole = {**record, **inner} if isinstance(inner, Mapping) else record
    named: dict[str, object] = {}
    for name in sorted(whole, key=lambda name: name.startswith("_")):  # `_id` counts only where there is no `id`
        named.setdefault(plain_name(name), whole[name])
    return named


def _first(named: Record, names: Sequence[str], usable: Callable[[str], object] = bool) -> str:
    texts = (_text(named[name]) for name in names if name in named)
    return next((text for text in texts if usable(text)), "")


def _text(value: object) -> str:
    inner = value[0] if isinstance(value, list) and value else value
    if isinstance(inner, Mapping):  # a date: of the arXiv's first version, or as CSL-JSON has it
        return text_of(inner.get("created") or inner.get("date-parts"))
    return text_of(value).strip()


def _authors(value: object) -> tuple[str, ...]:
    """Names in order: from one text, or from a list of names, of {"name": …}, {"given": …, "family": …} or lists."""
    if isinstance(value, list | tuple):
        return tuple(_author(item) for item in value)
    return split_names(text_of(value))


def _author(item: object) -> str:
    if isinstance(item, Mapping):
        return text_of(item.get("name")) or f"{text_of(item.get('given'))} {text_of(item.get('family'))}"
    if isinstance(item, list):  # the arXiv's authors_parsed
        last, first, *rest = [*map(text_of, item), "", ""]
        return " ".join(part for part in (first, last, *rest) if part)
    return text_of(item)


def split_names(text: str) -> tuple[str, ...]:
    """The names in a text such as `A. One, B. Two and C. Three` or `One, A.; Two, B.`."""
    if ";" in text:
        return tuple(name.strip() for name in text.split(";") if name.strip())
    names = [name.strip() for part in _AND.split(text) for name in part.split(",") if name.strip()]
    if len(names) == 2 and not any(" " in name for name in names) and " and " not in text:
        return (text.strip(),)  # `Liu, Haohe` is one author, last name first
    return tuple(names)
