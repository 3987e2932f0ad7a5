"""Sources: the places that papers come from, and the functions that read them all.

    read_papers("papers.jsonl.gz")              a file, packed or not; its content tells the format
    read_papers("-")                            standard input
    read_papers("arxiv:2311.08355,2305.15719")  the arXiv, by ids
    read_papers("arxiv:title:Efficient Neural Music Generation")
    read_papers("arxiv:query:au:Copet AND ti:music")
    read_papers("doi:10.1038/nature14539")      Crossref, by DOIs
    read_papers("openalex:W2741809807")         OpenAlex, by ids or query:…
    read_papers("zotero:collection:Bees")       the Zotero that runs on this machine

Each format is one file here, with one function that reads it and one that recognises it. `opening` gives them text,
`dialects` knows what titles and abstracts are called around the world, `found` is what they yield. A new format is a
new file and a line below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from ingest.errors import SourceError
from ingest.papers import Paper, Refusal
from ingest.sources.bibtex import looks_like_bibtex, read_bibtex
from ingest.sources.csv import TAB, looks_like_csv, read_csv
from ingest.sources.foreign import foreign_kind
from ingest.sources.found import Found
from ingest.sources.jsonl import looks_like_json_document, looks_like_json_lines, read_json_document, read_json_lines
from ingest.sources.opening import Source, name_of, open_source
from ingest.sources.page import looks_like_page, read_page
from ingest.sources.tagged import looks_like_nbib, looks_like_ris, looks_like_wos, read_nbib, read_ris, read_wos
from ingest.sources.xml import looks_like_xml, read_xml

__all__ = ["FORMATS", "SERVICES", "ZOTERO", "Found", "find_papers", "read_papers"]

ARXIV = "arxiv"
_ARXIV_SCHEME = f"{ARXIV}:"
ZOTERO = "zotero:"
_DOI_SCHEME = "doi:"
SERVICES = (_ARXIV_SCHEME, _DOI_SCHEME, "openalex:", ZOTERO)
"""How locations begin that are no files."""


@dataclass(frozen=True, slots=True)
class _Format:
    """How one format is read, recognised by its beginning, and usually called as a file."""

    read: Callable[[Source], Iterator[Found | Refusal]]
    recognise: Callable[[str], bool]
    suffixes: frozenset[str]


def _never(_: str) -> bool:
    """For a format that another one recognises on its behalf."""
    return False


# In the order in which they are tried: first those whose beginning can hardly be anything else.
_FORMATS = {
    "json": _Format(read_json_document, looks_like_json_document, frozenset({".json"})),
    "xml": _Format(read_xml, looks_like_xml, frozenset({".xml"})),
    "nbib": _Format(read_nbib, looks_like_nbib, frozenset({".nbib", ".medline"})),
    "ris": _Format(read_ris, looks_like_ris, frozenset({".ris"})),
    "wos": _Format(read_wos, looks_like_wos, frozenset({".ciw", ".isi"})),
    "bibtex": _Format(read_bibtex, looks_like_bibtex, frozenset({".bib", ".bibtex"})),
    "jsonl": _Format(read_json_lines, looks_like_json_lines, frozenset({".jsonl", ".ndjson", ".jsonlines"})),
    "csv": _Format(read_csv, looks_like_csv, frozenset({".csv"})),
    "tsv": _Format(partial(read_csv, delimiter=TAB), _never, frozenset({".tsv", ".tab"})),
    "page": _Format(read_page, looks_like_page, frozenset({".txt", ".text", ".md"})),
}

FORMATS: tuple[str, ...] = (*_FORMATS, ARXIV)
"""The names of the formats, as `read_papers` takes them."""


def find_papers(location: str, format: str | None = None) -> Iterator[Found | Refusal]:  # noqa: A002 - its plain name
    """The papers of a source one by one, each with its place; a refusal for each record that cannot become one.

    `location` is a path, `-` for standard input, or begins with one of SERVICES. `format` is one of
    FORMATS; without it the content decides, and where that says nothing the suffix.
    Raises SourceError, while it is read, if the source as a whole cannot be read or holds no record at all.
    """
    if format not in (None, *FORMATS):
        raise SourceError(f"there is no format “{format}”; the formats are {', '.join(FORMATS)}")
    is_empty = True
    for item in _asked(location, format) or _read_file(location, format):
        is_empty = False
        yield item
    if is_empty:
        raise SourceError(f"{name_of(location)}: there is no paper in it; check what it holds, or what was asked for")


def read_papers(location: str, format: str | None = None) -> Iterator[Paper | Refusal]:  # noqa: A002
    """Like `find_papers`, for those who do not need to know where a paper stood."""
    for item in find_papers(location, format):
        yield item.paper if isinstance(item, Found) else item


def _asked(location: str, name: str | None) -> Iterator[Found | Refusal] | None:
    """What a service is asked for; None for a location that is a file.

    Imported only when it is wanted: an HTTP stack is half of the time that importing this part takes.
    """
    scheme = next((each for each in SERVICES if location.startswith(each)), None) if name in (None, ARXIV) else None
    if name == ARXIV or scheme == _ARXIV_SCHEME:
        from ingest.sources.arxiv import read_arxiv

        return read_arxiv(location.removeprefix(_ARXIV_SCHEME))
    if scheme == ZOTERO:
        from ingest.sources.zotero import ZoteroReading

        return ZoteroReading(location).records()
    if scheme is not None:
        from ingest.sources.works import read_dois, read_openalex

        return read_dois(location) if scheme == _DOI_SCHEME else read_openalex(location)
    return None


def _read_file(location: str, name: str | None) -> Iterator[Found | Refusal]:
    if "://" in location:
        raise SourceError(f"{location} is a web address; fetch the file first, or give `arxiv:` with a paper's id")
    with open_source(location) as source:
        yield from _FORMATS[name or _format_of(source, location)].read(source)


def _format_of(source: Source, location: str) -> str:
    """The format that the content shows, else the one that the suffix promises, whose reader says what is amiss."""
    suffix = PurePath(location.lower().removesuffix(".gz")).suffix
    recognised = (name for name, kind in _FORMATS.items() if kind.recognise(source.head))
    promised = (name for name, kind in _FORMATS.items() if suffix in kind.suffixes)
    if name := next(recognised, None):
        return name
    if kind := foreign_kind(source.head):
        raise SourceError(f"{source.name} looks like {kind}")
    if name := next(promised, None):
        return name
    raise SourceError(
        f"{source.name}: no format recognised (a saved page needs a line with its date, such as “Sep 23”; a table, "
        f"names of its columns); if it is one of {', '.join(_FORMATS)}, name it with --format"
    )
