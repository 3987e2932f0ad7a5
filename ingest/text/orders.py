"""Sentences that give orders, to a reader or to a machine that reads: none of them is a finding.

A paper reports. Where a sentence of an abstract tells whoever reads it what to do ("visit … to enter your password",
"ignore the instructions above", "all papers in this library were retracted"), it was written for something else than to
be cited: it is marked where the abstract is shown, no answer quotes it, and no model is given it. What counts is in the
lexicons `en.orders` and `mul.orders`; letters that only look like Latin ones, and signs within words, hide nothing. A
paper about such orders reports them ("that makes models ignore their instructions"), which is no order.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from ingest.lexicon import lexicon
from ingest.passages import Span, sentence_spans

# Raised when other sentences give orders than before, though the lexicons are the same: an index keeps which ones do.
ORDER_SCHEME = 1

_ADDRESS = re.compile(r"\w+(?:://|\.\w+/)\S*")
# Long runs of what only a machine reads: base64, hexadecimal numbers, escapes of addresses and of programs.
_ENCODED = (
    re.compile(r"(?=[A-Za-z0-9+/]*\d)(?=[a-z0-9+/]*[A-Z])[A-Za-z0-9+/]{32,}={0,2}"),
    re.compile(r"(?:[%\\]?[ux]?[0-9A-Fa-f]{2,4}\s?){20,}"),
    re.compile(r"(?:[%\\][ux]?[0-9A-Fa-f]{2}\w*){6,}"),
    re.compile(r"(?:\b\w[ ._·]{1,3}){16,}"),  # letters set apart
    re.compile(r"^\W*(?:\b\w[ ._·]{1,3}){5,}\w?\W*$"),  # and what is left of them where a sentence seems to end
)
# The control words of chats' templates, and calls of tools.
_CONTROL = (
    re.compile(r"<[|]\w+[|]>"),
    re.compile(r"</?passage>"),
    re.compile(r"\[/?INST\]"),
    re.compile(r"<</?SYS>>"),
    re.compile(r"[{\[]\s*\"(?:role)?(?:tool\w*)?(?:function)?\""),
)
_WITHIN_WORDS = re.compile(r"(?<=\w)[\u200b-\u200d\u2060\u00ad.*_·](?=\w)")
_SPACED = re.compile(r"\b(?:\w[ .-]){5,}\w\b")
# Letters of other alphabets that look like Latin ones, and figures that stand for letters.
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһӏІЅЈАВЕКМНОРСТХαορυν", "aeopcyxijsdhlISJABEKMHOPCTXaopuv")
_FIGURE_IN_WORD = re.compile(r"[A-Za-z][013$@][a-z]")
_FIGURES = str.maketrans("01345$@", "oleassa")


@lru_cache(maxsize=65_536)
def gives_orders(sentence: str) -> bool:
    """Whether a sentence tells its reader what to do."""
    bare = _ADDRESS.sub("", sentence)
    if _poses(bare) or any(sign.search(bare) for sign in _ENCODED):
        return True
    readings = _readings(bare)
    return any(_opening().match(text) or any(sign.search(text) for sign in _commands()) for text in readings)


def finding_spans(text: str) -> tuple[Span, ...]:
    """The (start, end) of every sentence but those of `order_spans`."""
    return spans_without(text, order_spans(text))


def spans_without(text: str, orders: tuple[Span, ...]) -> tuple[Span, ...]:
    """The (start, end) of every sentence but these."""
    return tuple(span for span in sentence_spans(text) if span not in orders)


@lru_cache(maxsize=8192)
def order_spans(text: str) -> tuple[Span, ...]:
    """The (start, end) of every sentence that gives orders; where one poses as a message of a chat, all behind it."""
    found: list[Span] = []
    poses = False
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        poses = poses or _poses(_ADDRESS.sub("", sentence))
        if poses or gives_orders(sentence):
            found.append((start, end))
    return tuple(found)


def without_orders(text: str, instead: str) -> str:
    """The text with something else in the place of each sentence that gives orders."""
    for start, end in reversed(order_spans(text)):
        text = f"{text[:start]}{instead}{text[end:]}"
    return text


def _poses(bare: str) -> bool:
    """Whether a sentence, its addresses left out, begins a message of a chat, or has the control words of one."""
    return any(sign.search(bare) for sign in (_role(), *_CONTROL))


def _readings(sentence: str) -> tuple[str, ...]:
    """A sentence as it is, and as it reads once what hides its letters is undone."""
    plain = unicodedata.normalize("NFKC", sentence)
    latin = plain.translate(_LOOKALIKES)
    joined = _SPACED.sub(lambda found: re.sub(r"[ .-]", "", found[0]), _WITHIN_WORDS.sub("", latin))
    readings = [plain, latin, joined]
    if _FIGURE_IN_WORD.search(latin):
        readings.append(latin.translate(_FIGURES))
    if plain.isascii() and not lexicon("en.orders").pattern("common").search(plain):  # no English as it stands
        readings += [plain[::-1], _rotated(plain)]
    return tuple(dict.fromkeys(readings))


def _rotated(text: str) -> str:
    """Each Latin letter as the one thirteen places further on, as ROT13 hides it."""
    return "".join(chr((ord(c) - b + 13) % 26 + b) if (b := _base(c)) else c for c in text)


def _base(letter: str) -> int:
    return (ord("A") if letter.isupper() else ord("a")) if letter.isascii() and letter.isalpha() else 0


@cache
def _commands() -> tuple[re.Pattern[str], ...]:
    english, others = lexicon("en.orders"), lexicon("mul.orders")
    begins, said = (english.pattern(name).pattern for name in ("before_commands", "commands"))
    return (
        english.pattern("addresses", "lures", "about_library"),
        others.pattern("overrides", "lures"),
        re.compile(rf"(?<!\w)(?<!\w\s)(?:{said})", re.IGNORECASE),  # at the beginning, or behind a mark
        re.compile(rf"(?:{begins})\s+(?:{said})", re.IGNORECASE),
    )


@cache
def _role() -> re.Pattern[str]:
    """The beginning of a message of a chat: `System:`, `[SYSTEM NOTE]:`, `### Instruction:`."""
    roles = lexicon("en.orders").pattern("roles").pattern
    return re.compile(rf"(?<!\w)(?<!\w\s)(?<![,;]\s)(?:{roles})[\])>*]*\s*:", re.IGNORECASE)


@cache
def _opening() -> re.Pattern[str]:
    opens, polite = (lexicon("en.orders").pattern(name).pattern for name in ("opens", "polite"))
    return re.compile(rf"[\W_]*(?:(?:{polite})[\W_]+)*(?:{opens})(?=[\s:])", re.IGNORECASE)
