"""Papers as items of CSL-JSON, as pandoc and Zotero read them."""

from __future__ import annotations

import re

from assistant.export.escaping import safe_address
from assistant.export.people import Person, authors_of, editors_of
from assistant.export.plain import doi_of, plain_abstract, plain_reference, plain_venue
from assistant.markup import one_line
from ingest.papers import Paper
from ingest.text.latex import plain_text

_TYPES = {
    "article": "article-journal", "review": "article-journal", "editorial": "article-journal",
    "letter": "article-journal", "conference": "paper-conference", "chapter": "chapter", "book": "book",
    "thesis": "thesis", "report": "report", "dataset": "dataset", "software": "software", "patent": "patent",
    "webpage": "webpage", "preprint": "article",
}  # fmt: skip
_OWN_TYPES = frozenset((
    *_TYPES.values(), "article-magazine", "article-newspaper", "broadcast", "document", "entry", "entry-dictionary",
    "entry-encyclopedia", "manuscript", "post", "post-weblog", "review", "review-book", "speech", "pamphlet",
))  # fmt: skip
_FIELDS = {
    "volume": "volume", "number": "issue", "pages": "page", "publisher": "publisher", "address": "publisher-place",
    "issn": "ISSN", "isbn": "ISBN", "series": "collection-title", "edition": "edition", "note": "note",
    "genre": "genre", "chapter": "chapter-number",
}  # fmt: skip
_WHOLE_DATE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\b")


def csl_item(key: str, paper: Paper) -> dict[str, object]:
    """One item; its id is the key."""
    kept = plain_reference(paper)
    own = kept.get("entrytype", "")
    kind = paper.kind or ("article" if paper.venue else "")
    more: dict[str, object] = {name: kept.get(field, "") for field, name in _FIELDS.items()}
    if isinstance(pages := more["page"], str):
        more["page"] = re.sub(r"-{2,3}|–", "-", pages)
    if paper.arxiv_id and not paper.venue:
        more |= {"publisher": "arXiv", "number": f"arXiv:{paper.arxiv_id}"}
    item: dict[str, object] = {
        "id": key,
        "type": own if own in _OWN_TYPES else _TYPES.get(kind, "article"),
        "title": one_line(plain_text(paper.title)),
        "author": [_name(person) for person in authors_of(paper)],
        "editor": [_name(person) for person in editors_of(paper)],
        "container-title": plain_venue(paper, kept),
        "issued": {"date-parts": [_date(paper, kept.get("date", ""))]} if paper.year else None,
        **more,
        "DOI": one_line(doi_of(paper)),
        "PMID": one_line(paper.pmid or ""),
        "URL": safe_address(paper.link),
        "language": one_line(paper.language or ""),
        "keyword": one_line(", ".join(paper.keywords)),
        "abstract": plain_abstract(paper),
    }
    return {name: value for name, value in item.items() if value}


def _date(paper: Paper, kept: str) -> list[int]:
    whole = _WHOLE_DATE.match(kept)
    if whole and int(whole[1]) == paper.year:
        return [int(part) for part in whole.groups()]
    return [part for part in (paper.year, paper.month) if part]


def _name(person: Person) -> dict[str, str]:
    if person.is_whole:
        return {"literal": one_line(person.family)}
    parts = {"family": person.family, "given": person.given, "suffix": person.suffix}
    return {name: one_line(part) for name, part in parts.items() if part}
