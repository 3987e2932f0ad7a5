"""BibTeX, as reference managers, publishers and the arXiv export it; entries need an abstract.

The entries are parsed one at a time: a file of any size streams, and an entry that lacks its closing brace takes
no other with it. Where one ends and the next begins is decided as bibtexparser itself decides it when it recovers from
an error: an `@name{` at the beginning of a line always opens a new entry.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import BlockAbortedException
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, DuplicateFieldKeyBlock, Entry, Field, ParsingFailedBlock, String
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)
from pylatexenc.latexwalker import get_default_latex_context_db as known_commands

from ingest.errors import RecordError
from ingest.papers import LONGEST_ABSTRACT, Fields, Refusal
from ingest.sources.dialects import fields_of
from ingest.sources.found import Found, found_or_refused
from ingest.sources.journals import journal_called
from ingest.sources.opening import LONGEST_LINE, Line, Source, require_utf8
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened, tidy

# What the parser has to say about a broken entry is in our refusal; without a handler it would go to the terminal too.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("pylatexenc").addHandler(logging.NullHandler())

_BLOCK_START = re.compile(r"\s*@\w*[ \t]*[{(]")
_KEY = re.compile(r"\s*@\w+\s*[{(]\s*([^\s,={}]+)")
_DEFINITION = re.compile(r"\s*@string\b", re.IGNORECASE)
_RECOGNISED = re.compile(r"^[ \t]*@\w+[ \t]*[{(][^\s,={}]*\s*[,=]", re.MULTILINE)

# What is LaTeX at all; most abstracts have none, and decoding takes time.
_LATEX = re.compile(r"[\\{}~]|--|``|''")
# Most of what is LaTeX is braces that keep capitals, dashes, and signs with a backslash: that much is read at once, a
# hundred times as fast as by pylatexenc, which reads all the rest. Without these signs there is nothing else in a text.
_ESCAPED_SIGN = re.compile(r"\\([%&_#$])")
_BRACE = re.compile(r"[{}]")
_NEEDS_PARSER = re.compile(r"[\\~$`^_#]|''|<<|>>|\n\s*\n|----")
# In LaTeX a bare % begins a comment, & separates cells and ~ is a space. In abstracts they are what they look like:
# decoded, "by 95.7% and 99.6%" would end at its first figure.
_LITERAL_SIGN = re.compile(r"(?<!\\)[%&]|(?<=/)~")
_SHIELDED = {"%": r"\%", "&": r"\&", "~": r"{\textasciitilde}"}
# Where a link leads, and how far a sign is raised, are no part of the text.
_LINKED_ADDRESS = re.compile(r"\\(?:href|raisebox)\s*\{[^{}]*\}")
# An address may be escaped as LaTeX, and wrapped: `\url{https://example.org/a\_b}`.
_ADDRESS_WRAPPING = re.compile(r"\\url\s*\{([^{}]*)\}|\\([%&_#~])|\{([^{}]*)\}")
# A longer text will be refused for its length, decoded or not.
_LONGEST_LATEX = 4 * LONGEST_ABSTRACT


# Signs that reference managers write as commands, and pylatexenc does not know.
_SIGNS = {
    **{"textless": "<", "textgreater": ">", "textbar": "|", "textasciitilde": "~", "textasciicircum": "^"},
    **{"textbackslash": "\\", "textunderscore": "_", "textemdash": "—", "textendash": "–", "textdegree": "°"},
    **{"textmu": "µ", "textpm": "±", "texttimes": "×", "textonehalf": "½", "textmultiply": "×", "texteuro": "€"},
    **{"textalpha": "α", "textbeta": "β", "textgamma": "γ", "textdelta": "δ", "textepsilon": "ε", "textlambda": "λ"},
    **{"textsigma": "σ", "textomega": "ω", "textkappa": "κ", "texttau": "τ", "textchi": "χ", "textrho": "ρ"},
    **{"textleq": "≤", "textgeq": "≥", "textasciiacute": "´", "textasciigrave": "`", "textbullet": "•"},
}
# Better BibTeX keeps mathematics from BibTeX's hands: `p{$<$}0.05`.
_ENCLOSED = re.compile(r'^"(.*)"$|^\{(.*)\}$', re.DOTALL)
_SWALLOWED = re.compile(r"\s*(?:\{[^{}]*\}|\"[^\"]*\")\s*[\w-]+\s*=\s*[{\"\d]")
_PIECE = re.compile(
    r'"((?:[^"{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"|\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|([^\s#"{}]+)'
)
_OUTER_COMMA = re.compile(r",(?![^{]*\})(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_EXTENDED_NAME = re.compile(r"(?:family|given|prefix|suffix|useprefix|given-i|prefix-i|family-i)\s*=")
_PLAIN_NAME = re.compile(r"[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*)*(?:, [^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*)*)?")
_BRACED_MATH = re.compile(r"\{\$([^$]{1,200})\$\}")


class _Texts(LatexNodes2Text):  # type: ignore[misc] # pylatexenc has no types
    """LaTeX as text; the table of commands that are known is made once, not for each text."""

    _COMMANDS = known_commands()

    def latex_to_text(self, latex: str, **options: object) -> str:
        """The text of this LaTeX."""
        return str(super().latex_to_text(latex, latex_context=self._COMMANDS, **options))


def _decoder() -> LatexDecodingMiddleware:
    r"""Accents, dashes and font commands become text; mathematics stays as it is written.

    Two commands are told anew: `\url` should not add angle brackets, and pylatexenc 2 breaks on its own `\href`.
    """
    context = get_default_latex_context_db()
    addresses = [MacroTextSpec("url", simplify_repl="%s"), MacroTextSpec("href", simplify_repl="")]
    signs = [MacroTextSpec(name, simplify_repl=sign) for name, sign in _SIGNS.items()]
    context.add_context_category("addresses", prepend=True, macros=addresses + signs)
    return LatexDecodingMiddleware(decoder=_Texts(latex_context=context, math_mode="verbatim"))


_DECODER = _decoder()
# Fields in which LaTeX is read; the others go to the reference as they are.
_PROSE = frozenset(
    ("title", "abstract", "journal", "journaltitle", "booktitle", "keywords", "school", "note", "subtitle")
)
# How our own record names the people that two fields list.
_PEOPLE = {"names": "author", "editors": "editor"}
# Fields of the paper itself, or of the reference manager's own use.
_KEPT_ELSEWHERE = frozenset(
    "abstract keywords keyword file timestamp owner annote annotation date-added date-modified bdsk-file-1 bdsk-url-1 "
    "mendeley-groups mendeley-tags code id names editors crossref xdata".split()
)


# Entries that others take fields from, and what each is called there (BibTeX's and biblatex's inheritance).
_PARENTS = frozenset("proceedings book collection mvbook mvcollection mvproceedings periodical xdata".split())
_INHERITED = {"title": "booktitle", "subtitle": "booksubtitle"}
_NOT_INHERITED = frozenset("author abstract keywords doi url file crossref shorttitle eprint".split())


@dataclass(slots=True)
class _Block:
    """The lines of one entry, and the number of the first. One that grows too long is given up: not `is_whole`."""

    line: int
    lines: list[str] = field(default_factory=list)
    length: int = 0
    is_whole: bool = True

    @property
    def text(self) -> str:
        """The entry as the file has it."""
        return "\n".join(self.lines)

    def add(self, line: Line) -> None:
        """Take one more line in, unless that would be too much."""
        self.length += len(line.text)
        self.is_whole = self.length <= LONGEST_LINE and line.is_whole and self.is_whole
        if self.is_whole:
            self.lines.append(line.text)
        else:
            self.lines.clear()


def looks_like_bibtex(head: str) -> bool:
    """Whether a text has an entry such as `@article{key,` at the beginning of a line."""
    return _RECOGNISED.search(head) is not None


def read_bibtex(source: Source) -> Iterator[Found | Refusal]:
    """A paper or a refusal for each entry; `@string` definitions are filled in, comments skipped."""
    definitions: dict[str, String] = {}
    parents: dict[str, Entry] = {}
    waiting: list[tuple[int, Entry]] = []  # entries that take fields from one that may stand further down
    for block in _blocks(source.lines()):
        if not block.is_whole:
            yield Refusal(source.name, block.line, f"an entry of more than {LONGEST_LINE:,} characters")
            continue
        for part in _parse(block.text, definitions):
            line = block.line + (part.start_line or 0)
            if isinstance(part, Entry) and part.entry_type.lower() in _PARENTS:
                parents[part.key.lower()] = part
            if isinstance(part, Entry) and _parent_of(part):
                waiting.append((line, part))
            else:
                yield found_or_refused(source.name, line, partial(_fields_of, part, parents))
    for line, part in waiting:
        yield found_or_refused(source.name, line, partial(_fields_of, part, parents))


def _parent_of(entry: Entry) -> str:
    """The key of the entry that this one takes fields from; empty if it stands for itself."""
    named = (str(each.value) for each in entry.fields if each.key.lower() in ("crossref", "xdata"))
    return next(named, "").strip().lower()


def _with_inherited(entry: Entry, parents: Mapping[str, Entry]) -> Entry:
    """The entry with what its parent says of the volume that it is in."""
    parent = parents.get(_parent_of(entry))
    if parent is None or parent is entry:
        return entry
    own = {each.key.lower() for each in entry.fields}
    for each in parent.fields:
        name = each.key.lower() if parent.entry_type.lower() == "xdata" else _INHERITED.get(each.key.lower(), each.key)
        if name.lower() not in own and name.lower() not in _NOT_INHERITED:
            entry.set_field(Field(name, each.value))
    return entry


def _blocks(lines: Iterator[Line]) -> Iterator[_Block]:
    """The lines from one `@name{` to the next; what stands before the first is no entry."""
    block: _Block | None = None
    for line in lines:
        if _BLOCK_START.match(line.text):
            if block:
                yield block
            block = _Block(line.number)
        if block:
            block.add(line)
    if block:
        yield block


def _parse(text: str, definitions: dict[str, String]) -> list[Entry | ParsingFailedBlock]:
    """The entries of a block, broken ones too; what it defines is added to `definitions`."""
    is_definition = _DEFINITION.match(text)
    names = "" if is_definition else text.lower()  # a definition that comes again replaces the first
    used: list[Block] = [string for name, string in definitions.items() if name in names]
    parsed = parse_string(text, library=Library(used)).blocks
    if is_definition:
        definitions.update({part.key.lower(): part for part in parsed if isinstance(part, String)})
    entries = [part for part in parsed if isinstance(part, Entry | ParsingFailedBlock)]
    for entry in entries:
        if isinstance(entry, Entry) and "#" in (entry.raw or ""):
            _concatenate(entry, definitions)
    return entries


def _concatenate(entry: Entry, definitions: Mapping[str, String]) -> None:
    """Join the values that are written in parts: `jan # "~14"`, `"Lee, Ann and " # ana`."""
    for each in entry.fields:
        if getattr(each, "enclosing", "") != "no-enclosing" or "#" not in str(each.value):
            continue
        pieces = [found.groups() for found in _PIECE.finditer(str(each.value))]
        strings = {name: str(string.value) for name, string in definitions.items()}
        each.value = "".join(
            strings.get(name.lower(), name) if name else quoted or braced or "" for quoted, braced, name in pieces
        )


def _fields_of(part: Entry | ParsingFailedBlock, parents: Mapping[str, Entry]) -> Fields:
    entry = _with_inherited(part, parents) if isinstance(part, Entry) else _with_repeated_fields(part)
    if entry is None and isinstance(part, ParsingFailedBlock):
        reason = part.error.abort_reason if isinstance(part.error, BlockAbortedException) else str(part.error)
        named = _KEY.match(part.raw or "")
        which = f" {named[1]!r}" if named else ""
        raise RecordError(f"a broken entry{which}: {shortened(tidy(reason), 200)}")
    return _fields_of_entry(cast(Entry, entry))


def _with_repeated_fields(part: ParsingFailedBlock) -> Entry | None:
    """The entry of a block that repeats fields other than title and abstract: ScienceDirect gives every keyword one."""
    if not isinstance(part, DuplicateFieldKeyBlock) or part.duplicate_keys & {"title", "abstract"}:
        return None
    entry = part.ignore_error_block
    if not isinstance(entry, Entry):
        return None
    for each in entry.fields:  # its values still stand in their quotes or braces
        each.value = _ENCLOSED.sub(r"\1\2", str(each.value).strip())
    return entry


def _fields_of_entry(part: Entry) -> Fields:
    require_utf8(part.raw or "")
    _check_commas(part)
    texts: dict[str, str] = {}
    for each in part.fields:
        name, value = each.key.lower(), str(each.value)
        texts[name] = f"{texts[name]}; {value}" if name in ("keywords", "keyword") and name in texts else value
    record: dict[str, object] = {"entrytype": part.entry_type, **texts, "citationkey": part.key}
    for name in _PROSE & texts.keys():
        record[name] = decoded(texts[name])
    if (journal := journal_called(texts.get("journal", ""))) != texts.get("journal", ""):
        record["journal"] = journal
    for name in ("url", "howpublished", "code", "doi"):
        once = _ADDRESS_WRAPPING.sub(r"\1\2\3", texts.get(name, ""))
        record[name] = _ADDRESS_WRAPPING.sub(r"\1\2\3", once)  # `{\_}` is wrapped twice
    record["author"] = _authors(texts.get("author") or texts.get("editor", ""))
    reference = [(name, value) for name, value in texts.items() if name not in _KEPT_ELSEWHERE]
    reference += [(ours, _as_sorted(texts[name])) for ours, name in _PEOPLE.items() if name in texts]
    return replace(fields_of(record), reference=(("entrytype", part.entry_type), *reference))


def _check_commas(entry: Entry) -> None:
    """Raise RecordError if a field has swallowed the next one, for want of a comma between them."""
    for each in entry.fields:
        if _SWALLOWED.match(str(each.value)):
            raise RecordError(f"a broken entry: a comma is missing after the field {each.key!r} of {entry.key!r}")


def _authors(text: str) -> list[str]:
    """The names of a list such as `Liu, Haohe and van den Berg, Jan and {The Project}`, first names first."""
    return [_first_name_first(name) for name in _each(text)]


def _first_name_first(name: str) -> str:
    if plain := _plain_parts(name):
        return " ".join(filter(None, reversed(plain)))
    return decoded(parse_single_name_into_parts(name, strict=False).merge_first_name_first)


def _plain_parts(name: str) -> tuple[str, str] | None:
    """Family and given names where each word begins with a capital and nothing is braced; None for other names.

    Nearly all names are such, and to read them letter by letter takes as long as all else of an entry.
    """
    if not _PLAIN_NAME.fullmatch(name) or not all(word[0].isupper() for word in name.split()):
        return None
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = family.rpartition(" ")
    return " ".join(family.split()), " ".join(given.split())


def _each(text: str) -> list[str]:
    names = split_multiple_persons_names(" ".join(text.split()))
    return [_as_plain_name(name) if _EXTENDED_NAME.match(name) else name for name in names if name != "others"]


def _as_plain_name(name: str) -> str:
    """A name in biblatex's extended format (`family=Berg, given=Jan, prefix=van den`) in BibTeX's own."""
    parts = dict(part.split("=", 1) for part in map(str.strip, _OUTER_COMMA.split(name)) if "=" in part)
    plain = {key.strip(): value.strip().strip('"') for key, value in parts.items()}
    family = " ".join(filter(None, (plain.get("prefix", ""), plain.get("family", ""))))
    return ", ".join(filter(None, (family, plain.get("suffix", ""), plain.get("given", ""))))


def _as_sorted(text: str) -> str:
    """The names of a list as our record keeps them: `van den Berg, Jan; {World Health Organization}`."""
    return "; ".join(map(_sorted_name, _each(text)))


def _sorted_name(name: str) -> str:
    if name.startswith("{") and name.endswith("}") and name.find("}") == len(name) - 1:
        return f"{{{decoded(name[1:-1])}}}"
    if plain := _plain_parts(name):
        return ", ".join(filter(None, plain))
    parts = parse_single_name_into_parts(name, strict=False)
    family = decoded(" ".join((*parts.von, *parts.last))).replace("{", "").replace("}", "")
    others = (decoded(" ".join(part)).replace("{", "").replace("}", "") for part in (parts.first, parts.jr))
    return ", ".join(filter(None, (family, *others)))


def decoded(latex: str) -> str:
    """LaTeX of a field as text, with mathematics as it was; what cannot be decoded stays as it is."""
    if not _LATEX.search(latex) or len(latex) > _LONGEST_LATEX:
        return latex
    if (simple := _simply_decoded(latex)) is not None:
        return simple
    latex = _BRACED_MATH.sub(lambda found: f"{{{plain_text(f'${found[1]}$')}}}", latex)
    if "``" not in latex:  # many exporters write '' for every straight quote; only a pair ``…'' is one of LaTeX
        latex = latex.replace("''", '"')
    shielded = _LITERAL_SIGN.sub(lambda sign: _SHIELDED[sign[0]], _LINKED_ADDRESS.sub("", latex))
    text = String(key="text", value=shielded)
    is_decoded = _DECODER.transform_string(text, Library()) is text  # it answers with another block if it fails
    return str(text.value) if is_decoded else latex


def _simply_decoded(latex: str) -> str | None:
    """The text of LaTeX that has nothing but braces, dashes and escaped signs; None for any other."""
    if _NEEDS_PARSER.search(_ESCAPED_SIGN.sub("", latex)) or not _is_balanced(latex):
        return None
    text = latex.replace("{", "").replace("}", "") if "{" in latex else latex
    return _ESCAPED_SIGN.sub(r"\1", text).replace("---", "—").replace("--", "–")


def _is_balanced(latex: str) -> bool:
    depth = 0
    for brace in _BRACE.findall(latex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0
