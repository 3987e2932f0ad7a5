"""XML of PubMed (`PubmedArticle`), Europe PMC (`result`) and EndNote (`record`), read as a stream by defusedxml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ingest.errors import SourceError
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused
from ingest.sources.opening import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PUBMED, _EUROPE, _ENDNOTE = "PubmedArticle", "result", "record"
_KNOWN = re.compile(rf"<(?:{_PUBMED}(?:Set)?|xml>\s*<records|records|resultList)\b")
_SUP_DIGITS = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")


def looks_like_xml(head: str) -> bool:
    """Whether a text is XML of one of the three kinds."""
    return _KNOWN.search(head) is not None and head.lstrip().startswith("<")


def read_xml(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each article; its line is its place in the file, counted from 1."""
    place = 0
    around: list[Element] = []
    try:
        for event, element in iterparse(source.stream, events=("start", "end"), forbid_dtd=False):
            if event == "start":
                around.append(element)
                continue
            around.pop()
            if element.tag in _READERS:
                place += 1
                yield found_or_refused(source.name, place, partial(_fields_of, element))
                for each in (element, *around[-1:]):  # what is read is let go of, in the list that it stands in too
                    each.clear()
    except (ParseError, DefusedXmlException) as error:
        raise SourceError(f"{source.name} is broken XML ({error}); export it again") from error


def _fields_of(element: Element) -> Fields:
    return fields_of(_READERS[element.tag](element))


def _pubmed_record(article: Element) -> dict[str, object]:
    ids = {str(each.get("IdType")): _text(each) for each in article.iterfind("PubmedData/ArticleIdList/ArticleId")}
    ids |= {str(each.get("EIdType")): _text(each) for each in article.iterfind(".//ELocationID")}
    date = article.find(".//JournalIssue/PubDate")
    return {
        "title": _at(article, ".//ArticleTitle"),
        "abstract": " ".join(map(_part, article.iterfind(".//Abstract/AbstractText"))),
        "authors": [_person(each) for each in article.iterfind(".//AuthorList/Author")],
        "pmid": _at(article, "MedlineCitation/PMID"),
        "doi": ids.get("doi", ""),
        "pmcid": ids.get("pmc", ""),
        "date": " ".join(_text(each) for each in date) if date is not None else "",
        "journal": _at(article, ".//Journal/Title"),
        "volume": _at(article, ".//JournalIssue/Volume"),
        "issue": _at(article, ".//JournalIssue/Issue"),
        "pages": _at(article, ".//MedlinePgn"),
        "issn": _at(article, ".//Journal/ISSN"),
        "language": _at(article, ".//Language"),
        "publication_types": [_text(each) for each in article.iterfind(".//PublicationType")],
        "keywords": [_text(each) for each in article.iterfind(".//KeywordList/Keyword")],
    }


def _part(element: Element) -> str:
    label = element.get("Label", "")
    return f"{label}: {_text(element)}" if label and label.upper() != "UNLABELLED" else _text(element)


def _person(author: Element) -> str:
    given = _at(author, "ForeName") or _at(author, "Initials")
    family = " ".join(filter(None, (_at(author, "LastName"), _at(author, "Suffix"))))
    return f"{given} {family}".strip() or _at(author, "CollectiveName")


def _endnote_record(record: Element) -> dict[str, object]:
    kind = record.find("ref-type")
    return {
        "title": _at(record, "titles/title"),
        "abstract": _at(record, "abstract"),
        "authors": [_text(each) for each in record.iterfind("contributors/authors/author")],
        "year": _at(record, "dates/year"),
        "date": _at(record, "dates/pub-dates/date"),
        "journal": _at(record, "periodical/full-title") or _at(record, "titles/secondary-title"),
        "volume": _at(record, "volume"),
        "issue": _at(record, "number"),
        "pages": _at(record, "pages"),
        "issn": _at(record, "isbn"),
        "publisher": _at(record, "publisher"),
        "doi": _at(record, "electronic-resource-num"),
        "url": _at(record, "urls/related-urls/url"),
        "language": _at(record, "language"),
        "keywords": [_text(each) for each in record.iterfind("keywords/keyword")],
        "type": str(kind.get("name", "")) if kind is not None else "",
        "item_key": _at(record, "rec-number"),
    }


def _europe_record(result: Element) -> dict[str, object]:
    """Europe PMC names the same parts in XML as in JSON."""
    return {each.tag: _value(each) for each in result}


def _value(element: Element) -> object:
    """Text; of an element with others in it what each says, lists where its name is that of a list."""
    if element.tag.endswith("List"):
        return [_value(each) for each in element]
    return {each.tag: _value(each) for each in element} if _HOLDS.search(element.tag) else _text(element)


# The elements of Europe PMC that hold others; in all the rest these are marks of style.
_HOLDS = re.compile(r"^(?:author|journal|journalInfo|authorId|keywordInfo)$")
_READERS = {_PUBMED: _pubmed_record, _EUROPE: _europe_record, _ENDNOTE: _endnote_record}


def _at(element: Element, path: str) -> str:
    found = element.find(path)
    return _text(found) if found is not None else ""


def _text(element: Element) -> str:
    """All text within, marks of style left out; a raised number after a digit stays raised."""
    parts = [element.text or ""]
    for child in element:
        inner = _text(child)
        is_raised = child.tag == "sup" and parts[-1][-1:].isdigit()
        parts += [inner.translate(_SUP_DIGITS) if is_raised else inner, child.tail or ""]
    return "".join(parts).strip() if element.tag not in ("sup", "sub", "i", "b", "style") else "".join(parts)
