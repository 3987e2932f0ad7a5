"""Conditions: the words behind "which papers …" as a tree of and, or and not over what can be checked or judged.

"that mention BERT or CLIP but not GPT-4 and are by Ming Li" is read clause by clause. Within a clause a cue holds for
all that it joins; "but", "except" and "without" hold against everything before them; "or" between clauses binds looser
than "and".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from assistant.query.cues import Cues
from assistant.query.lexing import CUES, JOINTS, Lexer, Sort, Token
from assistant.query.plan import Condition, Facet, Mention, Not, Subject, all_of, any_of
from assistant.query.question import Mention as NameMention
from assistant.query.years import bare_year
from ingest.extraction.names import has_name_shape
from ingest.index.corpus import Corpus
from ingest.index.literal import Mask
from ingest.text.terms import tokens_of

# A word that more papers than this share have is a word of the field and tells none apart.
COMMON_WORD, FEW = 0.4, 5
# A word that stands before another word in this share of its occurrences modifies what follows; so many papers tell.
MODIFIES, MOST_LOOKED_AT = 0.7, 50

# "argue about copyright": whatever the verb, the subject is what stands behind it.
_VERB_ABOUT = re.compile(r"^[\w-]+ about\s+(?=\w)", re.I)

# Stands for the words of a facet while those behind it are read.
_FACET = "\x00"

FacetsAsked = Callable[[str], Sequence[tuple[str, Facet]]]
"""The facets that a text asks for, each with the words that do."""


@dataclass(slots=True)
class _Clause:
    """A clause while it is read: what joins it to those before, whether it is denied, its cue and what it speaks of."""

    sort: Sort = Sort.AND
    denied: bool = False
    cue: Sort | None = None
    verb: str = ""
    items: list[tuple[Sort, Token]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.items


class ConditionReader:
    """Reads conditions over one library: its names, authors, venues and facets."""

    def __init__(self, corpus: Corpus, words: Cues, facets_asked: FacetsAsked) -> None:
        self._corpus = corpus
        self._words = words
        self._lexer = Lexer(corpus, words)
        self._facets_asked = facets_asked
        self._purpose = words.pattern("purposes")
        self._trailing = re.compile(rf"[\s,]*{words.source('trailing')}[\s?.!]*$", re.I)
        self._sorts = re.compile(rf"^{words.source('sorts_of')}\s*", re.I)
        self._asks = words.pattern("asking_words")
        self._preposition = re.compile(rf"^{words.source('governing')}\s+(?=\w)", re.I)
        self._explains = re.compile(rf"\s*[,;:(–-]\s*{words.source('explains')}[,:]?\s+", re.I)
        # The noun that a facet's words modify is part of it: "MIDI files".
        self._headless = re.compile(rf"{_FACET}(?:\s+(?!{words.source('governing', 'be', 'of')}\b)[\w-]+){{0,2}}", re.I)
        self._relative = re.compile(rf"\w\s+{words.source('relatives')}\s+\w", re.I)
        self._light = re.compile(rf"^{words.source('light_verbs')}\s+(?=\w)", re.I)
        self._function_words = words.source("governing", "conjunctions", "disjunctions", "be")
        self._frames = re.compile(rf"^(?:{words.source('name_frames')}\s+)+", re.I)

    @property
    def lexer(self) -> Lexer:
        """What cuts texts into tokens."""
        return self._lexer

    def read(self, text: str, names: Sequence[NameMention] = ()) -> Condition | None:
        """The condition that a text states; None where it states none. `names` are names of papers in it."""
        said, *explained = self._explains.split(text, maxsplit=1)
        if explained and (condition := self.read(explained[0], names)) is not None:
            return condition
        before = self._purpose.split(said, maxsplit=1)[0]
        clauses = list(self._clauses(self._lexer.tokens(before if before.strip() else said)))
        groups: list[list[list[Condition]]] = [[[]]]
        for clause in clauses:
            condition = self._condition(clause, names)
            if condition is None:
                continue
            if clause.sort in (Sort.BUT, Sort.EXCEPT, Sort.WITHOUT, Sort.RELATIVE, Sort.NEITHER):
                groups.append([[condition]])
            elif clause.sort is Sort.OR:
                groups[-1].append([condition])
            else:
                groups[-1][-1].append(condition)
        return all_of(*(_either(group) for group in groups))

    def subject(self, text: str) -> Condition | None:
        """What "about …" a text is: a subject, or several that are joined by and or or; None without a telling word."""
        tokens = self._lexer.tokens(text)
        items = [(Sort.AND, token) for token in tokens[:1]]
        for before, token in pairwise(tokens):
            if token.sort not in JOINTS:
                items.append((before.sort if before.sort in JOINTS else Sort.AND, token))
        return self._condition(
            _Clause(cue=Sort.ABOUT, verb="about", items=[i for i in items if i[1].sort not in JOINTS])
        )

    # Clauses

    def _clauses(self, tokens: Sequence[Token]) -> Iterator[_Clause]:
        clause = _Clause()
        joint: Sort | None = None
        for place, token in enumerate(tokens):
            follows = tokens[place + 1].sort if place + 1 < len(tokens) else None
            if token.sort in JOINTS:
                joint = _stronger(joint, token.sort)
                if self._begins_clause(token, follows) and not clause.is_empty:
                    yield clause
                    clause, joint = _after(clause, token.sort), None
                elif token.sort in (Sort.EXCEPT, Sort.WITHOUT, Sort.NEITHER):
                    clause.denied = True
                    clause.sort = token.sort if clause.is_empty else clause.sort
            elif token.sort is Sort.NOT:
                if not clause.is_empty:
                    yield clause
                    clause, joint = _after(clause, joint or Sort.AND), None
                clause.denied = True
            elif token.sort in CUES:
                if not clause.is_empty:
                    yield clause
                    clause, joint = _after(clause, joint or Sort.AND), None
                if not _repeats_preposition(clause, token):
                    clause.cue, clause.verb = token.sort, token.text
            elif token.sort is not Sort.SKIPPED:
                if token.sort is Sort.LEAF and not clause.is_empty and joint is None:
                    yield clause
                    clause = _after(clause, Sort.AND)
                clause.items.append((Sort.OR if joint in (Sort.OR, Sort.NOR) else Sort.AND, token))
                joint = None
        if not clause.is_empty:
            yield clause

    def _begins_clause(self, token: Token, follows: Sort | None) -> bool:
        """Whether a joint ends the clause before it: always, but between things that one cue speaks of."""
        if token.sort in (Sort.EXCEPT, Sort.WITHOUT, Sort.BUT, Sort.RELATIVE, Sort.NEITHER):
            return True
        return follows in (*CUES, Sort.NOT, Sort.LEAF, Sort.SKIPPED, Sort.RELATIVE, Sort.NEITHER, Sort.WITHOUT)

    # What a clause says

    def _condition(self, clause: _Clause, names: Sequence[NameMention] = ()) -> Condition | None:
        joined = self._whole_subject(clause)
        parts: list[tuple[Sort, Condition]] = []
        for sort, token in joined:
            condition = token.leaf or self._leaf(clause, token, names)
            if condition is not None:
                parts.append((sort, condition))
        if not parts:
            return None
        if any(sort is Sort.OR for sort, _ in parts[1:]) or clause.denied:
            whole: Condition | None = any_of(*(part for _, part in parts))
        else:
            whole = all_of(*self._telling([part for _, part in parts]))
        return Not(whole) if clause.denied and whole is not None else whole

    def _telling(self, parts: Sequence[Condition]) -> Sequence[Condition]:
        """Of things joined by "and" those that tell papers apart: "dance and music" asks music papers for dance."""
        telling = [part for part in parts if not isinstance(part, Subject) or self._tells(part.text)]
        return telling or parts

    def _whole_subject(self, clause: _Clause) -> list[tuple[Sort, Token]]:
        """The items of a clause; subjects joined by "and" may be one: in a relative clause, or as a known phrase."""
        items = clause.items
        if len(items) < 2 or any(token.sort is not Sort.TEXT for _, token in items) or clause.cue is Sort.MENTIONS:
            return items
        whole = _one_text(items)
        if self._relative.search(items[0][1].text):  # "a beach that storms erode and floods cover"
            return [(Sort.AND, whole)]
        if any(sort is Sort.OR for sort, _ in items[1:]) or not self._corpus.literal.holding(whole.text).any():
            return list(self._with_shared_noun(items))
        return [(Sort.AND, whole)]

    def _with_shared_noun(self, items: Sequence[tuple[Sort, Token]]) -> Iterator[tuple[Sort, Token]]:
        """Single words that share the noun of the last item get it where the library has the two as one phrase.

        "wild or farmed salmon" is "wild salmon or farmed salmon"; "dogs or wild cats" stays as it is.
        """
        *_, noun = self._plain(items[-1][1].text).split() or [""]
        for place, (sort, token) in enumerate(items):
            shared = f"{token.text.strip()} {noun}"
            is_single = place < len(items) - 1 and len(token.text.split()) == 1 < len(items[-1][1].text.split())
            whole = is_single and (self._corpus.literal.holding(shared).any() or self._modifies(token.text.strip()))
            yield sort, replace(token, text=shared) if whole else token

    def _modifies(self, word: str) -> bool:
        """Whether a word nearly always stands before another one in the library's abstracts, as an adjective does."""
        holders = np.flatnonzero(self._corpus.literal.holding(word))[:MOST_LOOKED_AT]
        follows = re.compile(rf"\b{re.escape(word)}\b(?P<next>[\s-]+(?!{self._function_words}\b)\w)?", re.I)
        found = [bool(m["next"]) for i in holders for m in follows.finditer(self._corpus.papers[i].abstract)]
        return bool(found) and sum(found) >= MODIFIES * len(found)

    def _leaf(self, clause: _Clause, token: Token, names: Sequence[NameMention]) -> Condition | None:
        text = self._plain(token.text)
        if not any(map(str.isalnum, text)) or self._only_points(text):
            return None
        if (year := bare_year(text)) is not None and clause.cue is not Sort.MENTIONS:
            return year
        if clause.cue is Sort.MENTIONS or (token.sort is Sort.QUOTED and clause.cue is not Sort.ABOUT):
            return Mention(text, _plain_verb(clause.verb))
        if clause.cue is Sort.USES:
            return self._used(text, clause)
        if clause.cue is Sort.ABOUT:
            return self._subject(text)
        return self._worded(text, token, clause, names)

    def _only_points(self, text: str) -> bool:
        """Whether a text points to what stands before it, alone or behind a verb: "use CLIP or adapt it"."""
        *verb, last = text.split()
        return len(verb) < 2 and self._words.is_whole("pointing_words", last)

    def _subject(self, text: str) -> Subject | None:
        """A text as a subject: a noun phrase, and no clause that asks ("how big are they") or only points."""
        bare = self._preposition.sub("", _VERB_ABOUT.sub("", self._sorts.sub("", text)))
        return Subject(bare) if tokens_of(bare) and not self._asks.search(bare) else None

    def _used(self, text: str, clause: _Clause) -> Condition:
        """What "use …" asks for: a facet that the library knows, else the word itself where any paper has it."""
        facets = self._facets_asked(text)
        if facets and clause.denied:  # what uses it without the facet having been seen must not be listed
            return any_of(*(facet for _, facet in facets), Mention(text, _plain_verb(clause.verb)))
        if facets and not has_name_shape(text):
            return all_of(*(facet for _, facet in facets)) or Subject(text)
        held = clause.denied or has_name_shape(text) or self._corpus.literal.holding(text).any()
        return Mention(text, _plain_verb(clause.verb)) if held else Subject(text)

    def _worded(self, text: str, token: Token, clause: _Clause, names: Sequence[NameMention]) -> Condition | None:
        """What a clause without a cue asks for: names that it holds, facets, and else its words as a subject."""
        mentioned = [name for name in names if name.name.lower() in token.text.lower()]
        if mentioned:
            return any_of(*(Mention(name.name, "name") for name in mentioned))
        if clause.denied and has_name_shape(text):
            return Mention(text)
        facets = self._facets_asked(text)
        rest = text
        for words, _ in facets:
            rest = self._headless.sub(" ", rest.replace(words, f" {_FACET} ", 1))
        rest = self._plain(rest)
        telling = [term for term in tokens_of(rest) if not self._words.is_whole("works", term)]
        subject = self._subject(self._light.sub("", rest)) if telling and not facets else None
        extra = self._beside_facets(rest) if telling and facets else None
        return all_of(*dict.fromkeys(facet for _, facet in facets), subject, extra)

    def _beside_facets(self, rest: str) -> Condition | None:
        """The words beside a facet, as a subject, if they name something: a noun phrase behind a preposition."""
        found = re.search(r"\b(?:for|on|about|of|in|from|with|to)\s+((?:[\w-]+\s*){1,5})$", rest.strip())
        return self._subject(found[1].strip()) if found and self._tells(found[1]) else None

    def _tells(self, text: str) -> bool:
        """Whether a text has a word that tells papers apart: not one that most of them have."""
        return any(self._is_telling(self._corpus.bm25.holds(term)) for term in tokens_of(text))

    def _is_telling(self, held: Mask) -> bool:
        """Whether few enough papers have a word; in a library of a handful every word does."""
        return bool(held.mean() <= COMMON_WORD or held.sum() < FEW)

    def _plain(self, text: str) -> str:
        """A thing that is asked for without the words around it: "the term BERT in the title" is BERT."""
        bare = text.strip(" \t?.!,;:\"'“”‘’()")
        while (kept := self._trailing.sub("", bare)) != bare and kept:
            bare = kept
        return self._frames.sub("", bare).strip(" \t?.!,;:\"'“”‘’()") or bare


def _plain_verb(verb: str) -> str:
    """The verb of a clause as "papers that …" has it: the third person loses its s."""
    first, *rest = verb.lower().split() or ["mention"]
    return " ".join((re.sub(r"(?<=[^s])s$", "", first), *rest))


def _one_text(items: Sequence[tuple[Sort, Token]]) -> Token:
    """Items as the one text that they are with what joins them."""
    first, last = items[0][1], items[-1][1]
    joined = (f"{' or ' if sort is Sort.OR else ' and '}{token.text}" for sort, token in items[1:])
    return Token(Sort.TEXT, "".join((first.text, *joined)), first.start, last.end)


def _repeats_preposition(clause: _Clause, token: Token) -> bool:
    """Whether a cue is only the preposition of the verb before: "evaluate on ImageNet but not on COCO"."""
    return (
        clause.cue is Sort.USES and token.sort is Sort.ABOUT and clause.verb.lower().endswith(f" {token.text.lower()}")
    )


def _stronger(one: Sort | None, other: Sort) -> Sort:
    """Of two joints in a row ("and/or", ", or") the one that tells more than a comma or an and."""
    if one is None:
        return other
    return one if other in (Sort.COMMA, Sort.AND) and one is not Sort.COMMA else other


def _after(clause: _Clause, joint: Sort) -> _Clause:
    """The clause that follows on another: it takes over its cue, and is denied only by a joint that denies."""
    denied = joint in (Sort.EXCEPT, Sort.WITHOUT, Sort.NEITHER)
    return replace(clause, items=[], denied=denied, sort=joint)


def _either(group: Sequence[Sequence[Condition]]) -> Condition | None:
    parts = [whole for whole in (all_of(*parts) for parts in group) if whole is not None]
    return any_of(*parts) if parts else None
