"""The paper: what every source yields, what the index holds, and what an answer cites."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.errors import RecordError
from ingest.identifiers import (
    arxiv_id_in,
    doi_in,
    month_in,
    openalex_id_in,
    pmid_in,
    shelf_of,
    slug,
    web_address,
    year_in,
    year_of_arxiv_id,
    zotero_link,
)
from ingest.text.latex import plain_text
from ingest.text.markup import without_markup
from ingest.text.tidy import shortened, tidy, unbroken

# An abstract of the arXiv is at most 1,920 characters; journals allow a few thousand. Beyond this it is
# a whole paper or a broken file, and would drown the passages of the others.
LONGEST_ABSTRACT = 20_000
LONGEST_TITLE = 1_000


# Markup may take up as much room again; what is longer still is refused before it is read.
_MOST_MARKUP = 3
# What exporters write where there is no abstract.
_PLACEHOLDER = re.compile(
    r"\W*(?:(?:there is )?no abstracts?(?: (?:is |was )?(?:available|provided|found|given|supplied))?"
    r"|(?:an )?abstract(?: is| was)? ?(?:not|un) ?(?:available|provided|found|given|supplied)(?: for this \w+)?"
    r"|(?:not|un) ?available|nan|n/?a|none|null|nil|undefined|unknown|missing|empty|abstract|todo|tbd)\W*",
    re.IGNORECASE,
)
# The word that some publishers put before the text: "Abstract The study asks".
_LABEL = re.compile(r"^(?:Abstract|ABSTRACT|Summary|SUMMARY)(?:\s*[:.—–-]+\s*|\s+(?=[A-Z][a-z]*\s+[a-z]))(?=\w)")
_WITHDRAWN_ONLY = re.compile(
    r"(?:this|the) (?:\w+ )?(?:paper|article|manuscript|submission|preprint|work) (?:has been|was|is(?: being)?) "
    r"(?:temporarily )?(?:withdrawn|retracted)\b(?![^.]*\. [A-Z].{300})",
    re.IGNORECASE,
)
# A number with fewer digits than this is taken for the number of a row, which names nothing.
_LEAST_DIGITS_OF_A_NAME = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its abstract and its bibliographic record.

    `id` is the arXiv id without version where known, else the DOI that is given, the source's own id, a DOI in its
    address, the PubMed or OpenAlex id, or a slug of the title: a name for this library. `aliases` are other ids by
    which the paper can be asked for. `authors` are in order, first names first. `is_digest` says that `abstract` is a
    retelling in other words, not the authors' text. `kind` is one of `ingest.kinds.KINDS` or empty; `status` is empty,
    "retracted" or "withdrawn".
    `reference` holds what else a bibliography prints (volume, pages, publisher, …) as (BibTeX name, text), with the
    entry's own type and, where the plain text lost something, its title and authors as the source wrote them.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    url: str | None = None
    code_url: str | None = None
    is_digest: bool = False
    pmid: str | None = None
    openalex_id: str | None = None
    aliases: tuple[str, ...] = ()
    venue: str | None = None
    kind: str = ""
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    month: int | None = None
    language: str | None = None
    status: str = ""
    citation_key: str | None = None
    data_url: str | None = None
    demo_url: str | None = None
    project_url: str | None = None
    reference: tuple[tuple[str, str], ...] = ()

    @property
    def first_author(self) -> str | None:
        """The first author as the source spells it, or None."""
        return self.authors[0] if self.authors else None

    @property
    def link(self) -> str | None:
        """Where the original can be read: at the arXiv, by DOI, the source's link, or at PubMed or OpenAlex."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        if self.doi or self.url:
            return f"https://doi.org/{self.doi}" if self.doi else self.url
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return f"https://openalex.org/{self.openalex_id}" if self.openalex_id else None

    @property
    def in_zotero(self) -> str | None:
        """The address that shows the paper within Zotero, if it came from there."""
        return zotero_link(self.aliases)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that could not be used: where it stood and why."""

    source: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a source found in one record, as text, before it is checked. Only `title` and `abstract` must be there.

    `aliases` are ids that the source gives for its own use; `kind` is already one of `ingest.kinds.KINDS`.
    """

    title: str
    abstract: str
    id: str = ""
    authors: tuple[str, ...] = ()
    year: str = ""
    arxiv_id: str = ""
    doi: str = ""
    url: str = ""
    code_url: str = ""
    is_digest: bool = False
    pmid: str = ""
    openalex_id: str = ""
    aliases: tuple[str, ...] = ()
    venue: str = ""
    kind: str = ""
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    status: str = ""
    citation_key: str = ""
    data_url: str = ""
    demo_url: str = ""
    project_url: str = ""
    reference: tuple[tuple[str, str], ...] = ()


def paper_from(fields: Fields) -> Paper:
    """Check the fields of one record and make the paper; RecordError says what is wrong with it."""
    title = _readable(fields.title, LONGEST_TITLE, "a title")
    abstract = _readable(fields.abstract, LONGEST_ABSTRACT, "an abstract")
    if not title:
        raise RecordError("no title")
    abstract = _LABEL.sub("", abstract)
    if not any(map(str.isalnum, abstract)) or _PLACEHOLDER.fullmatch(abstract):
        raise RecordError(f"no abstract for “{shortened(title)}”")
    if _WITHDRAWN_ONLY.match(abstract):
        raise RecordError(f"“{shortened(title)}” was withdrawn, and its abstract says no more than that")
    arxiv_id = next(
        filter(None, map(arxiv_id_in, map(tidy, (fields.arxiv_id, fields.id, fields.url, fields.doi)))), None
    )
    stated_doi = doi_in(tidy(fields.doi))
    doi = stated_doi or doi_in(tidy(fields.url))
    pmid = pmid_in(fields.pmid)
    openalex_id = openalex_id_in(fields.openalex_id) or openalex_id_in(fields.id)
    own = _own_id(fields.id)
    # What the source calls the paper comes before a DOI that only its address tells.
    paper_id = arxiv_id or stated_doi or own or doi or (f"pmid:{pmid}" if pmid else None) or openalex_id or slug(title)
    code_url = web_address(tidy(fields.code_url))
    given = {shelf_of(code_url): code_url} if code_url else {}
    return Paper(
        id=paper_id,
        title=title,
        abstract=abstract,
        authors=_plain_each(fields.authors),
        year=year_in(fields.year) or year_of_arxiv_id(arxiv_id),
        arxiv_id=arxiv_id,
        doi=doi,
        url=web_address(tidy(fields.url)),
        code_url=given.get("code"),
        is_digest=fields.is_digest,
        pmid=pmid,
        openalex_id=openalex_id,
        aliases=_aliases(fields, paper_id),
        venue=_plain(fields.venue) or None,
        kind=fields.kind or ("preprint" if arxiv_id and not fields.venue else ""),
        categories=_plain_each(fields.categories),
        keywords=_plain_each(fields.keywords),
        month=month_in(fields.date or fields.year),
        language=tidy(fields.language) or None,
        status=fields.status,
        citation_key=tidy(fields.citation_key) or None,
        data_url=web_address(tidy(fields.data_url)) or given.get("data"),
        demo_url=web_address(tidy(fields.demo_url)) or given.get("demo"),
        project_url=web_address(tidy(fields.project_url)) or given.get("project"),
        reference=tuple(sorted((name, tidy(value)) for name, value in fields.reference if tidy(value))),
    )


def _own_id(text: str) -> str:
    """The id that the source gives, unless it can only be the number of a row or the address of a page."""
    own = tidy(text)
    is_row = own.isdigit() and len(own) < _LEAST_DIGITS_OF_A_NAME
    return "" if is_row or "://" in own else own


def _aliases(fields: Fields, paper_id: str) -> tuple[str, ...]:
    """The other ids of a record, each once: its own, its citation key, the bare PubMed id; no respelling of it."""
    known = map(tidy, (fields.id, *fields.aliases, fields.citation_key, pmid_in(fields.pmid) or ""))
    return tuple(sorted({alias for alias in known if alias and paper_id not in _readings(alias)}))


def _readings(alias: str) -> tuple[str | None, ...]:
    return (alias, arxiv_id_in(alias), doi_in(alias), openalex_id_in(alias))


def _plain(text: str) -> str:
    return tidy(without_markup(plain_text(tidy(text))))


def _plain_each(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(_plain, texts)))


def _readable(text: str, longest: int, what: str) -> str:
    """The text on one line and without LaTeX. Its length is checked first: reading LaTeX takes time."""
    line = tidy(text)
    if len(line) > longest * _MOST_MARKUP:
        raise RecordError(f"{what} of {len(line):,} characters (at most {longest:,})")
    plain = tidy(without_markup(plain_text(tidy(unbroken(text)))))
    if len(plain) > longest:
        raise RecordError(f"{what} of {len(plain):,} characters (at most {longest:,})")
    return plain
