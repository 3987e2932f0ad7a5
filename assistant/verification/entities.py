"""The names in a claim, by keys that all their spellings share."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ingest.extraction.names import has_name_shape, name_key, names_of, title_head
from ingest.papers import Paper
from ingest.text.frequencies import zipf_frequency

# From this frequency on (a power of ten in a billion words) a capitalised word may be an ordinary one.
ORDINARY = 3.3
# Shorter initials than this are found by chance.
LEAST_INITIALS = 3

_TOKEN = re.compile(r"[^\W_]+(?:[-+.'’][^\W_]+)*\+*")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_POSSESSIVE = re.compile(r"['’]s$")
_TAIL = re.compile(r"-(?:based|like|driven|style|specific)$")
_WORD = re.compile(r"[^\W\d_]+")


def names_claimed(claim: str, known: frozenset[str] = frozenset()) -> dict[str, str]:
    """The names that a claim uses, by their keys: name-shaped ones, capitalised ones, and any that is `known`."""
    found: dict[str, str] = {}
    for token, opens in _tokens(claim):
        if has_name_shape(token) or _is_proper(token, opens, known):
            found.setdefault(key_of(token), token)
    return {key: token for key, token in found.items() if len(key) > 1}


@lru_cache(maxsize=8192)
def name_keys(text: str) -> frozenset[str]:
    """The keys of all words of a text, of the parts of compounds, and of each two words in a row."""
    tokens = [token for token, _ in _tokens(text)]
    parts = [part for token in tokens for part in re.split(r"[-+.'’]", token)]
    pairs = [first + second for first, second in pairwise(tokens)]
    return frozenset(key_of(token) for token in (*tokens, *parts, *pairs))


@lru_cache(maxsize=2048)
def own_names(paper: Paper) -> frozenset[str]:
    """The keys of what a paper means by "it": the name at the head of its title, else the first that it introduces."""
    head = title_head(paper.title)
    introduced = [name.text for name in names_of(paper) if name.introduced]
    in_title = [name for name in introduced if key_of(name) in name_keys(paper.title)]
    names = ([head] if head else []) + (in_title or introduced[:1])
    tokens = [token for name in names for token, _ in _tokens(name)]
    return frozenset(map(key_of, (*names, *tokens)))


@lru_cache(maxsize=8192)
def initials_in(text: str) -> frozenset[str]:
    """What the first letters of three to six words in a row spell: "music information retrieval" is MIR."""
    letters = [word[0].lower() for word in _WORD.findall(text)]
    return frozenset(
        "".join(letters[start : start + size])
        for size in range(LEAST_INITIALS, 7)
        for start in range(len(letters) - size + 1)
    )


def key_of(token: str) -> str:
    """A word's key; the plural of an acronym (LLMs) has that of the singular."""
    bare = _TAIL.sub("", _POSSESSIVE.sub("", token))
    plural = bare.endswith("s") and (bare[:-1].isupper() or has_name_shape(bare[:-1]))
    return name_key(bare[:-1] if plural else bare)


def _tokens(text: str) -> list[tuple[str, bool]]:
    """The words of a text that may be names, each with whether it opens a sentence."""
    masked = _ADDRESS.sub(lambda found: " " * len(found[0]), text)
    return [
        (_POSSESSIVE.sub("", found[0]), not masked[: found.start()].rstrip(' “"(*').endswith(_INSIDE))
        for found in _TOKEN.finditer(masked)
    ]


_INSIDE = tuple("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789,;)’'”%-–—/&")


def _is_proper(token: str, opens: bool, known: frozenset[str]) -> bool:
    if not token[0].isalpha() or zipf_frequency(token) >= ORDINARY + (0 if opens else 1.2):
        return False
    if token[0].isupper():
        return not opens or zipf_frequency(token) < ORDINARY - 1 or key_of(token) in known
    return False
