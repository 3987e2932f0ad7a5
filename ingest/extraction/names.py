"""Names: what a paper calls its method, its modules and its data, and what it only borrows.

A name is recognised by its shape (inner capitals, digits, all capitals) or by the words before it ("called X",
"we introduce X"). A paper *introduces* a name that stands at the head of its title or right behind a verb of
bringing; all others it only *uses*: the baseline that it beats, the model that it extends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ingest.extraction.profile import Name
from ingest.lexicon import lexicon
from ingest.papers import Paper
from ingest.passages import sentence_spans

# Raised whenever the names that are learned change, so that those of an older index are learned anew.
NAME_SCHEME = 2

# A title's head ("Theme Transformer: …") is a name if it is this short; longer ones are descriptions.
LONGEST_HEAD = 4

_WORD = r"[A-Z0-9a-z][\w]*(?:[-+.’'][A-Za-z0-9]+)*\+*"
_TOKEN = re.compile(_WORD)
# One or more name-like tokens in a row: "JEN-1 Composer", "Theme Transformer", "MusicLDM".
_PROPER = r"(?:[A-Z]|[a-z]+[A-Z0-9])[\w]*(?:[-+.][A-Za-z0-9]+)*\+*"
_RUN = re.compile(rf"{_PROPER}(?:\s+{_PROPER}){{0,3}}")
_EXPANDED = re.compile(rf"((?:[A-Za-z][\w-]*[\s-]+){{1,7}})\(({_PROPER})[),;]")

_WORDS = lexicon("en.names")
_BRINGS = _WORDS.pattern("brings")
# Where the thing that is brought ends and the talk about it, or about others, begins.
_BREAK = re.compile(rf"[,;:—]|{_WORDS.pattern('ends', any_case=False).pattern}")
_BORROWS = _WORDS.pattern("borrows")
# "Our proposed framework, GradeHITL, …": the name set apart behind a kind of thing that is the authors' own.
_APPOSED = re.compile(
    rf"\b{_WORDS.pattern('own').pattern}\s+(?:[\w-]+\s+){{0,5}}?{_WORDS.pattern('kinds').pattern},\s+(?P<name>{_RUN.pattern}),"
)
# "With the introduction of language models" brings nothing.
_OF = re.compile(r"\s+of\b")
_GENERIC_TAIL = re.compile(rf"\s+(?:{_WORDS.pattern('kinds').pattern})$", re.I)
# Verbs reach this many characters ahead; beyond it a name is another clause's.
_REACH = 140

_SHAPED = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}|[A-Za-z]-?\d|\d[A-Za-z]|[A-Z][a-z]*-[A-Z]{2}")
_ROMAN_OR_COUNT = re.compile(r"^(?:\d+[A-Za-z]{0,2}|[IVX]+|\d+(?:st|nd|rd|th))$")


def name_key(text: str) -> str:
    """What all spellings of a name share: `M$^{2}$UGen`, `m2ugen` and `M²-UGen` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or c == "+")


def has_name_shape(token: str) -> bool:
    """Whether a token looks like a name by itself: inner capitals, capitals in a row, or letters with digits."""
    return bool(_SHAPED.search(token)) and not _ROMAN_OR_COUNT.match(token) and not _is_plural_count(token)


def names_of(paper: Paper) -> tuple[Name, ...]:
    """The names in a paper's title and abstract, each once, those that it introduces first."""
    text = _unmarked(paper.abstract)
    title = _unmarked(paper.title)
    introduced = _unique([*_title_names(title), *_brought_names(text)])
    keys = {name_key(name) for name in introduced}
    used = [name for name in _unique(_shaped_tokens(f"{title}. {text}")) if name_key(name) not in keys]
    return (*(Name(name, True) for name in introduced), *(Name(name, False) for name in used))


def title_head(title: str) -> str | None:
    """The short name before a title's colon or dash ("MusicLDM: Enhancing …"), or None."""
    head = re.split(r":\s|\s--?-?\s|\s[–—]\s", title, maxsplit=1)[0].strip(" \"“”'")
    return head if head != title.strip(" \"“”'") and len(head.split()) <= LONGEST_HEAD else None


def _title_names(title: str) -> Iterator[str]:
    head = title_head(title)
    if head:
        yield head
        yield from (token for token in _shaped_tokens(head) if token != head and head.startswith(token))
    tail = re.split(r":\s", title)[-1].strip()
    if tail != title and len(tail.split()) == 1 and tail[0].isupper():
        yield tail


def _brought_names(text: str) -> Iterator[str]:
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        for verb in _BRINGS.finditer(sentence):
            borrowed = _BORROWS.search(sentence[max(0, verb.start() - 40) : verb.start()])
            if not borrowed and not _OF.match(sentence, verb.end()):
                yield from _names_after(sentence[verb.end() : verb.end() + _REACH])

        yield from (found["name"] for found in _APPOSED.finditer(sentence) if has_name_shape(found["name"]))


def _names_after(clause: str) -> Iterator[str]:
    """The names in the noun phrase that a verb brings, and the short form in brackets behind it."""
    for expanded in _EXPANDED.finditer(clause):
        if not _BREAK.search(clause[: expanded.start()]) or _initials_fit(expanded[1], expanded[2]):
            if not _BREAK.search(_before_expansion(clause, expanded)):
                yield expanded[2]
            break
    stop = _BREAK.search(clause)
    phrase = clause[: stop.start()] if stop else clause
    for run in _RUN.finditer(phrase):
        name = _GENERIC_TAIL.sub("", run[0])
        if has_name_shape(name) or _stands_alone(phrase, run):
            yield name
            return


def _before_expansion(clause: str, expanded: re.Match[str]) -> str:
    words = expanded[1].split()
    span = len(expanded[2]) + 1  # an acronym's expansion has about as many words as it has letters
    kept = " ".join(words[-span:])
    return clause[: expanded.end(1) - len(kept) - 1]


def _initials_fit(expansion: str, short: str) -> bool:
    initials = "".join(word[0] for word in re.split(r"[\s-]+", expansion.strip()) if word).lower()
    return initials.endswith("".join(c for c in short if c.isupper()).lower())


def _stands_alone(phrase: str, run: re.Match[str]) -> bool:
    """Whether a plain capitalised word is what the verb brings: first behind it, or last of the phrase."""
    before = phrase[: run.start()].strip()
    return before == "" or phrase[run.end() :].strip() in ("", "(")


def _shaped_tokens(text: str) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        token = re.sub(r"['’]s$", "", found[0]).rstrip(".")
        if has_name_shape(token) and "/" not in token and not _in_address(text, found):
            yield token


def _in_address(text: str, found: re.Match[str]) -> bool:
    word = text[: found.end()].rsplit(maxsplit=1)
    return bool(word) and ("://" in word[-1] or "www." in word[-1])


def _is_plural_count(token: str) -> bool:
    return bool(re.match(r"^\d[\d.,]*(?:s|x|k|K|M|B|D|th|hours?|-?bit)?$", token))


def _unique(names: Iterable[str]) -> list[str]:
    """Each name once, by its key, in the spelling that came first."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name_key(name), name)
    return [name for key, name in first.items() if len(key) > 1]


def _unmarked(text: str) -> str:
    """Without LaTeX's math and font marks, so that `M$^{2}$UGen` is M2UGen."""
    return re.sub(r"\\(?:rm|it|bf|text\w*|emph)\b|\brm\s+(?=[A-Z]{2})|[$^{}\\~]", "", text)
