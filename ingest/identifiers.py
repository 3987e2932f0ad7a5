"""Identifiers of papers: what arXiv ids, DOIs, PubMed and OpenAlex ids look like, and keys made from titles."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

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
# Hosts and parts of addresses that tell of pages, demonstrations and data: an address that a source takes for that of
# the code leads elsewhere there. Any other is believed to be what the source says.
_PAGES = re.compile(
    r"(?:.+\.(?:github|gitlab|readthedocs|codeberg)\.(?:io|page)|.+\.(?:pages\.dev|netlify\.app|vercel\.app|web\.app)"
    r"|sites\.google\.com)"
)
_DEMONSTRATES = re.compile(r"(?:^|[/_-])(?:audio-?)?(?:demos?|samples?|examples?)(?:$|[/_.-])")
_DATA_HOSTS = frozenset({"kaggle.com", "datadryad.org", "figshare.com", "data.mendeley.com"})
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NO_WORD = re.compile(r"[\W_]+")
# As PubMed's own pages and exports write it; a bare number may be anything, so a field must say that it is one.
_PMID = re.compile(
    r"(?:^|pmid[:\s]*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/)(\d{1,8})/?(?:\s*\[pmid\])?$", re.IGNORECASE | re.ASCII
)
_OPENALEX_ID = re.compile(r"(?:^|openalex\.org/(?:works/)?)(W\d{4,12})/?$", re.IGNORECASE | re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = re.compile(rf"(?<![^\W\d_])({'|'.join(_MONTHS)})[a-z]*", re.IGNORECASE)
_MONTH_NUMBER = re.compile(r"(?<!\d)\d{4}[-/.](\d{1,2})(?!\d)|^\s*(\d{1,2})\s*$", re.ASCII)


def title_key(title: str) -> str:
    """What two spellings of one title share: its letters and digits alone, in lower case.

    A title without any (`???`) is its own key, or all of them would pass for one paper.
    """
    if title.isascii():
        folded = title.lower()
    else:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    return _NO_WORD.sub("", folded) or folded


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


def pmid_in(text: str) -> str | None:
    """The PubMed id in the text of a field that holds one (`PMID: 21645374`, an address of PubMed), or None."""
    found = _PMID.search(text.strip())
    return found[1].lstrip("0") or None if found else None


def openalex_id_in(text: str) -> str | None:
    """The OpenAlex id of a work (`https://openalex.org/W2741809807`), or None."""
    found = _OPENALEX_ID.search(text.strip())
    return found[1].upper() if found else None


def year_in(text: str) -> int | None:
    """The first plausible year of publication in a text, or None."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def month_in(text: str) -> int | None:
    """The month, 1 to 12, in a date such as `2013 Sep 12`, `2019-03-02`, `mar` or a bare `3`; None if it has none."""
    if named := _MONTH_NAME.search(text):
        return _MONTHS.index(named[1].lower()) + 1
    found = _MONTH_NUMBER.search(text)
    month = int(found[1] or found[2]) if found else 0
    return month if 1 <= month <= 12 else None


def year_of_arxiv_id(arxiv_id: str | None) -> int | None:
    """The year that an arXiv id was given out in: its first two digits, from (19)91 on."""
    digits = (arxiv_id or "").rpartition("/")[2][:2]
    if not digits:
        return None
    return (1900 if digits >= "91" and "/" in str(arxiv_id) else 2000) + int(digits)


def zotero_link(aliases: Iterable[str]) -> str | None:
    """The address that shows a paper within Zotero, if one of its aliases says that it came from there."""
    own = next((alias.removeprefix("zotero:") for alias in aliases if alias.startswith("zotero:")), "")
    library, _, key = own.rpartition(":")
    return f"zotero://select/{library or 'library'}/items/{key}" if key else None


def web_address(text: str) -> str | None:
    """The text if it is a web address (http or https), else None: nothing else may become a link."""
    address = text.strip()
    return address if _WEB_ADDRESS.fullmatch(address) else None


def shelf_of(address: str) -> str:
    """What an address that a source gives as that of the code leads to: "code", "data", "demo" or "project"."""
    try:
        parts = urlsplit(address.lower())
    except ValueError:  # a bracket that is not closed, and the like
        return "code"
    host, path = parts.netloc.rpartition("@")[2].removeprefix("www."), parts.path
    if host in _DATA_HOSTS or (host == "huggingface.co" and path.startswith("/datasets/")):
        return "data"
    if host.endswith(".hf.space") or (host == "huggingface.co" and path.startswith("/spaces/")):
        return "demo"
    if _PAGES.fullmatch(host):
        return "project"
    is_repository = host in ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org")
    return "demo" if _DEMONSTRATES.search(path) and not is_repository else "code"
