"""Entity linking: which papers a name in a question means, however it is typed.

A name that a paper introduces means that paper. One that papers only use (a baseline, a module of somebody
else's) means the papers that mention it, if they are few. Case, hyphens, LaTeX and a slip of the finger are
forgiven, but an ordinary word is never taken for a name: "melody" is not MeLoDy, "slap" is SLAP only where the
question has no capitals at all or writes it as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.query.question import Mention
from ingest.extraction.callings import Calling, WordCounts
from ingest.extraction.names import has_name_shape, name_key, title_head
from ingest.identifiers import title_key
from ingest.index.corpus import Corpus
from ingest.papers import Paper
from ingest.text.frequencies import zipf_frequency

# A name of more words than this is looked for as the head of a title only.
LONGEST_NAME = 6
# Mentioned by more papers than this, a borrowed name (GAN, MIDI) is a term of the field, not a pointer.
FEW_PAPERS = 4
# Words that so many papers use in lower case are ordinary in this library, whatever else they name.
LEAST_USED_PLAINLY = 2
# From this many letters on a name may be mistyped: by one letter, by two from the second figure on.
ONE_SLIP_FROM, TWO_SLIPS_FROM = 5, 9
# On the Zipf scale (the log of uses in a thousand million words) ordinary words lie above this.
ORDINARY_WORD = 3.0
# A title of at least so many letters and digits is known anywhere in a question; a quoted one also with slips in it.
LONG_TITLE = 15
ALIKE_TITLES = 88  # on rapidfuzz's scale of 0 to 100
# "e.g." and the words of a question are no names, whatever their capitals.
_NOT_NAMES = frozenset("ai ml i us uk ok faq tldr pdf url llm llms gpu gpus api eg ie vs".split())

_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{3,})[\"”»]")
_IDENTIFIER = re.compile(
    r"(?:arxiv:|doi:|pmid:?\s?|https?://(?:dx\.)?doi\.org/|https?://arxiv\.org/abs/)?([^\s,;?!\"“”()]+)", re.I
)

_WORD = re.compile(r"[\w][\w$^{}+]*(?:[-'’.][\w$^{}+]+)*")


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    introduced_by: tuple[str, ...]
    used_by: tuple[str, ...]


class EntityLinker:
    """All names of a corpus; made once for each state of the index."""

    def __init__(self, corpus: Corpus) -> None:
        papers, callings = corpus.papers, corpus.callings
        self._entries = _entries(papers, callings, corpus.words)
        self._ordinary = frozenset(word for word, count in corpus.words.plain.items() if count >= LEAST_USED_PLAINLY)
        self._identifiers = {i.casefold(): paper for paper in papers for i in _identifiers(paper)}
        self._long_keys = [key for key in self._entries if len(key) >= ONE_SLIP_FROM and not key.isdigit()]
        self._titles = {calling.title: paper for paper, calling in zip(papers, callings, strict=True)}
        self._by_beginning: dict[str, list[str]] = defaultdict(list)
        for title in self._titles:
            if len(title) >= LONG_TITLE:
                self._by_beginning[title[:LONG_TITLE]].append(title)

    def titles_in(self, question: str) -> tuple[Mention, ...]:
        """The papers whose title is quoted in a question, or stands in it in full, in order."""
        return tuple(sorted(self._titles_in(question), key=lambda mention: mention.start))

    def mentions(self, question: str) -> tuple[Mention, ...]:
        """The names, titles and identifiers of papers in a question, in order, longest first where they overlap."""
        titled = [*self._titles_in(question), *self._identified(question)]
        free = question
        for mention in titled:
            free = free[: mention.start] + " " * (mention.end - mention.start) + free[mention.end :]
        return tuple(sorted((*titled, *self._named(free)), key=lambda mention: mention.start))

    def _titles_in(self, question: str) -> Iterator[Mention]:
        """Papers whose title is quoted, with or without slips, or stands in the question in full."""
        taken: list[tuple[int, int]] = []
        for quoted in _QUOTED.finditer(question):
            paper = self._titled(title_key(quoted[1]))
            if paper is not None:
                taken.append(quoted.span())
                yield self._of_title(paper, *quoted.span())
        key, places = _key_with_places(question)
        for start in range(len(key) - LONG_TITLE + 1):
            titles = self._by_beginning.get(key[start : start + LONG_TITLE], ())
            title = max((title for title in titles if key.startswith(title, start)), key=len, default="")
            span = (places[start], places[start + len(title) - 1] + 1)
            if title and all(span[1] <= first or last <= span[0] for first, last in taken):
                taken.append(span)
                yield self._of_title(self._titles[title], *span)

    def _titled(self, key: str) -> Paper | None:
        if key in self._titles or len(key) < LONG_TITLE:
            return self._titles.get(key)
        best = process.extractOne(key, self._titles.keys(), score_cutoff=ALIKE_TITLES)
        return self._titles[best[0]] if best else None

    def _of_title(self, paper: Paper, start: int, end: int) -> Mention:
        return Mention(start, end, title_head(paper.title) or paper.title, (paper.id,), True)

    def _identified(self, question: str) -> Iterator[Mention]:
        """Papers whose arXiv id, DOI, PubMed id, citation key or other id stands in the question."""
        for word in _IDENTIFIER.finditer(question):
            text = re.sub(r"(?<=\d)v\d$", "", word[1].rstrip(".:'’"))
            paper = self._identifiers.get(text.casefold())
            if paper is not None and not text.isalpha() and any(map(str.isdigit, text)):
                yield Mention(word.start(), word.start(1) + len(text), paper.title, (paper.id,), True)

    def _named(self, question: str) -> tuple[Mention, ...]:
        words = list(_WORD.finditer(question))
        shouted = question == question.lower()
        found: list[Mention] = []
        position = 0
        while position < len(words):
            mention = self._longest_at(question, words, position, shouted)
            if mention is None:
                position += 1
                continue
            found.append(mention)
            while position < len(words) and words[position].start() < mention.end:
                position += 1
        return tuple(found)

    def unknown_names(self, question: str, mentions: Sequence[Mention]) -> tuple[str, ...]:
        """Words of a question that are names by their shape and that no paper here mentions; `mentions` are known."""
        taken = [(mention.start, mention.end) for mention in mentions]
        unknown = []
        for word in _WORD.finditer(question):
            free = not any(start <= word.start() < end for start, end in taken)
            token = re.sub(r"['’]s$", "", word[0])
            if free and has_name_shape(token) and token.lower() not in _NOT_NAMES and not self._knows(token):
                unknown.append(token)
        return tuple(dict.fromkeys(unknown))

    def main_name(self, paper: Paper, calling: Calling | None) -> str:
        """What to call a paper in a sentence: its method's name, else its title."""
        names = [name for name in calling.names if name.introduced] if calling else []
        if calling and calling.head and any(calling.head == name.key for name in names):
            return title_head(paper.title) or paper.title
        return names[0].text if names else paper.title

    def _knows(self, token: str) -> bool:
        parts = re.split(r"[-'’.]", token)
        return name_key(token) in self._entries or all(
            name_key(part) in self._entries or part.lower() in self._ordinary for part in parts if part
        )

    def _longest_at(
        self, question: str, words: Sequence[re.Match[str]], position: int, shouted: bool
    ) -> Mention | None:
        for length in range(min(LONGEST_NAME, len(words) - position), 0, -1):
            start, end = words[position].start(), words[position + length - 1].end()
            text = question[start:end]
            mention = None if _is_numbered(question, end) else self._looked_up(text, start, length, shouted)
            if mention:
                return mention
        return self._forgiven(words[position])

    def _looked_up(self, text: str, start: int, length: int, shouted: bool) -> Mention | None:
        for spelled in (text, re.sub(r"['’]s$", "", text), re.sub(r"s$", "", text) if length == 1 else text):
            entry = self._entries.get(name_key(spelled))
            if entry and self._is_meant(spelled, entry, length, shouted):
                return self._mention(entry, start, start + len(spelled), exact=True)
        return None

    def _is_meant(self, spelled: str, entry: _Entry, length: int, shouted: bool) -> bool:
        """Whether these words stand for the name and not for themselves."""
        key = name_key(spelled)
        if len(key) < 2 or key in _NOT_NAMES:
            return False
        if spelled == entry.name or has_name_shape(spelled):
            return True
        if length > 1 and " " in entry.name:
            return True
        is_word = key in self._ordinary or zipf_frequency(key) >= ORDINARY_WORD
        if not is_word:
            return True
        capital = spelled[0].isupper() and not entry.name.islower()
        if key in self._ordinary:
            return False
        return capital or shouted

    def _forgiven(self, word: re.Match[str]) -> Mention | None:
        """A name with a slip or two in it, if the word is not a word of its own."""
        key = name_key(re.sub(r"['’]s$", "", word[0]))
        if len(key) < ONE_SLIP_FROM or key in self._ordinary or zipf_frequency(key) >= ORDINARY_WORD:
            return None
        slips = 2 if len(key) >= TWO_SLIPS_FROM else 1
        best = process.extractOne(key, self._long_keys, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
        if best is None or best[0][0] != key[0]:
            return None
        entry = self._entries[best[0]]
        return self._mention(entry, word.start(), word.end(), exact=False) if entry.introduced_by else None

    def _mention(self, entry: _Entry, start: int, end: int, exact: bool) -> Mention | None:
        if entry.introduced_by:
            return Mention(start, end, entry.name, entry.introduced_by, True, exact)
        if len(entry.used_by) <= FEW_PAPERS:
            return Mention(start, end, entry.name, entry.used_by, False, exact)
        return None


def _is_numbered(question: str, end: int) -> bool:
    """Whether a bare number follows, as in "Apollo 11": then it is another thing of that name."""
    return bool(re.match(r"\s\d{1,2}(?=\s*(?:$|[?.!,]|[a-z]))(?!\s*(?:%|x\b|hours|papers|tracks))", question[end:]))


def _entries(papers: Sequence[Paper], callings: Sequence[Calling], words: WordCounts) -> dict[str, _Entry]:
    spelling: dict[str, str] = {}
    introduced: dict[str, list[str]] = defaultdict(list)
    used: dict[str, list[str]] = defaultdict(list)
    called = list(zip(papers, callings, strict=True))
    heads = {calling.head: paper.id for paper, calling in called if calling.head}
    counts = words.any_case
    for paper, calling in called:
        for name in calling.names:
            # what many papers have in one spelling or another is a word: a capital alone ("Transformer") names nothing
            if counts[name.key] > FEW_PAPERS and name.key not in heads and not name.is_shaped:
                continue
            if name.introduced:
                introduced[name.key].append(paper.id)
                spelling[name.key] = name.text
            else:
                used[name.key].append(paper.id)
                spelling.setdefault(name.key, name.text)
    for paper, calling in called:
        if len(paper.title.split()) <= LONGEST_NAME:
            introduced[calling.whole].append(paper.id)
            spelling[calling.whole] = paper.title
    years = {paper.id: paper.year or 0 for paper in papers}
    return {
        key: _entry(name, introduced.get(key, []), used.get(key, []), heads.get(key), years)
        for key, name in spelling.items()
        if key
    }


def _entry(name: str, introduced: list[str], used: list[str], head_of: str | None, years: Mapping[str, int]) -> _Entry:
    """Who really brings a name: the paper that has it as its title's head; nobody, if an older one uses it already."""
    if head_of in introduced:
        introduced = [head_of] if head_of else introduced
    elif introduced and used and min(years[i] for i in used) < min(years[i] for i in introduced):
        used, introduced = introduced + used, []
    return _Entry(name, tuple(dict.fromkeys(introduced)), tuple(dict.fromkeys(i for i in used if i not in introduced)))


def _identifiers(paper: Paper) -> Iterator[str]:
    ids = (paper.id, paper.arxiv_id, paper.doi, paper.pmid, paper.openalex_id, paper.citation_key, *paper.aliases)
    return (text for text in ids if text)


def _key_with_places(text: str) -> tuple[str, list[int]]:
    """The letters and digits of a text as `title_key` has them, and where each of them stands."""
    signs = [(sign, place) for place, letter in enumerate(text) for sign in title_key(letter) if letter.isalnum()]
    return "".join(sign for sign, _ in signs), [place for _, place in signs]
