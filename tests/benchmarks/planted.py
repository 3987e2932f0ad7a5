"""True sentences, and the same with a fault planted: made from papers alone, the same ones every time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answers import Hit
from assistant.verification.entities import names_claimed
from ingest.papers import Paper
from ingest.passages import Passage, sentence_spans

PAPERS_IN_VIEW = 3
_NUMBER = re.compile(
    r"(?<![\w.,/-])\d[\d,.]*\d|(?<![\w.,/-])\d(?=[\s%x])|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)
_WORDS = "two three four five six seven eight nine ten".split()
_CLAUSE = re.compile(r"(?<=\w), (?=\w)")
_VERB = re.compile(
    r"\s(?:is|are|was|were|has|have|can|uses?|shows?|consists?|contains?|learns?|generates?|outperforms?|introduces?|proposes?|presents?|achieves?|provides?)\s"
)


class Fault(StrEnum):
    """What is done to a true sentence."""

    NUMBER = "number changed"
    NAME = "name swapped"
    MARKER = "marker moved"
    INVENTED = "sentence invented"
    PREDICATE = "predicate exchanged"


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence with its marker, the evidence in view, and the fault in it (None: it is true)."""

    text: str
    number: int
    evidence: tuple[Hit, ...]
    fault: Fault | None
    truth: int  # the number of the paper that it is about


def hit_of(paper: Paper) -> Hit:
    """A whole abstract as evidence."""
    return Hit(Passage(paper.id, 0, len(paper.abstract), paper.abstract), paper, 1.0)


def sentences_of(paper: Paper) -> list[str]:
    """The sentences of a paper's abstract."""
    return [paper.abstract[start:end] for start, end in sentence_spans(paper.abstract)]


def rephrased(sentence: str, dice: random.Random) -> str:
    """A sentence with a clause in commas dropped, its opening moved to its end, or as it is."""
    parts = _CLAUSE.split(sentence.rstrip("."))
    if len(parts) < 2 or min(len(part.split()) for part in parts) < 4:
        return sentence
    if len(parts) > 2:
        del parts[dice.randrange(1, len(parts) - 1)]
        return ", ".join(parts) + "."
    head, tail = parts
    return f"{tail[0].upper()}{tail[1:]}, {head[0].lower()}{head[1:]}."


def planted(told: Mapping[str, Sequence[str]], papers: Sequence[Paper], seed: int = 7) -> Iterator[Planted]:
    """True sentences (`told`: by paper id) and faults in them, against papers of which others are in view too."""
    dice = random.Random(seed)
    everything = [(paper, sentence) for paper in papers for sentence in told[paper.id] if len(sentence.split()) > 4]
    names = sorted({name for paper in papers for name in names_claimed(paper.abstract).values()})
    for paper, sentence in everything:
        view, truth = _view(paper, papers, dice)
        yield Planted(sentence, truth, view, None, truth)
        yield Planted(sentence, truth % len(view) + 1, view, Fault.MARKER, truth)
        outside = [pair for pair in everything if pair[0].id not in {hit.paper.id for hit in view}]
        stranger = dice.choice(outside)[1]
        yield Planted(stranger, truth, view, Fault.INVENTED, truth)
        for fault, text in (
            (Fault.NUMBER, _number_changed(sentence, dice)),
            (Fault.NAME, _name_swapped(sentence, paper, names, dice)),
            (Fault.PREDICATE, _predicate_exchanged(sentence, stranger)),
        ):
            if text:
                yield Planted(text, truth, view, fault, truth)


def _view(paper: Paper, papers: Sequence[Paper], dice: random.Random) -> tuple[tuple[Hit, ...], int]:
    others = dice.sample([other for other in papers if other.id != paper.id], PAPERS_IN_VIEW - 1)
    view = [paper, *others]
    dice.shuffle(view)
    return tuple(map(hit_of, view)), view.index(paper) + 1


def _number_changed(sentence: str, dice: random.Random) -> str:
    found = [number for number in _NUMBER.finditer(sentence) if "http" not in sentence[: number.start()]]
    if not found:
        return ""
    number = dice.choice(found)
    return sentence[: number.start()] + _other_number(number[0], dice) + sentence[number.end() :]


def _other_number(number: str, dice: random.Random) -> str:
    if number.isalpha():
        return dice.choice([word for word in _WORDS if word != number])
    place = dice.choice([place for place, sign in enumerate(number) if sign.isdigit()])
    digit = dice.choice([digit for digit in "123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]


def _name_swapped(sentence: str, paper: Paper, names: Sequence[str], dice: random.Random) -> str:
    """One of its names for another: of the same abstract in half of the cases, else of another paper."""
    own = sorted({name for name in names_claimed(sentence).values() if not name.islower() and len(name) > 2})
    if not own:
        return ""
    old = dice.choice(own)
    near = [
        n for n in names_claimed(paper.abstract).values() if n not in sentence and n.lower() not in sentence.lower()
    ]
    far = [name for name in names if name.lower() not in paper.abstract.lower()]
    new = dice.choice(near if near and dice.random() < 0.5 else far)
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, sentence)


def _predicate_exchanged(sentence: str, stranger: str) -> str:
    own, other = _VERB.search(sentence), _VERB.search(stranger)
    if not own or not other or own.start() > 60 or len(stranger) - other.start() < 40:
        return ""
    return sentence[: own.start()] + stranger[other.start() :]
