"""The paper: what every source yields, what the index holds, and what an answer cites."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.errors import RecordError

# An abstract of the arXiv is at most 1,920 characters; journals allow a few thousand. Beyond this it is
# a whole paper or a broken file, and would drown the passages of the others.
LONGEST_ABSTRACT = 20_000
LONGEST_TITLE = 1_000

_ARXIV_ID = re.compile(r"(?:(?<=/)|^|:)\s*((?:\d{4}\.\d{4,5})|(?:[a-z-]+(?:\.[A-Z]{2})?/\d{7}))(?:v\d+)?(?:\.pdf)?$", re.I)
_DOI = re.compile(r"\b10\.\d{4,9}/\S+", re.I)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with its abstract.

    `id` is the arXiv id without version where known, else the DOI, else the source's own id or a slug
    of the title. `authors` are in order, as the source spells them. `is_digest` says that `abstract` is
    a retelling in other words, not the authors' text.
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

    @property
    def first_author(self) -> str | None:
        """The first author as the source spells it, or None."""
        return self.authors[0] if self.authors else None

    @property
    def link(self) -> str | None:
        """Where the original can be read: the arXiv page, the DOI, or the source's link."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return f"https://doi.org/{self.doi}" if self.doi else self.url


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that could not be used: where it stood and why."""

    source: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fields:
    """What a source found in one record, as text, before it is checked. Only `title` and `abstract` must be there."""

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


def paper_from(fields: Fields) -> Paper:
    """Check the fields of one record and make the paper; RecordError says what is wrong with it."""
    title, abstract = tidy(fields.title), tidy(fields.abstract)
    if not title:
        raise RecordError("no title")
    if not abstract:
        raise RecordError(f"no abstract for “{shortened(title)}”")
    if len(title) > LONGEST_TITLE:
        raise RecordError(f"a title of {len(title):,} characters (at most {LONGEST_TITLE:,})")
    if len(abstract) > LONGEST_ABSTRACT:
        raise RecordError(f"an abstract of {len(abstract):,} characters (at most {LONGEST_ABSTRACT:,})")
    arxiv_id = arxiv_id_in(fields.arxiv_id) or arxiv_id_in(fields.id) or arxiv_id_in(fields.url)
    doi = doi_in(fields.doi) or doi_in(fields.url)
    return Paper(
        id=arxiv_id or doi or tidy(fields.id) or slug(title),
        title=title,
        abstract=abstract,
        authors=tuple(name for name in map(tidy, fields.authors) if name),
        year=year_in(fields.year),
        arxiv_id=arxiv_id,
        doi=doi,
        url=web_address(fields.url),
        code_url=web_address(fields.code_url),
        is_digest=fields.is_digest,
    )


def tidy(text: str) -> str:
    """Text in Unicode's composed form, with every run of white space as one space and no control characters."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(c for c in composed if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return _SPACE.sub(" ", visible).strip()


def title_key(title: str) -> str:
    """What two spellings of one title share: its letters and digits alone, in lower case."""
    folded = unicodedata.normalize("NFKD", title).casefold()
    return "".join(c for c in folded if c.isalnum())


def slug(title: str) -> str:
    """A readable id made from a title, for papers that have no other."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", title).lower())
    return "-".join(words)[:80].rstrip("-") or "untitled"


def arxiv_id_in(text: str) -> str | None:
    """The arXiv id (without version) that an id or address ends with, or None."""
    found = _ARXIV_ID.search(text.strip())
    return found[1] if found else None


def doi_in(text: str) -> str | None:
    """The DOI in a text, in lower case (DOIs are case-insensitive), or None."""
    found = _DOI.search(text)
    return found[0].rstrip(".,;)").lower() if found else None


def year_in(text: str) -> int | None:
    """The first plausible year of publication in a text, or None."""
    found = re.search(r"\b(1[89]\d\d|20\d\d)\b", text)
    return int(found[1]) if found else None


def web_address(text: str) -> str | None:
    """The text if it is a web address (http or https), else None: nothing else may become a link."""
    address = text.strip()
    return address if re.fullmatch(r"https?://[^\s<>\"']+", address) else None


def shortened(text: str, length: int = 60) -> str:
    """The text, cut at `length` characters with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def text_of(value: object) -> str:
    """A JSON value as the text of a field: None is empty, lists are joined, the rest is written out."""
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(text_of(item) for item in value)
    return str(value)
