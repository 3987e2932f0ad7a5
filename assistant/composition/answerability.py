"""Answerability: whether the papers found say what is asked, or only something like it.

A vector cannot tell "how it was trained" from "for how many epochs it was trained": both are near the same
sentence. So questions are known by what they ask for. Some things are asked of papers again and again and hardly
ever stand in an abstract (the lexicon `en.seldom`): these count as answered only where the abstract has words of that
kind. A number of things counts as answered only where a number stands by such things, and an amount of money, a
duration or an age only where a number has such a unit. And a question that names
no paper must be near some paper in meaning, or share its telling words, or it is about something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from assistant.composition.measures import measured_thing, states_measure
from assistant.composition.values import asks_for_measure, counted_phrases, counted_thing, counts, has_measure
from assistant.query.cues import cues
from assistant.query.question import Question
from assistant.retrieval.hybrid import Ranked
from assistant.retrieval.sentence_selection import Weighed
from ingest.index.corpus import Corpus
from ingest.lexicon import lexicon
from ingest.text.quantities import quantities_in
from ingest.text.terms import tokens_of

# Cosines of the bundled model between a question and the nearest abstract or sentence: below the first no paper
# is about it; up to the second one, it must also share telling words with the paper.
FAR = 0.24
NEAR = 0.34
# A question with a proper name that no paper has ("a hotel in Oslo") must be this near: words around it are everybody's.
NEAR_BESIDE_A_STRANGER = 0.42
# Share of the question's telling words (those that the corpus knows, and those it does not) that a paper must have.
SHARED = 0.25
# A number sentence this near to a "how many" question answers it even in other words.
SAME_MATTER = 0.62
# The counted things are the asked ones in other words from this cosine on: "adverts" and "job postings" have .50,
# "hospitals" and "surgical centers" .59; "antennas" and "users" .16, "wolves" and "hours of video" .02.
SAME_THING = 0.44
MOST_COUNTED = 24


_PROPER_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\b")

_NAME = re.compile(r"\b[A-Z][\w-]*\w\b")
_HAS_VALUE = re.compile(r"\s*(?:\\?[<>=≥≤~]|\d)")

# What a number measures, by the lists of `en.asked` that tell that it is asked for and what units it has.
_MEASURED = ("money", "time", "age")


def in_domain(question: Question, ranked: Sequence[Ranked], corpus: Corpus) -> bool:
    """Whether any paper here is about what is asked."""
    nearest = max((item.nearness for item in ranked), default=0.0)
    if nearest < (NEAR_BESIDE_A_STRANGER if _names_a_stranger(question.text, corpus) else FAR):
        return False
    return nearest >= NEAR or any(_share(question.text, item, corpus) >= SHARED for item in ranked[:3])


def _names_a_stranger(text: str, corpus: Corpus) -> bool:
    """Whether one word within a question is a proper name by its capital that no paper has.

    Several are no sign: languages that write all nouns so have them in every question.
    """
    names = [name for name in _PROPER_NAME.findall(text) if not any(map(str.isdigit, name))]
    strangers = [name for name in names if not any(corpus.bm25.holds(term).any() for term in tokens_of(name))]
    return len(strangers) == 1


Likeness = Callable[[str, Sequence[str]], float]
"""How near the nearest of some phrases is to one in meaning, a cosine."""


def is_answered(
    weighed: Sequence[Weighed], question: Question, likeness: Likeness = lambda _phrase, _others: 0.0
) -> bool:
    """Whether the sentences of the papers meant say what is asked; what is counted may have other words by `likeness`."""
    sentences = [item.passage.text for item in weighed]
    if lacks_the_kind(question, sentences) or lacks_the_measure(question.text, sentences):
        return False
    if lacks_the_names(question, sentences):
        return False
    if (measured := measured_thing(question.text)) and not states_measure(measured, sentences, _near(weighed)):
        return False
    counted = counted_thing(question.text)
    return not counted or _is_counted(counted, weighed) or likeness(counted, _counted_in(weighed)) >= SAME_THING


def lacks_the_kind(question: Question, sentences: Sequence[str]) -> bool:
    """Whether something is asked for that abstracts seldom state, and none of these sentences has words of that kind."""
    words = lexicon("en.seldom")
    asked = (name for name in _seldom_stated() if words.pattern(f"{name}_asked").search(question.text))
    return any(not _any(words.pattern(f"{name}_said"), sentences) for name in asked)


def lacks_the_measure(question: str, sentences: Sequence[str]) -> bool:
    """Whether an amount of money, a duration or an age is asked for, and no sentence has a number with such a unit."""
    return any(
        asks_for_measure(question, kind) and not any(has_measure(sentence, kind, question) for sentence in sentences)
        for kind in _MEASURED
    )


def lacks_the_names(question: Question, sentences: Sequence[str]) -> bool:
    """Whether things are asked for that have names ("which two journals"), and fewer names stand in these sentences.

    What the question says itself, and the names of the papers that it is about, are none of them.
    """
    words = lexicon("en.asked")
    found = _asks_for_names().search(question.text)
    if found is None:
        return False
    wanted = _number_of(found["number"] or "")
    if wanted < 2 and not words.pattern("always_named").fullmatch(found["thing"]):
        return False
    said = {name.lower() for name in _names_in(f"x {question.text}")}
    own = {term for subject in question.subjects for term in tokens_of(subject.name)}
    names = {name for sentence in sentences for name in _names_in(sentence)}
    telling = [n for n in names if n.lower() not in said and not own & set(tokens_of(n))]
    return len([n for n in telling if not words.pattern("common_acronyms").fullmatch(n)]) < wanted


def _names_in(sentence: str) -> Iterator[str]:
    """The words of a sentence that are names by their capitals, but for its first word and values ("QWK >= 0.8")."""
    for found in _NAME.finditer(sentence):
        inner = any(map(str.isupper, found[0][1:])) or any(map(str.isdigit, found[0]))
        if (found.start() or inner) and not _HAS_VALUE.match(sentence, found.end()):
            yield found[0]


def _number_of(text: str) -> int:
    words = cues().words("number_words")
    return int(text) if text.isdigit() else words.index(text.lower()) + 1 if text else 1


@cache
def _asks_for_names() -> re.Pattern[str]:
    words = lexicon("en.asked")
    number = rf"(?:(?P<number>\d{{1,2}}|{cues().source('number_words')}) )?"
    return re.compile(
        rf"\b(?:which|what) {number}(?:[\w-]+ ){{0,2}}?(?P<thing>{words.source('named_things', 'always_named')})\b",
        re.I,
    )


@cache
def _seldom_stated() -> tuple[str, ...]:
    """The things that abstracts seldom state, each with a list of words that ask for it and one that say it."""
    return tuple(name.removesuffix("_asked") for name in lexicon("en.seldom").names if name.endswith("_asked"))


def _is_counted(things: str, weighed: Sequence[Weighed]) -> bool:
    """Whether a number of these things is given: people by people, others by their own word or by the matter."""
    numbered = [item for item in weighed if has_number(item.passage.text)]
    people = lexicon("en.asked").pattern("people")
    if people.search(things):
        return any(counts(item.passage.text, people) for item in numbered)
    terms = frozenset(tokens_of(things))
    return any(item.meaning >= SAME_MATTER or terms & frozenset(tokens_of(item.passage.text)) for item in numbered)


def _counted_in(weighed: Sequence[Weighed]) -> list[str]:
    """What the numbers of these sentences count: the few words behind each."""
    phrases = (phrase for item in weighed for phrase in counted_phrases(item.passage.text))
    return list(dict.fromkeys(phrases))[:MOST_COUNTED]


def _near(weighed: Sequence[Weighed]) -> list[str]:
    """The sentences that are about the matter of the question, whatever their words."""
    return [item.passage.text for item in weighed if item.meaning >= SAME_MATTER]


def has_number(text: str) -> bool:
    """Whether a number stands in a text, in digits or in words."""
    return bool(quantities_in(text)) or bool(lexicon("en.asked").pattern("amounts").search(text))


def _share(text: str, item: Ranked, corpus: Corpus) -> float:
    """The share of a question's words that a paper has, the rare ones counting more."""
    terms = set(tokens_of(text))
    held = set(tokens_of(f"{item.paper.title} {item.paper.abstract}"))
    rarity = {term: 1.0 - float(corpus.bm25.holds(term).mean()) for term in terms}
    total = sum(rarity.values())
    return sum(rarity[term] for term in terms & held) / total if total else 0.0


def _any(pattern: re.Pattern[str], sentences: Sequence[str]) -> bool:
    return any(pattern.search(sentence) for sentence in sentences)
