"""Callings: by what a question may call a paper or a thing of the library, found at ingest: no start waits for it.

Of each paper its title and names as keys (`ingest.extraction.names.name_key`) and the abbreviations that it spells out;
of all papers together how many have each ordinary word.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.extraction.abbreviations import definitions_in
from ingest.extraction.names import has_name_shape, name_key, title_head
from ingest.extraction.profile import Name
from ingest.identifiers import title_key
from ingest.papers import Paper

_COMMON = re.compile(r"[a-z]{3,}")
_PLAIN = re.compile(r"(?<![\w/.-])[a-z]{2,}(?![\w/-])")


@dataclass(frozen=True, slots=True)
class CalledName:
    """A name: its spelling and its key, whether the paper introduces it, and whether it looks like a name."""

    text: str
    key: str
    introduced: bool
    is_shaped: bool


@dataclass(frozen=True, slots=True)
class Calling:
    """By what one paper may be called: keys of its whole title (as a title, as a name) and of the title's head.

    `head` is empty where the title has none. `definitions` are abbreviations and what the paper says that they mean.
    """

    title: str
    whole: str
    head: str
    names: tuple[CalledName, ...]
    definitions: tuple[tuple[str, str], ...]


def calling_of(paper: Paper, names: Iterable[Name]) -> Calling:
    """By what a paper with these names may be called."""
    head = title_head(paper.title)
    return Calling(
        title_key(paper.title),
        name_key(paper.title),
        name_key(head) if head else "",
        tuple(CalledName(n.text, name_key(n.text), n.introduced, has_name_shape(n.text)) for n in names),
        tuple(definitions_in(f"{paper.title}\n{paper.abstract}").items()),
    )


def calling_to_line(calling: Calling) -> str:
    """One line of JSON; a name's two marks are bits of one number."""
    names = [(n.text, n.key, n.introduced | n.is_shaped << 1) for n in calling.names]
    record = (calling.title, calling.whole, calling.head, names, calling.definitions)
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def callings_from_lines(lines: Sequence[str]) -> list[Calling]:
    """What `calling_to_line` wrote."""
    return [
        Calling(
            title,
            whole,
            head,
            tuple([CalledName(text, key, bool(marks & 1), bool(marks & 2)) for text, key, marks in names]),
            tuple([(short, long_form) for short, long_form in definitions]),
        )
        for title, whole, head, names, definitions in json.loads(f"[{','.join(lines)}]")
    ]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many of some abstracts have each word of small letters, and how many have it so, standing by itself."""

    any_case: Counter[str]
    plain: Counter[str]

    @classmethod
    def of_abstracts(cls, abstracts: Iterable[str]) -> WordCounts:
        """Read the abstracts."""
        any_case: Counter[str] = Counter()
        plain: Counter[str] = Counter()
        for abstract in abstracts:
            any_case.update(set(_COMMON.findall(abstract.lower())))
            plain.update(set(_PLAIN.findall(abstract)))
        return cls(any_case, plain)

    def without(self, other: WordCounts) -> WordCounts:
        """The counts without those of abstracts that are among these."""
        return WordCounts(self.any_case - other.any_case, self.plain - other.plain)

    def to_text(self) -> str:
        """A line a word, with both counts."""
        words = sorted(self.any_case.keys() | self.plain.keys())
        return "".join(f"{word}\t{self.any_case[word]}\t{self.plain[word]}\n" for word in words)

    @classmethod
    def from_text(cls, text: str) -> WordCounts:
        """What `to_text` wrote."""
        rows = [line.split("\t") for line in text.split("\n")[:-1]]
        any_case = Counter({word: int(count) for word, count, _ in rows if count != "0"})
        return cls(any_case, Counter({word: int(count) for word, _, count in rows if count != "0"}))


def merged_counts(parts: Sequence[WordCounts]) -> WordCounts:
    """The counts of several lists of abstracts as those of one."""
    if len(parts) == 1:
        return parts[0]
    any_case: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for part in parts:
        any_case.update(part.any_case)
        plain.update(part.plain)
    return WordCounts(any_case, plain)
