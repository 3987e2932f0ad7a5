"""The names under which the world's records keep a title, an abstract and the rest.

JSON, CSV, RIS and BibTeX differ in how a record is written down; what its parts are called differs from one exporter
to the next. All of that is here, as tables, so that every format understands every dialect.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial

from ingest.identifiers import arxiv_id_in, doi_in, openalex_id_in, pmid_in, web_address, year_in
from ingest.kinds import kind_of
from ingest.papers import Fields
from ingest.sources.names import families_first, names_in, sorted_names_in, split_names
from ingest.text.tidy import text_of, tidy

__all__ = ["ABSTRACT", "TITLE", "Record", "fields_of", "plain_name", "split_names"]

# Names are compared by their letters and digits alone: `arXiv ID`, `arxiv_id` and `arxivId` are one name.
# The first name of a row that has something usable wins.
# Spreadsheets are headed in their makers' languages, too.
TITLE = (
    "title", "articletitle", "papertitle", "documenttitle", "displayname", "primarytitle", "ti", "t1",
    "titel", "titre", "titulo", "titolo", "题名", "标题", "篇名",
)  # fmt: skip
ABSTRACT = (
    "abstract", "summary", "abstractnote", "abstracttext", "abstractinvertedindex", "notesabstract", "ab", "n2", "text",
    "zusammenfassung", "kurzfassung", "resume", "resumen", "resumo", "riassunto", "摘要",
)  # fmt: skip
_ID = ("id", "paperid", "accessionnumber")
_KEY = ("citationkey", "key", "citekey", "bibtexkey")
_FOREIGN = (
    "eid", "publicationid", "uniquewosid", "uniqueid", "ut", "pmcid", "corpusid", "docid", "itemkey", "zoterokey",
)  # fmt: skip
_AUTHORS = (
    "authorsparsed", "authorships", "authorfullnames", "authorlist", "authors", "author", "authornames", "authorstring",
    "creators", "af", "au", "firstauthors", "firstauthor",
    "autoren", "autor", "verfasser", "auteurs", "auteur", "autores", "autori", "autore", "作者",
)  # fmt: skip
# `versions` stands for the day of the first version; the arXiv's `update_date` can be many years later.
_YEAR = (
    "year", "publicationyear", "pubyear", "publishedyear", "py", "published", "publishedat", "publishedprint",
    "publishedonline", "publicationdate", "coverdate", "issued", "versions", "date", "dateissued",
    "firstpublicationdate", "pdate", "cdate", "created", "updatedate", "jahr", "erscheinungsjahr", "annee", "ano",
    "anno", "年", "年份", "发表时间",
)  # fmt: skip
_DATE = (
    "publicationdate", "publishedat", "published", "publishedprint", "publishedonline", "issued", "versions", "date",
    "firstpublicationdate", "dateissued", "publishedmonth", "month", "publicationyear", "py", "pd", "year",
)  # fmt: skip
# OpenReview tells when a paper was accepted, and when it was sent in.
_MOMENTS = ("pdate", "odate", "cdate", "tcdate")
_ARXIV_ID = (
    "arxivid", "arxiv", "eprint", "archivelocation", "arxivnumber", "journal", "archiveid", "number", "volume", "extra",
    "note",
)  # fmt: skip
_DOI = ("doi", "di", "typeofwork", "extra", "note")
_PMID = ("pmid", "pubmedid", "pubmed", "pm")
_OPENALEX = ("openalexid", "openalex", "id")
_URL = (
    "url", "link", "paperurl", "pdfurl", "abstracturl", "landingpageurl", "urls", "ur", "howpublished", "openaccesspdf",
)  # fmt: skip
_CODE_URL = ("codeurl", "codeordemourl", "githubrepo", "code", "github", "repourl", "repository")
_DATA_URL = ("dataurl", "dataseturl", "data")
_DEMO_URL = ("demourl", "demo")
_PROJECT_URL = ("projecturl", "projectpage", "homepage", "website")
_VENUE = (
    "venue", "journal", "journaltitle", "booktitle", "publicationtitle", "containertitle", "sourcetitle", "sourcefull",
    "journalname", "journalref", "conference", "conferencename", "conferencetitle", "proceedingstitle", "so",
    "primarylocation", "hostvenue", "journalinfo", "source", "eventtitle", "event", "alternatetitle3", "secondarytitle",
    "alternatetitle1", "alternatetitle2", "zeitschrift", "revue", "revista", "rivista", "刊名", "期刊",
)  # fmt: skip
_KIND = (
    "kind", "entrytype", "itemtype", "documenttype", "typeofreference", "publicationtypes", "publicationtype", "type",
    "pubtype", "dt", "pubtypelist", "typecrossref",
)  # fmt: skip
_KEYWORDS = (
    "keywords", "keyword", "authorkeywords", "manualtags", "tags", "de", "aikeywords", "subjects", "concepts", "mesh",
    "meshterms", "descriptors", "indexkeywords", "ieeeterms", "topics", "automatictags",
)  # fmt: skip
_CATEGORIES = ("categories", "primaryclass", "category", "fieldsofstudy", "wccategories", "subjectareas", "subject")
_LANGUAGE = ("language", "langid", "languageoforiginaldocument", "lang", "la", "languages")
_STATUS = ("status", "comments", "retractionstatus", "updateto", "updatetype")
_DIGEST = ("isdigest", "digest")
_ALIASES = ("aliases",)
# What a bibliography prints besides, by its BibTeX name.
_REFERENCE = {
    "volume": ("volume", "vl"),
    "number": ("issue", "is", "number"),
    "pages": ("pages", "page", "pagerange", "pageinfo"),
    "publisher": ("publisher", "pu", "pb"),
    "issn": ("issn", "sn"),
    "isbn": ("isbn",),
    "series": ("series", "collectiontitle"),
    "edition": ("edition",),
    "address": ("place", "address", "publisherplace", "placepublished"),
    "school": ("school", "institution", "university"),
    "note": ("note",),
    "genre": ("genre", "thesistype", "reporttype"),
    "chapter": ("chapternumber",),
}
_EDITORS = ("editors", "editor", "be")
# CSL-JSON names its items by the keys of citations; no other JSON has these two beside `id`.
_OF_CSL = ("containertitle", "issued")
_CSL_KEY = re.compile(r"(?=.*[^\W\d_])[^\s/,{}]+")
_FIRST_PAGE = ("startpage", "pagestart", "beginningpage", "firstpage", "sp", "bp")
_LAST_PAGE = ("endpage", "pageend", "endingpage", "lastpage", "ep")
# Values that hold the record itself, one level down: Hugging Face's papers, the Zotero API, OpenReview, Crossref.
_WRAPPED = ("paper", "data", "content", "work", "message", "bibjson", "_source", "csl")
# Values that hold parts of the reference: OpenAlex, Semantic Scholar, Europe PMC; and which parts are taken from them.
_PARTS = ("biblio", "journal", "journalInfo")
_OF_PARTS = frozenset(("volume", "issue", "pages", "firstpage", "lastpage"))
_IN_A_MAPPING = (
    "value", "created", "display_name", "title", "name", "source", "journal", "landing_page_url", "url",
    "date", "raw", "literal",
)  # fmt: skip

_YES = ("true", "yes", "1")
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9\u4e00-\u9fff]+")
_BETWEEN_KEYWORDS = re.compile(r"\s*[;|\n]\s*")
# Europe PMC names the database that a record is from where others name the journal.
_DATABASES = frozenset("MED PMC PPR AGR CBA CTX ETH HIR NBK PAT".split())
_MILLISECONDS = re.compile(r"[12]\d{12}")
_RETRACTED = re.compile(r"\bretract(?:ed|ion of publication)\b|\bretracted publication\b", re.IGNORECASE)
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_ARXIV_NOTE = re.compile(r"arxiv\s*:\s*(\S+)", re.IGNORECASE)
_KEY_NOTE = re.compile(r"citation key\s*:\s*(\S+)", re.IGNORECASE)
_PMID_NOTE = re.compile(r"\bpmid\s*:\s*(\d{1,8})\b", re.IGNORECASE)
_PUBMED_ADDRESS = re.compile(r"\bpubmed(?:\.ncbi\.nlm\.nih\.gov)?/(\d{1,8})\b")
# An article's number within its journal goes by the same name as the id of Scopus.
_ARTICLE_NUMBER = re.compile(r"[A-Za-z]?\d{1,9}")
_DAY = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?!\d)")
_ARXIV_CATEGORY = re.compile(r"(?:[a-z-]+(?:\.[A-Za-z-]+)?)(?:\s+[a-z-]+(?:\.[A-Za-z-]+)?)*")

Record = Mapping[str, object]


# All records of a source name their fields alike.
@lru_cache(maxsize=4_096)
def plain_name(name: str) -> str:
    """A field's or column's name as the tables here spell it."""
    folded = name if name.isascii() else unicodedata.normalize("NFKD", name)
    return _NOT_IN_A_NAME.sub("", folded.lower())


def fields_of(record: Record) -> Fields:
    """The parts of a paper in a record of any dialect; what is missing stays empty."""
    named = _named(record)
    first = partial(_first, named)
    ids = _external_ids(named)
    extra = first(("extra",)) or first(("note",))
    title, kinds = first(TITLE), _texts(named, _KIND)
    return Fields(
        title=title,
        abstract=_abstract(named),
        id=_own_id(named),
        authors=names_in(_people_of(named)),
        year=first(_YEAR, year_in) or _year_of_moment(first(_MOMENTS)),
        arxiv_id=ids.get("arxiv", "") or _arxiv_id(named),
        doi=ids.get("doi", "") or first(_DOI, lambda text: doi_in(text) or arxiv_id_in(text)),
        url=first(_URL, web_address),
        code_url=first(_CODE_URL, web_address),
        is_digest=first(_DIGEST).lower() in _YES,
        pmid=ids.get("pubmed", "") or ids.get("pmid", "") or first(_PMID, pmid_in) or _noted_pmid(named, extra),
        openalex_id=ids.get("openalex", "") or first(_OPENALEX, openalex_id_in),
        aliases=tuple(filter(None, (first((name,), _is_alias) for name in _FOREIGN))) + _list(named, _ALIASES),
        venue=first(_VENUE, _is_venue),
        kind=_kind(named, kinds),
        categories=_categories(named),
        keywords=_list(named, _KEYWORDS),
        date=first(_DATE),
        language=first(_LANGUAGE),
        status=_status(named, title, kinds),
        citation_key=first(_KEY) or _noted(_KEY_NOTE, extra) or _csl_key(named),
        data_url=first(_DATA_URL, web_address),
        demo_url=first(_DEMO_URL, web_address),
        project_url=first(_PROJECT_URL, web_address),
        reference=tuple(_reference(named, kinds)),
    )


def _named(record: Record) -> dict[str, object]:
    """The record under plain names; a paper that is wrapped (`{"paper": {…}, "numComments": 3}`) is unwrapped."""
    whole = dict(record)
    for name in _WRAPPED:
        if isinstance(inner := record.get(name), Mapping):
            whole |= inner
    for name in _PARTS:
        if isinstance(inner := whole.get(name), Mapping):
            whole |= {key: value for key, value in inner.items() if plain_name(key) in _OF_PARTS and key not in record}
    named: dict[str, object] = {}
    for name in sorted(whole, key=lambda name: name.startswith("_")):  # `_id` counts only where there is no `id`
        value = whole[name]
        if plain_name(name) not in named or not named[plain_name(name)]:
            named[plain_name(name)] = value
    return named


def _first(named: Record, names: Sequence[str], usable: Callable[[str], object] = bool) -> str:
    texts = (_text(named[name]) for name in names if name in named)
    return next((text for text in texts if usable(text)), "")


def _texts(named: Record, names: Sequence[str]) -> tuple[str, ...]:
    """All texts of all fields of these names: types come several in one field, or in several fields."""
    values = (named[name] for name in names if named.get(name))
    inner = (
        next(iter(value.values())) if isinstance(value, Mapping) and len(value) == 1 else value for value in values
    )
    flat = (item for value in inner for item in (value if isinstance(value, list) else [value]))
    return tuple(part for item in flat for part in _BETWEEN_KEYWORDS.split(_text(item)) if part)


def _text(value: object) -> str:
    """The value as text: of a list the first item, of an object its name, title, date or value."""
    inner = value[0] if isinstance(value, list) and value and isinstance(value[0], Mapping) else value
    while isinstance(
        inner, Mapping
    ):  # a date: of the arXiv's first version, or as CSL-JSON has it; a venue of OpenAlex
        if "date-parts" in inner:
            return _dashed(inner["date-parts"])
        inner = next((inner[name] for name in _IN_A_MAPPING if inner.get(name)), None)
    if isinstance(inner, list) and inner and isinstance(inner[0], str):
        return inner[0].strip()
    return text_of(inner).strip()


def _dashed(parts: object) -> str:
    """A date of CSL-JSON, `[[2020, 3, 14]]`, as `2020-03-14`; of a range the beginning."""
    first = parts[0] if isinstance(parts, list) and parts else []
    texts = [text_of(part) for part in first if part] if isinstance(first, list) else [text_of(first)]
    return "-".join(text.zfill(2) for text in texts)


def _abstract(named: Record) -> str:
    """The first text that is one; OpenAlex gives the places of each word instead, for reasons of law."""
    for name in ABSTRACT:
        value = named.get(name)
        if isinstance(value, Mapping) and name == "abstractinvertedindex":
            return _in_order(value)
        if isinstance(value, list):
            value = " ".join(map(_text, value))
        if text := _text(value):
            return text
    return ""


def _in_order(places: Mapping[str, object]) -> str:
    at = {int(text_of(place)): word for word, found in places.items() if isinstance(found, list) for place in found}
    return " ".join(at[place] for place in sorted(at))


def _kind(named: Record, kinds: Sequence[str]) -> str:
    """The kind; biblatex has preprints of the arXiv as pages of the web."""
    kind = kind_of(*kinds)
    return "preprint" if kind == "webpage" and _arxiv_id(named) else kind


def _own_id(named: Record) -> str:
    return next((text for text in (_text(named[name]) for name in _ID if name in named) if text), "")


def _external_ids(named: Record) -> dict[str, str]:
    """The identities in Semantic Scholar's externalIds, OpenAlex's ids, or the arXiv's in OpenReview."""
    found: dict[str, str] = {}
    for name in ("externalids", "ids"):
        if isinstance(value := named.get(name), Mapping):
            found |= {plain_name(key): text_of(item) for key, item in value.items()}
    return found


def _arxiv_id(named: Record) -> str:
    """The arXiv id of a field that holds one; of another archive's (`eprinttype = {hal}`) number there is none."""
    archive = _first(named, ("archiveprefix", "eprinttype", "repository")).lower()
    for name in _ARXIV_ID:
        if name == "eprint" and archive and archive != "arxiv":
            continue
        text = _text(named.get(name))
        if arxiv_id := arxiv_id_in(text) or arxiv_id_in(_noted(_ARXIV_NOTE, text)):
            return arxiv_id
    return ""


def _noted(pattern: re.Pattern[str], text: str) -> str:
    """What Zotero's Extra field, or a note, says after a label."""
    found = pattern.search(text)
    return found[1] if found else ""


def _noted_pmid(named: Record, extra: str) -> str:
    """The PubMed id that a note or an address at PubMed tells."""
    return _noted(_PMID_NOTE, extra) or _noted(_PUBMED_ADDRESS, _first(named, _URL, _PUBMED_ADDRESS.search))


def _is_alias(text: str) -> bool:
    return bool(text) and not _ARTICLE_NUMBER.fullmatch(text)


def _is_venue(text: str) -> bool:
    is_elsewhere = text.lower().startswith(("http", "arxiv")) or text in _DATABASES
    return bool(text) and not arxiv_id_in(text) and not is_elsewhere


def _list(named: Record, names: Sequence[str]) -> tuple[str, ...]:
    """The items of the first of these fields: a list, a list of objects, or one text with separators."""
    value = next((named[name] for name in names if named.get(name)), ())
    if isinstance(value, Mapping):
        value = next((inner for inner in value.values() if isinstance(inner, list)), ())
    if isinstance(value, list | tuple):
        texts = [
            text_of(item.get("tag") or item.get("descriptorName")) if _is_tag(item) else _text(item) for item in value
        ]
        return tuple(dict.fromkeys(filter(None, texts)))
    text = text_of(value)
    parts = _BETWEEN_KEYWORDS.split(text) if _BETWEEN_KEYWORDS.search(text) else text.split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _is_tag(item: object) -> bool:
    return isinstance(item, Mapping) and ("tag" in item or "descriptorName" in item)


def _categories(named: Record) -> tuple[str, ...]:
    """The categories; the arXiv parts its own (`cs.SD eess.AS`) with blanks."""
    value = next((named[name] for name in _CATEGORIES if named.get(name)), ())
    if isinstance(value, str) and _ARXIV_CATEGORY.fullmatch(value) and ("." in value or "-" in value):
        return tuple(value.split())
    return _list(named, _CATEGORIES)


def _status(named: Record, title: str, kinds: Sequence[str]) -> str:
    said = " ".join((title[:40], *kinds, *(_text(named.get(name)) for name in _STATUS)))
    if _first(named, ("isretracted",)).lower() in _YES or _RETRACTED.search(said):
        return "retracted"
    return "withdrawn" if _WITHDRAWN.search(said) else ""


def _reference(named: Record, kinds: Sequence[str]) -> list[tuple[str, str]]:
    """What a bibliography prints besides, under its BibTeX names, and the source's own type."""
    own = named.get("reference")
    if isinstance(own, list):  # our own record
        return [(text_of(pair[0]), text_of(pair[1])) for pair in own if isinstance(pair, list) and len(pair) == 2]
    found = [(name, _first(named, names, _is_plain)) for name, names in _REFERENCE.items()]
    found += _people(named)
    if (date := _first(named, _DATE, _has_day)) and _has_day(date):
        found.append(("date", date))
    first, last = _first(named, _FIRST_PAGE), _first(named, _LAST_PAGE)
    if first and not dict(found).get("pages"):
        found.append(("pages", f"{first}--{last}" if last and last != first else first))
    return [(name, value) for name, value in (*found, ("entrytype", kinds[0] if kinds else "")) if tidy(value)]


def _people(named: Record) -> Iterator[tuple[str, str]]:
    """Authors whose names would not come back as they were written, and the editors."""
    value = _people_of(named)
    names, plain = sorted_names_in(named.get("names") or value), names_in(value)
    if names and [_simply_sorted(name) for name in plain] != list(names):
        yield "names", "; ".join(names)
    editors = next((named[name] for name in _EDITORS if named.get(name)), None)
    yield "editors", "; ".join(sorted_names_in(editors))


def _people_of(named: Record) -> object:
    """The authors as the record has them; Europe PMC puts initials behind the family name."""
    name = next((name for name in _AUTHORS if named.get(name)), "")
    return families_first(text_of(named[name])) if name == "authorstring" else named.get(name)


def _year_of_moment(text: str) -> str:
    """The year of a moment in milliseconds, as OpenReview has it."""
    return str(datetime.fromtimestamp(int(text) / 1000, UTC).year) if _MILLISECONDS.fullmatch(text) else ""


def _simply_sorted(name: str) -> str:
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else family


def _csl_key(named: Record) -> str:
    own = _text(named.get("id"))
    is_csl = any(name in named for name in _OF_CSL) and "type" in named
    return own if is_csl and _CSL_KEY.fullmatch(own) and not arxiv_id_in(own) else ""


def _has_day(text: str) -> bool:
    return _DAY.match(text) is not None


def _is_plain(text: str) -> bool:
    return bool(text) and not arxiv_id_in(text)
