"""Names of people, first names first, out of the many ways in which exports write lists of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from ingest.identity import NAME_SUFFIX
from ingest.text.tidy import text_of

_NOT_LETTER = re.compile(r"[^a-z]")
_AND = re.compile(r",?\s+and\s+|\s+&\s+")
# Affiliations: `A. One (1)`, `((1) Univ. of North, (2) Ice Lab)`; the innermost brackets go first.
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MARKS = re.compile(r"(?<=[^\W\d_])[\d*†‡§¶#,]*[\d*†‡§¶#]+$|^(?:for|on behalf of)\s+(?=the\b)", re.IGNORECASE)
_ORCID = re.compile(r"\s*[\[(]?(?:https?://)?(?:orcid\.org/)?\d{4}-\d{4}-\d{4}-\d{3}[\dX][\])]?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[- ]?){1,4}|[A-Z]{1,3}")
# Europe PMC's `Garcia Lopez M, Roe RJ.`, and the number by which DBLP tells people of one name apart.
_INITIALS_LAST = re.compile(r"(.*[^\W\d_]{2,}.*?)\s+([A-Z]{1,3})")
_HOMONYM = re.compile(r"(?<=[^\W\d_])\s+0\d{3}$")
# A body, whose name must not be turned round.
_BRACED = re.compile(r"^\s*\{+([^{}]*)\}+\s*$")
# What lists of names end with, and no person is called.
_OTHERS = re.compile(r"(?:and\s+)?(?:et\.?\s+al\.?|others|\.\.\.|…)", re.IGNORECASE)
# Names in Chinese, Japanese and Korean script have the family name first, and no space.
_EAST_ASIAN = re.compile(r"[\u3005\u3040-\u309f\u3400-\u9fff\uac00-\ud7af]+")
_IN_A_MAPPING = ("author", "authors", "name", "value")
_LIST = re.compile(r"\s*[\[(].*['\"].*[\])]\s*", re.DOTALL)
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


def names_in(value: object) -> tuple[str, ...]:
    """The names in order, of a text or of a list of texts, of {"name": …}, {"given": …, "family": …} or of lists."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in _IN_A_MAPPING if key in value), [value])
    items = value if isinstance(value, list | tuple) else split_names(text_of(value))
    names = (first_names_first(_name(item)) for item in items)
    return tuple(name for name in names if name and not _OTHERS.fullmatch(name))


def sorted_names_in(value: object) -> tuple[str, ...]:
    """The names as lists sort them, `van den Berg, Jan`, as far as the source tells; a body stands in braces."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in _IN_A_MAPPING if key in value), [value])
    items = value if isinstance(value, list | tuple) else split_names(text_of(value))
    return tuple(name for name in map(_sorted, items) if name and not _OTHERS.fullmatch(name.strip("{}")))


def families_first(text: str) -> str:
    """A list of `Family GI, Other F.` with a comma in each name, so that nobody is called by initials."""
    names = (name.strip() for name in text.strip().rstrip(".").split(","))
    return "; ".join(_INITIALS_LAST.sub(r"\1, \2", name) for name in names if name)


def _sorted(item: object) -> str:
    if isinstance(item, Mapping):
        return _sorted_mapping(item)
    if isinstance(item, list):
        return ", ".join(filter(None, map(text_of, item[:3])))
    bare = _ORCID.sub("", text_of(item)).strip(" ;,")
    if "," in bare or bare.startswith("{"):
        return " ".join(bare.split())
    given, _, family = first_names_first(bare).rpartition(" ")
    return f"{family}, {given}" if given else family


def _sorted_mapping(item: Mapping[str, object]) -> str:
    texts = {_NOT_LETTER.sub("", key.lower()): text_of(value).strip() for key, value in item.items()}
    if texts.get("literal") or (texts.get("name") and "creatortype" in texts):
        return f"{{{texts.get('literal') or texts.get('name')}}}"
    family = next((texts[k] for k in ("family", "lastname") if texts.get(k)), "")
    if not family:
        return _sorted(_name_of_mapping(item))
    given = next((texts[k] for k in ("given", "firstname", "forename", "initials") if texts.get(k)), "")
    whole = " ".join(filter(None, (texts.get("droppingparticle"), texts.get("nondroppingparticle"), family)))
    return ", ".join(filter(None, (whole, given, texts.get("suffix", ""))))


def _name(item: object) -> str:
    if isinstance(item, Mapping):
        return _name_of_mapping(item)
    if isinstance(item, list):  # the arXiv's authors_parsed: family, given, suffix, affiliations
        family, given, suffix, *_ = [*map(text_of, item), "", "", ""]
        return " ".join(filter(None, (given, family, suffix)))
    return text_of(item)


def _name_of_mapping(item: Mapping[str, object]) -> str:
    """A name of CSL-JSON, Crossref, OpenAlex, Semantic Scholar, Europe PMC, the Zotero API or Hugging Face."""
    if isinstance(inner := item.get("author"), Mapping):
        return _name_of_mapping(inner)
    texts = {_NOT_LETTER.sub("", key.lower()): text_of(value).strip() for key, value in item.items()}
    family = next((texts[k] for k in ("family", "lastname", "familyname", "surname") if texts.get(k)), "")
    given = next((texts[k] for k in ("given", "firstname", "givenname", "forename", "initials") if texts.get(k)), "")
    if family and _is_east_asian(family, given):
        return family + given
    if family:
        particles = (texts.get("droppingparticle", ""), texts.get("nondroppingparticle", ""))
        return " ".join(filter(None, (given, *particles, family, texts.get("suffix", ""))))
    whole = ("fullname", "name", "displayname", "literal", "rawauthorname", "collectivename", "authorname")
    return next((texts[key] for key in whole if texts.get(key)), "")


def first_names_first(name: str) -> str:
    """One name, `Lam, Max` turned round; affiliation marks and ORCIDs are no part of it."""
    bare = _ORCID.sub("", name)
    bare = _BRACED.sub(r"\1", bare)
    while (shorter := _BRACKETS.sub("", bare)) != bare:
        bare = shorter
    bare = _MARKS.sub("", _HOMONYM.sub("", " ".join(bare.split()).strip(" ;,"))).replace(". -", ".-")
    parts = [part.strip() for part in bare.split(",") if part.strip()]
    if len(parts) == 2 and _is_east_asian(*parts):
        return "".join(parts)
    if len(parts) == 3 and NAME_SUFFIX.fullmatch(parts[1]):
        parts = [parts[0], parts[2], parts[1]]
    if len(parts) == 2 and NAME_SUFFIX.fullmatch(parts[1]):
        return " ".join(parts)
    if len(parts) == 2 and len(given := parts[1].split()) > 1 and NAME_SUFFIX.fullmatch(given[-1]):
        return " ".join((*given[:-1], parts[0], given[-1]))  # PubMed's `Smith, John Jr`
    return " ".join((parts[1], parts[0], *parts[2:])) if 2 <= len(parts) <= 3 else bare


def _is_east_asian(family: str, given: str) -> bool:
    return _EAST_ASIAN.fullmatch(family) is not None and _EAST_ASIAN.fullmatch(given) is not None


def split_names(text: str) -> tuple[str, ...]:
    """The names in a text such as `A. One, B. Two and C. Three`, `One, A.; Two, B.` or a list that Python printed."""
    if _LIST.fullmatch(text):
        return _printed(text)
    text = _without_brackets(text)
    for mark in (";", "|", "\n"):
        if mark in text:
            return tuple(name.strip(" ,") for name in text.split(mark) if name.strip(" ,"))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if " and " not in text and _is_paired(parts):
        return tuple(f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True))
    names = [name.strip() for part in _AND.split(text) for name in _parted(part)]
    return tuple(filter(None, names))


def _parted(text: str) -> list[str]:
    """A part between two `and`s: several names with commas, or one with its last name first."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [text] if _is_paired(parts) and len(parts) == 2 else _with_suffixes(parts)


def _with_suffixes(parts: list[str]) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and NAME_SUFFIX.fullmatch(part):
            names[-1] += f" {part}"
        else:
            names.append(part)
    return names


def _is_paired(parts: list[str]) -> bool:
    """Whether the parts between commas are last and first names in turn: `Gati, G.N., Sequi, F.A.` or `Liu, Haohe`."""
    if len(parts) == 2 and not any(" " in part for part in parts):
        return True
    is_even = len(parts) >= 2 and len(parts) % 2 == 0
    return is_even and all(_INITIALS.fullmatch(part) for part in parts[1::2])


def _without_brackets(text: str) -> str:
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    return text


def _printed(text: str) -> tuple[str, ...]:
    """The strings of a list as pandas, numpy or JSON print it; numpy puts no commas between them."""
    try:
        value = ast.literal_eval(text.strip()) if "' '" not in text and '" "' not in text else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if isinstance(value, list | tuple):
        return tuple(_name(item) for item in value)
    return tuple(found[1] or found[2] or "" for found in _QUOTED.finditer(text))
