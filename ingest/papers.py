"""The paper: what every source yields, what the index holds, and what an answer cites."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.errors import RecordError
from ingest.text.latex import plain_text

# An abstract of the arXiv is at most 1,920 characters; journals allow a few thousand. Beyond this it is
# a whole paper or a broken file, and would drown the passages of the others.
LONGEST_ABSTRACT = 20_000
LONGEST_TITLE = 1_000

# A slug may be this long before it is cut; what was cut is then told apart by a short hash.
LONGEST_SLUG = 80

# The archives whose papers had ids such as `hep-th/9901001` until March 2007. The list is closed, and it must be
# spelled out: any word, a slash and seven digits (`record/1415012`) ends half the addresses of the web.
_OLD_ARCHIVES = (
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs dg-ga "
    "funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics plasm-ph "
    "q-alg q-bio quant-ph solv-int supr-con"
)
# `2311.08355v2`, `arXiv:hep-th/9901001`, `https://arxiv.org/pdf/2311.08355.pdf`, `arXiv:2311.08355 [cs.SD]`:
# the id ends the text (but for version, suffix, category or query) and begins it or follows a slash or colon.
_ARXIV_ID = re.compile(
    rf"(?:^|[/:]\s*)(\d{{4}}\.\d{{4,5}}|(?:{'|'.join(_OLD_ARCHIVES.split())})(?:\.[a-z]{{2}})?/\d{{7}})"
    r"(?:v\d+)?(?:\.pdf)?/?(?:\s*\[[\w.-]+\]|[?#]\S*)?$",
    re.IGNORECASE | re.ASCII,
)
_OLD_CLASS = re.compile(r"\.[a-z]{2}/")
# Elsewhere on the web, digits at the end of an address mean something else.
_ARXIV_SITES = re.compile(r"arxiv|ar5iv|huggingface\.co/papers/", re.IGNORECASE)
# The arXiv registers a DOI for each of its papers, with its own id at the end.
_ARXIV_DOI = re.compile(r"\b10\.48550/arxiv\.", re.IGNORECASE)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]+", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_INVISIBLE = ("Cc", "Cf", "Cs")  # Unicode's controls, format marks (bidirectional ones too) and lone surrogates


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
    title = _readable(fields.title, LONGEST_TITLE, "a title")
    abstract = _readable(fields.abstract, LONGEST_ABSTRACT, "an abstract")
    if not title:
        raise RecordError("no title")
    if not any(map(str.isalnum, abstract)):  # some exporters put a dash where there is none
        raise RecordError(f"no abstract for “{shortened(title)}”")
    arxiv_id = next(filter(None, map(arxiv_id_in, (fields.arxiv_id, fields.id, fields.url, fields.doi))), None)
    doi = doi_in(fields.doi) or doi_in(fields.url)
    return Paper(
        id=arxiv_id or doi or tidy(fields.id) or slug(title),
        title=title,
        abstract=abstract,
        authors=tuple(name for name in (tidy(plain_text(name)) for name in fields.authors) if name),
        year=year_in(fields.year) or _year_of_arxiv_id(arxiv_id),
        arxiv_id=arxiv_id,
        doi=doi,
        url=web_address(fields.url),
        code_url=web_address(fields.code_url),
        is_digest=fields.is_digest,
    )


def _readable(text: str, longest: int, what: str) -> str:
    """The text on one line and without LaTeX. Its length is checked first: reading LaTeX takes time."""
    line = tidy(text)
    if len(line) > longest:
        raise RecordError(f"{what} of {len(line):,} characters (at most {longest:,})")
    return tidy(plain_text(line))


def tidy(text: str) -> str:
    """Text in Unicode's composed form, with every run of white space as one space and no invisible characters."""
    spaced = " ".join(text.split())
    if not spaced.isprintable():  # rare, and the loop below is slow
        spaced = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", spaced).split())


def title_key(title: str) -> str:
    """What two spellings of one title share: its letters and digits alone, in lower case.

    A title without any (`???`) is its own key, or all of them would pass for one paper.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    return "".join(c for c in folded if c.isalnum()) or folded


def slug(title: str) -> str:
    """A readable id made from a title, for papers that have no other; different titles get different ones."""
    words = _WORD.findall(unicodedata.normalize("NFKC", title).lower())
    readable = "-".join(words) or "untitled"
    if words and len(readable) <= LONGEST_SLUG:
        return readable
    fingerprint = hashlib.sha256(title_key(title).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{readable[: LONGEST_SLUG - 9].rstrip('-')}-{fingerprint}"


def arxiv_id_in(text: str) -> str | None:
    """The arXiv id (without version) that an id, an address or the arXiv's own DOI ends with, or None."""
    own = _ARXIV_DOI.sub("arXiv:", text.strip())
    if _DOI.search(own) or ("://" in own and not _ARXIV_SITES.search(own)):
        return None  # the digits at its end only look like an arXiv id
    found = _ARXIV_ID.search(own)
    # `math.GT/0309136` and `math/0309136` are one paper: the class was never part of the id.
    return _OLD_CLASS.sub("/", found[1].lower()) if found else None


def doi_in(text: str) -> str | None:
    """The DOI in a text, in lower case (DOIs are case-insensitive), or None."""
    found = _DOI.search(text)
    if not found or _ARXIV_DOI.match(found[0]):  # the arXiv's own says no more than its id
        return None
    doi = found[0].rstrip(".,;:")
    if doi.endswith(")") and doi.count(")") > doi.count("("):  # it closes a bracket of the text, not of the DOI
        doi = doi[:-1]
    return doi.lower()


def year_in(text: str) -> int | None:
    """The first plausible year of publication in a text, or None."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _year_of_arxiv_id(arxiv_id: str | None) -> int | None:
    """The year that an arXiv id was given out in: its first two digits, from (19)91 on."""
    digits = (arxiv_id or "").rpartition("/")[2][:2]
    if not digits:
        return None
    return (1900 if digits >= "91" and "/" in str(arxiv_id) else 2000) + int(digits)


def web_address(text: str) -> str | None:
    """The text if it is a web address (http or https), else None: nothing else may become a link."""
    address = text.strip()
    return address if _WEB_ADDRESS.fullmatch(address) else None


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
