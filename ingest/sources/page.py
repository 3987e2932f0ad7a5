"""A Daily Papers page saved as text: a header, a date such as `Sep 23`, then titles and abstracts in turn.

    Daily Papers                                      header: whatever it says, it is skipped
    Sep 23                                            the date: papers begin after it
    Efficient Neural Music Generation                 a title …
    12                                                … furniture of the page: skipped
    Max W. Y. Lam, Qiao Tian, Tang Li                 … its authors, if the page shows them
    Recent progress in music generation has been …    its abstract: prose

Blank lines stand between these; a title or an abstract may be wrapped over lines. Nothing marks what is what, so
length, punctuation and place must tell. Where they leave a doubt, a paper is refused, not given another's abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ingest.bundled import completed
from ingest.errors import SourceError
from ingest.papers import LONGEST_ABSTRACT, Fields, Refusal
from ingest.sources.dialects import split_names
from ingest.sources.found import Found, found_or_refused
from ingest.sources.opening import Line, Source, require_utf8
from ingest.text.tidy import shortened, tidy

# No title is this long, and nearly every abstract is.
_LONG = 300
# What is shorter than this is prose only if it ends as a sentence below a title.
_SHORT = 150
# A remark of the page (`View PDF`, a user's name) has fewer words than this; most titles have more.
_FEW_WORDS = 4

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_MONTH}\s+{_DAY}|{_DAY}\s+{_MONTH})(?:,?\s+\d{{4}})?|\d{{4}}-\d\d-\d\d"
# The date may end a short line: `Papers of Tuesday, Sep 23`.
_DATE_LINE = re.compile(rf"(?:.{{0,60}}[\s,·])?(?:{_DATE})", re.IGNORECASE)

_COUNT = r"[\d.,]+\s*[km]?"
_FURNITURE = re.compile(
    rf"{_COUNT}|\W+|{_DATE}|upvotes?(?:\s*{_COUNT})?|{_COUNT}\s*(?:upvotes?|comments?|likes?|stars?)|submitted by\b.*"
    r"|·.*|(?:view |read )?(?:on )?(?:arxiv|pdf|github|paper|project)(?: page)?|read more|show more|view all"
    r"|previous|next|subscribe|daily papers|get trending papers.*|(?:©|\(c\)|copyright).*",
    re.IGNORECASE,
)
_AUTHOR_COUNT = re.compile(r"\W*\d+ authors?\W*", re.IGNORECASE)
_AUTHOR_MARK = re.compile(r"^(?:by|authors?:)\s+|[\s,]*\bet al\.?$", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_][\w.'’-]*\s+){1,4}[^\W\d_][\w.'’-]*")
_PARAGRAPH_END = re.compile(r"[.!?][\"'”’)\]]*$|://\S+$")  # many abstracts end with the address of a demo
_SENTENCE_END = re.compile(r"\.[\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class _Block:
    """What stands between two blank lines, and the line that it begins on."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one."""
        return " ".join(self.lines)

    @property
    def is_furniture(self) -> bool:
        """Whether it is a part of the page, not of a paper."""
        return all(_FURNITURE.fullmatch(line) for line in self.lines)

    @property
    def is_weighty(self) -> bool:
        """Whether it is too much for a remark or a user's name: it must be a title."""
        return len(self.text.split()) >= _FEW_WORDS or ": " in self.text


def looks_like_page(head: str) -> bool:
    """Whether a text has a line with the date that the papers of a page stand under."""
    return any(_DATE_LINE.fullmatch(line.strip()) for line in head.splitlines())


def read_page(source: Source) -> Iterator[Found | Refusal]:
    """A paper for each title with an abstract below it; a refusal for one without the other.

    Raises SourceError if no line has a date. Without an address on the page, the id of a paper is made from its title.
    """
    above: list[_Block] = []  # what has come since the last abstract: a title, and perhaps authors and remarks
    for block in _blocks(_below_date(source)):
        if not _is_prose(block, above):
            above += [] if block.is_furniture else [block]
            continue
        title, authors, orphans = _heading(above)
        yield from (_orphan(source, orphan) for orphan in orphans)
        yield _completed(
            found_or_refused(source.name, (title or block).line, partial(_fields_of, title, authors, block))
        )
        above = []
    yield from (_orphan(source, block) for block in above if _looks_like_title(block))


def _below_date(source: Source) -> Iterator[Line]:
    lines = source.lines()
    for line in lines:
        if _DATE_LINE.fullmatch(line.text.strip()):
            return lines
    raise SourceError(
        f"{source.name}: no line with a date such as “Sep 23”, below which a Daily Papers page lists its papers; "
        "add one above the first title, or name the format if this is no page"
    )


def _blocks(lines: Iterator[Line]) -> Iterator[_Block]:
    """Lines that belong together, without what is furniture among them."""
    gathered: list[Line] = []
    for line in lines:
        text = line.text.strip()
        if gathered and not (text and _continues(gathered[-1].text, text)):
            yield from _parted(gathered)
            gathered = []
        if text:
            gathered.append(line)
    yield from _parted(gathered)


def _continues(above: str, text: str) -> bool:
    """Whether a line goes on with the one right above it; a long one is an abstract, and next to it stand titles."""
    if len(above) < _LONG <= len(text):
        return len(above) >= _SHORT
    if len(text) < _LONG <= len(above):
        return not _PARAGRAPH_END.search(above.rstrip())
    return True


def _parted(lines: Sequence[Line]) -> Iterator[_Block]:
    """One block of these lines; where they are a title with its furniture or authors, without blank lines, one each."""
    texts = [line.text.strip() for line in lines]
    if sum(map(len, texts)) >= _LONG:
        yield _Block(lines[0].number, tuple(texts))
        return
    start = 0
    for end, text in enumerate(texts):
        if _FURNITURE.fullmatch(text) or _names_in(text):
            if texts[start:end]:
                yield _Block(lines[start].number, tuple(texts[start:end]))
            yield _Block(lines[end].number, (text,))
            start = end + 1
    if texts[start:]:
        yield _Block(lines[start].number, tuple(texts[start:]))


def _is_prose(block: _Block, above: Sequence[_Block]) -> bool:
    """Whether a block is an abstract, given what stands above it since the last one."""
    text = block.text
    if len(text) >= _LONG:  # unless it lists the names of fifty authors
        return len(text) > LONGEST_ABSTRACT or not _names_in(text)
    is_sentence = _SENTENCE_END.search(text) is not None and not block.is_furniture
    return is_sentence and (len(text) >= _SHORT or (bool(above) and len(text.split()) > _FEW_WORDS))


def _heading(above: Sequence[_Block]) -> tuple[_Block | None, tuple[str, ...], list[_Block]]:
    """The title and the authors among the blocks above an abstract, and the titles that have no abstract."""
    title: _Block | None = None
    authors: tuple[str, ...] = ()
    orphans: list[_Block] = []
    for block in above:
        if title and (names := _names_in(block.text)):
            authors = names
        elif title is None or block.is_weighty:
            orphans += [title] if title and title.is_weighty else []
            title, authors = block, ()
    return title, authors, orphans


def _names_in(text: str) -> tuple[str, ...]:
    """The names in a line that lists authors (`A. One, B. Two`, `By A. One`, `A. One et al.`); none in another line."""
    bare = _AUTHOR_MARK.sub("", _AUTHOR_COUNT.sub("", text)).strip()
    names = split_names(bare)
    is_marked = bare != text.strip()
    is_list = (len(names) > 1 or is_marked) and all(_is_name(name) for name in names)
    return names if is_list else ()


def _is_name(text: str) -> bool:
    words = text.split()
    return _NAME.fullmatch(text) is not None and not words[0][0].islower() and not words[-1][0].islower()


def _looks_like_title(block: _Block) -> bool:
    """Whether a block without an abstract, at the end of a page, is a paper's title rather than the page's footer."""
    words = block.text.split()
    capitals = sum(not word[0].islower() for word in words)
    return block.is_weighty and block.text[-1] not in ".!" and (": " in block.text or 2 * capitals >= len(words))


def _completed(item: Found | Refusal) -> Found | Refusal:
    """A page shows titles and abstracts; of the bundled papers the authors, ids and years are known."""
    return replace(item, paper=completed(item.paper)) if isinstance(item, Found) else item


def _orphan(source: Source, title: _Block) -> Refusal:
    return Refusal(source.name, title.line, f"no abstract for “{shortened(tidy(title.text))}”")


def _fields_of(title: _Block | None, authors: tuple[str, ...], abstract: _Block) -> Fields:
    heading = title.text if title else ""
    require_utf8(heading + abstract.text)
    return Fields(title=heading, abstract=abstract.text, authors=authors)
