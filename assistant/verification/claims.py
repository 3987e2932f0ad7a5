"""What a model wrote, held against the papers: each sentence's words, numbers and names must stand in what it cites.

For a claim the one to three sentences of an abstract that hold most of its words are chosen. What they hold decides
how far it is supported; a number or a name that they do not have, or have in another place, is a fault. Vectors are
asked only where the words leave a doubt, so most claims cost no pass of the model, and no claim more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp

import numpy as np

from assistant.answers import Hit, Support
from assistant.stages import VERIFY, counted_to
from assistant.verification.alignment import misplaced
from assistant.verification.entities import initials_in, name_keys, names_claimed, own_names
from assistant.verification.languages import carried_across, is_foreign
from assistant.verification.nli import Entailment, Relation
from assistant.verification.overlap import Encode, shared, shared_pieces, terms_of, weights_of
from assistant.verification.quotes import MOST_NAMED, passages_marked, place_of
from assistant.verification.verdicts import Place, Verdict
from ingest.embedding.base import Vector
from ingest.extraction.names import has_name_shape, name_key, names_of
from ingest.papers import Paper
from ingest.passages import Span
from ingest.text.orders import finding_spans, gives_orders
from ingest.text.quantities import Quantity, missing, quantities_in, spelled_alike
from ingest.text.tidy import shortened

# A further sentence is cited if it holds this share of the claim that those before it do not.
WORTH_CITING = 0.1
MOST_SENTENCES = 3
# A name alone draws a sentence in by this part of its weight: else any swapped one would bring its own along.
NAME_DRAWS = 0.2
# How the words held make one number, and from where on that supports a claim, or a part of it. Between PARTLY
# and SURE a vector may raise a claim. Set on digests held against the abstracts that they retell.
_OF_BEST, _OF_ALL, _OF_PIECES = 0.2, 0.55, 0.25
SURE = 0.62
PARTLY = 0.5
# The cosine from which a claim of doubtful words is close in meaning to its best sentence.
CLOSE = 0.72
# How the words held, the nearest sentence's cosine and a fault make one degree of support: a logistic regression on the
# 919 pairs of claim and abstract in SciFact's training set. It only ranks; what a verdict says is not learned.
_OF_SCORE, _OF_NEAREST, _OF_FAULT, _OF_NOTHING = 3.11, 1.87, -0.14, -3.33
# Below this, what is amiss is not worth telling in detail: nothing there speaks of it.
WORTH_EXPLAINING = 0.25
# Characters of a quotation that is told to be in no paper.
LONGEST_LOST = 50
# Vectors of claims and sentences that are kept; of 384 numbers each, 6 MB.
REMEMBERED = 4096
NO_VECTOR: Vector = np.zeros(1, dtype=np.float32)
# Fewer terms than this, without number or marker, state nothing: the label of a row, "In short".
LEAST_TERMS = 3

_NOT_A_CLAIM = re.compile(
    r"\b(?:abstracts?|papers?|passages?|texts?|evidence|excerpts?|sources?)\b[^.]{0,40}"
    r"\b(?:do(?:es)? not|don['’]t|doesn['’]t|cannot|never|no)\b|"
    r"\b(?:is|are|was|were) not (?:\w+ )?(?:stated|mentioned|specified|given|provided|reported|said|clear)\b|"
    r"^\W*not (?:stated|mentioned|specified|given|reported)\b|\bno (?:information|details?|mention)\b|"
    r"\bI (?:can(?:not|['’]t)|do not|don['’]t|could not)\b|\bunknown from\b",
    re.I,
)
_ADDRESS = re.compile(r"https?://\S+")
_TURNS = re.compile(r"\b(?:but|however|although|though|yet|while|whereas)\b|;", re.I)
_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|their|them|this|these|that|those|such|both|latter|former|we|our|"
    r"the (?:proposed|model|method|system|framework|dataset|approach|two|three)|here|respectively)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of the evidence, by the index of its hit and its place in that paper's abstract."""

    evidence: int
    order: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Held:
    """The sentences chosen for a claim, how much of it they hold (0 to 1), and what is amiss."""

    chosen: tuple[_Sentence, ...]
    score: float
    faults: tuple[str, ...] = ()

    @property
    def support(self) -> Support:
        if self.faults or self.score < PARTLY:
            return Support.UNSUPPORTED
        return Support.SUPPORTED if self.score >= SURE else Support.PARTLY

    @property
    def rank(self) -> tuple[int, float]:
        return _RANKS[self.support], self.score

    @property
    def reason(self) -> str:
        if self.faults:
            return "; ".join(self.faults)
        return {
            Support.UNSUPPORTED: "no abstract cited here says that",
            Support.PARTLY: "the cited words say only a part of that",
        }.get(self.support, "")

    @property
    def places(self) -> tuple[Place, ...]:
        """The chosen sentences in their order, those that follow on each other as one stretch."""
        places: list[Place] = []
        last: _Sentence | None = None
        for sentence in sorted(self.chosen, key=lambda s: (s.evidence, s.start)):
            if last and last.evidence == sentence.evidence and sentence.order == last.order + 1:
                places[-1] = Place(sentence.evidence, places[-1].start, sentence.end)
            else:
                places.append(Place(sentence.evidence, sentence.start, sentence.end))
            last = sentence
        return tuple(places)


_RANKS: Mapping[Support, int] = {Support.UNSUPPORTED: 0, Support.PARTLY: 1, Support.SUPPORTED: 2}


class ClaimVerifier:
    """Verifies text that a model wrote. `encode` gives unit vectors; `entailment` may turn a verdict."""

    def __init__(self, encode: Encode | None = None, entailment: Entailment | None = None) -> None:
        self._entailment = entailment
        self._encodes = encode is not None
        # Claims are tried on several papers, and papers are cited again: nothing is encoded twice.
        self._vector = lru_cache(maxsize=REMEMBERED)(lambda text: encode([text])[0] if encode else NO_VECTOR)

    @counted_to(VERIFY)
    def verdict(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """The verdict on one sentence that carries the markers `numbers` (1 is `evidence[0]`)."""
        if gives_orders(claim):
            return Verdict(Support.UNSUPPORTED, passages_marked(numbers, evidence), "it tells its reader what to do")
        return self._of_claim(claim, quotes, numbers, evidence)

    @counted_to(VERIFY)
    def degree(self, claim: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> float:
        """How far the evidence with these numbers carries a sentence, from 0 to 1: to put claims or papers in order."""
        marked = [evidence[number - 1] for number in numbers] or list(evidence)
        held = self._best(claim, range(1, len(marked) + 1), marked)
        nearest = self._nearness(claim, [s for hit in marked for s in _sentences(0, hit)])
        weighed = _OF_SCORE * held.score + _OF_NEAREST * nearest + _OF_FAULT * bool(held.faults) + _OF_NOTHING
        return 1 / (1 + exp(-weighed))

    def _of_claim(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        quotes = [quote for quote in quotes if len(quote.split()) > MOST_NAMED or quote == claim.strip(" “”")]
        if quotes:
            return self._of_quotes(claim, quotes, numbers, evidence)
        if makes_no_claim(claim, bool(numbers)):
            return Verdict(Support.NO_CLAIM, passages_marked(numbers, evidence))
        if not evidence:
            return Verdict(Support.UNSUPPORTED, reason="there is nothing here that it could rest on")
        held = self._entailed(claim, self._best(claim, numbers, evidence))
        if held.support is not Support.SUPPORTED and is_foreign(claim, evidence[0].paper.abstract):
            return carried_across(claim, numbers, evidence)
        if held.support is Support.UNSUPPORTED and not held.faults and not numbers:
            return Verdict(Support.UNSUPPORTED, reason=held.reason)
        return Verdict(held.support, held.places, held.reason)

    def _of_quotes(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """Quotes must be exact; what is said around them is held against the papers by itself."""
        found = [place_of(quote, numbers, evidence) for quote in quotes]
        if not all(found):
            lost = quotes[found.index(None)]
            reason = f"“{shortened(lost, LONGEST_LOST)}” is not in the words of any paper"
            return Verdict(Support.UNSUPPORTED, passages_marked(numbers, evidence), reason)
        places = tuple(place for place in found if place)
        around = re.sub(r"[“”\"]", " ", _without(claim, quotes))
        if len(terms_of(around)) <= LEAST_TERMS:
            return Verdict(Support.SUPPORTED, places)
        rest = self._best(_without(claim, quotes, keep=True), [place.evidence + 1 for place in places], evidence)
        return Verdict(rest.support, places if rest.faults else _together(places, rest.places), rest.reason)

    def _best(self, claim: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> _Held:
        """What the marked papers hold, or another one that supports the claim when they do not."""
        best: _Held | None = None
        for pool in _pools(claim, numbers, evidence):
            held = self._held(claim, pool, evidence)
            if held.support is Support.SUPPORTED:
                return held
            best = held if best is None or held.rank > best.rank else best
        return best or _Held((), 0.0)

    def _held(self, claim: str, pool: Sequence[int], evidence: Sequence[Hit]) -> _Held:
        sentences = [sentence for index in pool for sentence in _sentences(index, evidence[index])]
        context = " ".join(_about(evidence[i].paper) for i in pool)
        chosen = _chosen(claim, sentences, context)
        score = _score(claim, chosen, context)
        if PARTLY <= score < SURE and self._encodes and self._nearness(claim, chosen) >= CLOSE:
            score = SURE
        if score < WORTH_EXPLAINING:
            return _Held(chosen, score)
        return _Held(chosen, score, tuple(_faults(claim, chosen, sentences, [evidence[i].paper for i in pool])))

    def _nearness(self, claim: str, chosen: Sequence[_Sentence]) -> float:
        """The cosine of a claim and the nearest of its sentences."""
        vector = self._vector(claim)
        return max((float(vector @ self._vector(sentence.text)) for sentence in chosen), default=0.0)

    def _entailed(self, claim: str, held: _Held) -> _Held:
        """What the entailment model says, where there is one: it may deny, and it may lift a doubt about words."""
        if self._entailment is None or not held.chosen:
            return held
        relation = self._entailment.relation(" ".join(s.text for s in held.chosen), claim)
        if relation is Relation.CONTRADICTS:
            return _Held(held.chosen, held.score, ("the cited words say the contrary", *held.faults))
        if relation is Relation.ENTAILS and not held.faults:
            return _Held(held.chosen, max(held.score, SURE))
        return held


def makes_no_claim(text: str, marked: bool = False) -> bool:
    """Whether a sentence says nothing about the papers: a lead-in, a question, a label, "the abstract does not say"."""
    bare = text.strip().strip("*_ ")
    if not any(map(str.isalnum, bare)) or bare.endswith((":", "?")):
        return True
    if _NOT_A_CLAIM.search(bare):
        return not _TURNS.search(bare) and not quantities_in(bare)
    return not marked and not quantities_in(bare) and len(terms_of(bare)) < LEAST_TERMS


def _pools(claim: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> Iterator[tuple[int, ...]]:
    """The evidence to try in turn: each marked, all marked together, those that the claim names, each other one."""
    marked = [number - 1 for number in dict.fromkeys(numbers) if 1 <= number <= len(evidence)]
    yield from ((index,) for index in marked)
    if len(marked) > 1:
        yield tuple(marked)
    keys = name_keys(claim)
    named = tuple(i for i, hit in enumerate(evidence) if own_names(hit.paper) & keys)
    if len(named) > 1 and set(named) != set(marked):
        yield named
    others = [index for index in range(len(evidence)) if index not in marked]
    yield from ((index,) for index in sorted(others, key=lambda index: index not in named))


def _sentences(index: int, hit: Hit) -> list[_Sentence]:
    abstract = hit.paper.abstract
    return [_Sentence(index, order, a, b, abstract[a:b]) for order, (a, b) in enumerate(_spans(abstract))]


@lru_cache(maxsize=2048)
def _about(paper: Paper) -> str:
    """What every sentence of an abstract is about without saying so: the title, and the names that the paper brings."""
    title = "" if gives_orders(paper.title) else paper.title
    said = " ".join((title, *(paper.abstract[start:end] for start, end in finding_spans(paper.abstract))))
    return ". ".join((title, *(name.text for name in names_of(paper) if name.introduced and name.text in said)))


@lru_cache(maxsize=2048)
def _spans(abstract: str) -> tuple[Span, ...]:
    return finding_spans(abstract)


def _chosen(claim: str, sentences: Sequence[_Sentence], context: str) -> tuple[_Sentence, ...]:
    """The sentence that holds most of the claim, and those that hold much of what is left."""
    in_names = {term for name in names_claimed(claim).values() for term in terms_of(name)}
    weights = {
        term: weight * (NAME_DRAWS if term in in_names else 1)
        for term, weight in weights_of(spelled_alike(claim)).items()
    }
    least = WORTH_CITING * sum(weights.values())
    left = set(weights)
    chosen: list[_Sentence] = []
    while len(chosen) < min(MOST_SENTENCES, len(sentences)):
        gains = {s: sum(weights[term] for term in left & _terms(s)) for s in sentences if s not in chosen}
        best = max(gains, key=lambda s: (gains[s], shared_pieces(claim, [s.text])))
        if chosen and gains[best] < least:
            break
        left -= _terms(best) if chosen else _terms(best) | terms_of(context)
        chosen.append(best)
    return tuple(chosen)


def _terms(sentence: _Sentence) -> frozenset[str]:
    return terms_of(spelled_alike(sentence.text))


def _score(claim: str, chosen: Sequence[_Sentence], context: str) -> float:
    if not chosen:
        return 0.0
    claim = spelled_alike(claim)
    texts = [*(spelled_alike(sentence.text) for sentence in chosen), context]
    best = shared(claim, [texts[0], context])
    return _OF_BEST * best + _OF_ALL * shared(claim, texts) + _OF_PIECES * shared_pieces(claim, texts)


def _faults(
    claim: str, chosen: Sequence[_Sentence], sentences: Sequence[_Sentence], papers: Sequence[Paper]
) -> Iterator[str]:
    """What the chosen sentences do not bear out: numbers, names, and those that stand in another's place."""
    words = " ".join(sentence.text for sentence in chosen)
    told: set[str] = set()
    for quantity in _numbers_missing(claim, words, papers):
        told.add(quantity.text)
        yield f"the number {quantity.text} is not in the cited words"
    own = frozenset().union(*map(own_names, papers))
    near = _words_near(chosen, sentences)
    titles = name_keys(" ".join(paper.title for paper in papers))
    told_with_own = " ".join(s.text for s in sentences if own & name_keys(s.text))
    allowed = name_keys(words) | own | titles | name_keys(near) | initials_in(f"{words} {near}")
    everywhere = frozenset(names_claimed(" ".join(sentence.text for sentence in sentences))) | own
    addresses = name_key(" ".join(_ADDRESS.findall(words)))
    for key, name in names_claimed(claim, everywhere).items():
        in_expansion = not has_name_shape(name) and key in name_keys(told_with_own)
        if key not in allowed and key not in addresses and not in_expansion:
            told.add(name)
            yield f"{name} is not named there"
    for said, stated in misplaced(claim, words, own):
        if said not in told:
            yield f"{said} stands where the cited words have {stated}"


def _numbers_missing(claim: str, words: str, papers: Sequence[Paper]) -> Iterable[Quantity]:
    stated = [*quantities_in(words), *(q for paper in papers for q in quantities_in(paper.title))]
    known = {float(paper.year) for paper in papers if paper.year}
    return (quantity for quantity in missing(quantities_in(claim), stated) if quantity.value not in known)


def _words_near(chosen: Sequence[_Sentence], sentences: Sequence[_Sentence]) -> str:
    """The sentences before those chosen ones that refer back to them."""
    wanted = {(s.evidence, s.order - 1) for s in chosen if _REFERS_BACK.search(s.text)}
    return " ".join(s.text for s in sentences if (s.evidence, s.order) in wanted)


def _without(claim: str, quotes: Sequence[str], keep: bool = False) -> str:
    for quote in quotes:
        claim = claim.replace(quote, f" {quote} " if keep else " ")
    return claim


def _together(places: Sequence[Place], others: Sequence[Place]) -> tuple[Place, ...]:
    """The places of quotations, and those others that lie elsewhere."""
    apart = [o for o in others if not any(p.evidence == o.evidence and o.start <= p.start < o.end for p in places)]
    return (*places, *apart)
