"""Records whose lines begin with tags: RIS, the plain text of the Web of Science, and PubMed's own format (.nbib).

A file is cut into records first, so that it streams and a broken record takes no other with it; the parsers are
rispy's and nbib's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import nbib
import rispy
from nbib.exceptions import MalformedLine, UnknownTagFormat

from ingest.errors import RecordError
from ingest.papers import Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused
from ingest.sources.opening import LONGEST_LINE, Source, require_utf8

_RIS = re.compile(r"^\s*TY  ?- ?\w+", re.MULTILINE)
_WOS = re.compile(r"\A\s*(?:FN .*\r?\n)?(?:VR .*\r?\n)?\s*PT [A-Z]\s*$", re.MULTILINE)
_NBIB = re.compile(r"\A\s*(?:\d+: *\r?\n)?PMID ?- ?\d+", re.MULTILINE)
_RIS_LINE = re.compile(r"^\s*([A-Z][A-Z0-9])  ?-(?: |$)")
_RIS_START, _WOS_START, _NBIB_START = re.compile(r"\s*TY  ?-"), re.compile(r"PT "), re.compile(r"PMID ?-")
_NBIB_DOI = re.compile(r"^(?:LID|AID) ?- ?(\S+) \[doi\]", re.MULTILINE)
_PMCID = re.compile(r"^(?:PMC)?(?=\d)")

Record = dict[str, object]


def looks_like_ris(head: str) -> bool:
    """Whether a text has a line that begins a record of RIS (`TY  - JOUR`)."""
    return _RIS.search(head) is not None


def looks_like_wos(head: str) -> bool:
    """Whether a text begins as the plain text of the Web of Science (`FN …`, `VR 1.0`, `PT J`)."""
    return _WOS.match(head) is not None


def looks_like_nbib(head: str) -> bool:
    """Whether a text begins with a record of PubMed (`PMID- 21645374`)."""
    return _NBIB.match(head) is not None


def read_ris(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each record from `TY` to `ER`."""
    return _read(source, _RIS_START, _ris_record)


def read_wos(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each record from `PT` to `ER`."""
    return _read(source, _WOS_START, _wos_record)


def read_nbib(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each record that begins with `PMID`."""
    return _read(source, _NBIB_START, _nbib_record)


def _read(source: Source, start: re.Pattern[str], parse: Callable[[str], Record]) -> Iterator[Found | Refusal]:
    for line, text in _blocks(source, start):
        yield found_or_refused(source.name, line, partial(_fields_of, text, parse))


def _blocks(source: Source, start: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The lines from one beginning to the next, with the number of the first; too long a record is cut."""
    lines: list[str] = []
    number = length = 0
    for line in source.lines():
        if start.match(line.text):
            if lines:
                yield number, "\n".join(lines)
            lines, number, length = [], line.number, 0
        length += len(line.text)
        if number and length <= LONGEST_LINE:
            lines.append(line.text)
    if lines:
        yield number, "\n".join(lines)


# What the two libraries raise where a record is none.
_BROKEN = (
    rispy.parser.ParseError, MalformedLine, UnknownTagFormat,
    OSError, ValueError, KeyError, IndexError, AttributeError, TypeError,
)  # fmt: skip


def _fields_of(text: str, parse: Callable[[str], Record]) -> Fields:
    require_utf8(text)
    try:
        return fields_of(parse(text))
    except _BROKEN as error:
        raise RecordError(f"a broken record: {' '.join(str(error).split())[:120] or type(error).__name__}") from error


def _ris_record(text: str) -> Record:
    """The record in rispy's names. What stands before a tag is trimmed, and a missing end is added."""
    lines = [_tidied(line) for line in text.splitlines()]
    if not any(line.startswith("ER  -") for line in lines):
        lines.append("ER  - ")
    end = next(place for place, line in enumerate(lines) if line.startswith("ER  -"))
    found = rispy.loads("\n".join(lines[: end + 1]) + "\n", skip_unknown_tags=False, mapping=_RIS_TAGS)
    record: Record = dict(found[0]) if found else {}
    record["venue"] = next((record[name] for name in _RIS_VENUES if record.get(name)), "")
    record["authors"] = record.get("authors") or record.get("first_authors") or []
    record["names"] = [_sorted_name(str(each)) for each in _list(record["authors"])]
    record["editors"] = [_sorted_name(str(each)) for each in _list(record.get("secondary_authors"))]
    record["extra"] = "\n".join(map(str, _list(record.get("notes"))))
    return record | {"url": _first_address(record), "citation_key": _key(record)}


_RIS_VENUES = (
    "journal_name", "alternate_title3", "secondary_title", "book_title", "alternate_title1", "alternate_title2",
    "tertiary_title",
)  # fmt: skip
# Tags of EndNote's that rispy does not know.
_RIS_TAGS = {**rispy.config.TAG_KEY_MAPPING, "BT": "book_title"}


def _sorted_name(name: str) -> str:
    """A name without a comma is no person's, but a body's (or ill written: then it stays as it is)."""
    return name if "," in name or " " not in name.strip() else f"{{{name.strip()}}}"


def _tidied(line: str) -> str:
    found = _RIS_LINE.match(line)
    return f"{found[1]}  - {line[found.end() :].strip()}" if found else line.strip()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []


def _first_address(record: Record) -> str:
    addresses = [str(each) for name in ("urls", "file_attachments2") for each in _list(record.get(name))]
    return next((each for each in addresses if each.startswith("http")), "")


def _key(record: Record) -> str:
    """The ID of a record names it within its file; so does its label."""
    own = str(record.pop("id", "") or record.get("label", "") or "")
    return own if not own.isdigit() else ""


def _wos_record(text: str) -> Record:
    found = rispy.loads(text.partition("\nER")[0] + "\nER\n", implementation=rispy.WokParser)
    record: Record = dict(found[0]) if found else {}
    record["authors"] = record.get("author_full_name") or record.get("authors") or []
    for name in ("document_title", "abstract", "publication_name", "doi"):
        if isinstance(value := record.get(name), list):
            record[name] = " ".join(map(str, value))
    record["venue"] = str(record.get("publication_name", "")).title()
    record["keywords"] = record.get("author_keywords") or record.get("keywords_plus") or []
    record["aliases"] = [record.pop("accession_number", "")]
    return record


def _nbib_record(text: str) -> Record:
    record: Record = dict(nbib.read(text.strip() + "\n\n")[0])
    doi = _NBIB_DOI.search(text)
    return record | {
        "pmid": record.get("pubmed_id"),
        "doi": record.get("doi") or (doi[1] if doi else ""),
        "pmcid": _PMCID.sub("PMC", str(record.get("pmcid") or "")),
        "authors": [_nbib_name(each) for each in _list(record.get("authors"))] or record.get("corporate_author"),
        "names": [_nbib_sorted(each) for each in _list(record.get("authors"))],
        "volume": record.get("journal_volume"),
        "issue": record.get("journal_issue"),
        "issn": record.get("print_issn") or record.get("electronic_issn"),
        "keywords": record.get("keywords") or [],
    }


def _nbib_sorted(author: object) -> str:
    if isinstance(author, dict) and author.get("last_name") and author.get("first_name"):
        return f"{author['last_name']}, {author['first_name']}"
    return _nbib_name(author)


def _nbib_name(author: object) -> str:
    """The full name; where PubMed has only `Loy AC`, the initials go first."""
    if not isinstance(author, dict):
        return str(author)
    if full := author.get("author"):
        return str(full)
    family, _, initials = str(author.get("author_abbreviated", "")).rpartition(" ")
    return f"{initials} {family}".strip()
