"""Coreference: what "it", "the second one" and "both" mean, from what the conversation was about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Focus, Intent
from assistant.conversation import Conversation
from assistant.query.intent import COMPARES, FINDS, LISTS, STRONGLY_COMPARES, WORKS
from assistant.query.question import MOST_COMPARED, Question, Subject
from ingest.lexicon import lexicon

_ORDINALS = {
    "former": 0, "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "latter": -1, "last": -1, "other": -2,
}  # fmt: skip
_WORDS = lexicon("en.conversation")
_ORDINAL = re.compile(
    rf"\b(?:the|that) ({'|'.join(_ORDINALS)})(?:[- ]{_WORDS.source('ordinal_nouns')})?\b(?! {_WORDS.source('not_ordinal')})",
    re.I,
)
_PLURAL_ANAPHOR = _WORDS.pattern("they")
_SURELY_SEVERAL = _WORDS.pattern("surely_several")
_SINGULAR_ANAPHOR = re.compile(
    rf"{_WORDS.source('it')}|{_WORDS.source('points_at')} {_WORDS.source('pointed_at')}", re.I
)
_AMONG = re.compile(rf"{_WORDS.source('among')}|\b(?:those|these) {WORKS}", re.I)
# "Which datasets were released, and how large are they?": what "they" are is said in the question itself.
_SAYS_WHAT_THEY_ARE = re.compile(
    rf"^(?:\w+ ){{1,4}}?{_WORDS.source('several_works')}\b(?! of\b)[^?]*?(?:[,;]|\band\b)\s*{_WORDS.source('asks_anew')}\b[^?]*?"
    rf"{_WORDS.source('they')}",
    re.I,
)
_OF_THEM = re.compile(r"\bhow many of (?:them|those|these)\b", re.I)
_ONE_OF_THEM = re.compile(rf"\b(?:the|that) (?:one\b|{WORKS}) {_WORDS.source('narrows_one')}", re.I)
_WORD = re.compile(r"[\w'’-]+")
_LIGHT_WORDS = frozenset(_WORDS.words("light"))
_DEGREE = re.compile(rf"{_WORDS.source('degrees')}|\b\w{{3,}}est\b", re.I)
_CONTINUES = re.compile(rf"^{_WORDS.source('continues')}[\s,]*{_WORDS.source('continues_with')}?\s*", re.I)
_DESCRIBES_ANEW = re.compile(
    rf"^the (?!{_WORDS.source('in_view_already')}\b)(?:[\w-]+ ){{1,3}}?{_WORDS.source('described_works')}\b"
    rf"(?! {_WORDS.source('in_view_already')}\b)",
    re.I,
)
_SHIFTS = re.compile(
    rf"^(?:(?:now )?(?:a |on a |something )?(?:completely |totally )?different {_WORDS.source('topics')}|"
    rf"(?:let'?s )?{_WORDS.source('shifts')})\s*[:,.–-]+\s*",
    re.I,
)
_BACK = rf"(?:now |ok,? )?(?:let'?s )?{_WORDS.source('goes_back')}|{_WORDS.source('returns')}"
_RETURNS = re.compile(rf"^(?:{_BACK}|{_WORDS.source('comes_to')})", re.I)
_RETURNS_TO_NAME = re.compile(rf"^(?:{_BACK})[^:,]{{0,40}}[:,]\s*", re.I)


class Coreference:
    """Finds what a question points at, in one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._view = _View(conversation)

    def resolved(self, question: Question, conversation: Conversation) -> Question:
        """The question as it stands alone, with the papers that it points at."""
        unknown = conversation.focus.unknown if conversation.focus else ""
        if unknown and not question.subjects and _SINGULAR_ANAPHOR.search(question.text):
            text = _with_names(question.text, [unknown])
            return replace(question, text=text, unknown=(unknown, *question.unknown), follows=True)
        if question.subjects:
            return self._carried_over(question, conversation)
        if question.unknown and not _points(question.text):
            return question
        points_within = not _AMONG.search(question.text) or _SAYS_WHAT_THEY_ARE.search(question.text)
        if question.intent is Intent.LIST and points_within:
            return question
        return self._pointed(question)

    def _carried_over(self, question: Question, conversation: Conversation) -> Question:
        """A question with a name of its own: "And EmoGen?" takes its predicate from before, "compare it with X" a paper."""
        if self._is_bare(question):
            return self._with_former_predicate(question, conversation)
        pointed = self._view.pointed_at(question.text)
        joins = bool(COMPARES.search(question.text) or _CONTINUES.match(question.text))
        others = [s for s in pointed if s.paper.id not in question.paper_ids]
        if not others or len(question.subjects) > 1 or not joins or not _anaphor_is_free(question):
            return question
        subjects = (*others, *question.subjects)[:MOST_COMPARED]
        text = _with_names(question.text, [s.name for s in others])
        return replace(question, text=text, subjects=subjects, intent=Intent.COMPARISON, follows=True)

    def _with_former_predicate(self, question: Question, conversation: Conversation) -> Question:
        before = conversation.focus.question if conversation.focus else ""
        former = self._view.latest()
        names = " and ".join(subject.name for subject in question.subjects)
        text = before
        for number, subject in enumerate(former):
            text = re.sub(rf"(?<!\w){re.escape(subject.name)}(?!\w)", names if number == 0 else "", text, flags=re.I)
        if text == before or len(former) > 1:
            text = f"What is {names}?"
        intent = Intent.COMPARISON if len(question.subjects) > 1 else Intent.FACT
        return replace(question, text=text, intent=intent, follows=True)

    def _is_bare(self, question: Question) -> bool:
        """Whether nothing is left of a question once its names are gone: "And EmoGen?"."""
        rest = question.text
        for mention in reversed(question.mentions):
            rest = f"{rest[: mention.start]} {rest[mention.end :]}"
        words = [word for word in _WORD.findall(_CONTINUES.sub("", rest)) if word.lower() not in _LIGHT_WORDS]
        return bool(_CONTINUES.match(question.text)) and not words

    def _pointed(self, question: Question) -> Question:
        among = self._view.latest()
        if len(among) > 1 and _ONE_OF_THEM.search(question.text):
            ids = tuple(subject.paper.id for subject in among)
            return replace(question, intent=Intent.FACT, within=ids, follows=True)
        subjects = self._view.pointed_at(question.text)
        if not subjects:
            return question
        text = _with_names(question.text, [s.name for s in subjects])
        few = len(subjects) <= MOST_COMPARED and _DEGREE.search(question.text)
        counts_things = len(subjects) == 1 and _OF_THEM.search(question.text)  # that the one paper in view speaks of
        if (question.intent is Intent.LIST and not few and not counts_things) or len(subjects) > MOST_COMPARED:
            ids = tuple(subject.paper.id for subject in subjects)
            return replace(question, intent=Intent.LIST, within=ids, follows=True)
        several = len(subjects) > 1
        intent = Intent.COMPARISON if several else _without_search(question.intent)
        return replace(question, text=text, subjects=subjects, intent=intent, follows=True)


class _View:
    """The papers in view: those of the answer before, and all that the conversation was about, in order."""

    def __init__(self, conversation: Conversation) -> None:
        self._turns = [_subjects(turn.answer.focus) for turn in conversation.turns]

    def pointed_at(self, text: str) -> tuple[Subject, ...]:
        """The papers that "it", "the second one" or "both" in a text point at; the last one's where nothing does."""
        if not any(self._turns):
            return ()
        ordinal = _ORDINAL.search(text)
        if ordinal:
            return self._by_order(ordinal[1].lower(), bool(_RETURNS.match(text)))
        if _refers_to_several(text) and not _SINGULAR_ANAPHOR.search(text):
            return self._authors_of_one(text) or self._several()
        return self.latest()[:1] if _leans_on_context(text) else ()

    def _by_order(self, word: str, returns: bool) -> tuple[Subject, ...]:
        """The one of that place: among the papers just shown, or, in "back to the first one", among all so far."""
        latest = self.latest()
        shown = latest if len(latest) > 1 and not returns else self._seen()
        if word == "former" and len(shown) > 2:
            shown = shown[-2:]
        place = _ORDINALS[word]
        if word == "other" and len(shown) > 1:
            return (shown[-2],)
        return (shown[place],) if -len(shown) <= place < len(shown) else self.latest()[:1]

    def _authors_of_one(self, text: str) -> tuple[Subject, ...]:
        """The one paper in view where "they" can only be its authors; nothing where several are meant."""
        latest = self.latest()
        return latest if len(latest) == 1 and not (_SURELY_SEVERAL.search(text) or COMPARES.search(text)) else ()

    def _several(self) -> tuple[Subject, ...]:
        latest = self.latest()
        return latest if len(latest) > 1 else self._seen()[-2:]

    def latest(self) -> tuple[Subject, ...]:
        """The papers of the last answer that had any."""
        return next((subjects for subjects in reversed(self._turns) if subjects), ())

    def _seen(self) -> tuple[Subject, ...]:
        seen: dict[str, Subject] = {}
        for subjects in self._turns:
            for subject in subjects[:1] if len(subjects) > MOST_COMPARED else subjects:
                seen.setdefault(subject.paper.id, subject)
        return tuple(seen.values())


def _subjects(focus: Focus | None) -> tuple[Subject, ...]:
    """The papers in view after a turn, each by what it was called there."""
    return tuple(map(Subject, focus.names, focus.papers)) if focus else ()


def _points(text: str) -> bool:
    """Whether any words of a text point at papers of the conversation: "it", "the second one", "the two"."""
    return any(pattern.search(text) for pattern in (_SINGULAR_ANAPHOR, _ORDINAL, _PLURAL_ANAPHOR))


def _refers_to_several(text: str) -> bool:
    return bool(_PLURAL_ANAPHOR.search(text))


def _leans_on_context(text: str) -> bool:
    """Whether a question without a name of its own cannot stand alone."""
    if describes_anew(text):
        return False  # what "it" is has been said: "and the coffee paper, who wrote it?"
    searches = FINDS.search(text) or LISTS.search(text)
    pronoun = _SINGULAR_ANAPHOR.search(text) or _refers_to_several(text)
    return bool(
        _CONTINUES.match(text) or _RETURNS.match(text) or (pronoun and not (searches and not _has_pronoun(text)))
    )


def describes_anew(text: str) -> bool:
    """Whether a turn begins with a paper of its own that it describes: "and the coffee paper, who wrote it?"."""
    return bool(_DESCRIBES_ANEW.match(_CONTINUES.sub("", text)))


def _has_pronoun(text: str) -> bool:
    return bool(_WORDS.pattern("pronouns").search(text))


def _anaphor_is_free(question: Question) -> bool:
    """Whether "it" stands before the name, or as the object of a comparison, and so cannot mean that name."""
    anaphor = (
        _SINGULAR_ANAPHOR.search(question.text)
        or _PLURAL_ANAPHOR.search(question.text)
        or _ORDINAL.search(question.text)
    )
    first = question.text.lower().find(question.subjects[0].name.lower())
    before = anaphor is not None and (first < 0 or anaphor.start() < first)
    return before or (anaphor is None and bool(STRONGLY_COMPARES.search(question.text)))


def _with_names(text: str, named: Sequence[str]) -> str:
    """The text with its pointing words replaced by names, or the names put before it."""
    names = " and ".join(named)
    text = _CONTINUES.sub("", text) or text
    text = _RETURNS_TO_NAME.sub("", text)
    found = _ORDINAL.search(text) or _WORDS.pattern("replaced").search(text)
    if not found:
        return f"{names}: {text}"
    possessive = found[0].lower() in _WORDS.words("possessives")
    return text[: found.start()] + (f"{names}'s" if possessive else names) + text[found.end() :]


def _without_search(intent: Intent) -> Intent:
    return Intent.FACT if intent in (Intent.WHICH_PAPER, Intent.LIST) else intent


def without_shift(text: str) -> str:
    """A question without words that change the topic: "different question: …"; the same text if it has none."""
    return _SHIFTS.sub("", text)
