"""Scanning: questions about the whole corpus ("which papers introduce a dataset?") look at every paper.

A question becomes conditions: a year, a name that must be mentioned, a facet learned at ingest, or words that
must stand in the paper. Every paper of the corpus is held against all of them; nothing is cut off at a top k.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.query.entity_linking import Mention
from assistant.query.reader import Question
from ingest.extraction.facets import TITLE
from ingest.extraction.names import name_key
from ingest.extraction.profile import Facet, Profile
from ingest.index.bm25 import tokens_of
from ingest.index.corpus import Corpus
from ingest.papers import Paper

Mask = NDArray[np.bool_]

# A word that more papers than this share of the corpus have is a word of the field and tells none apart.
COMMON_WORD = 0.4
# Of the question's telling words (weighted by rarity) a paper must have this share.
COVERAGE = 0.6


@dataclass(frozen=True, slots=True)
class Condition:
    """What a paper must meet: a label for the user, which papers do (by place), and words that show it."""

    label: str
    mask: Mask
    terms: frozenset[str] = frozenset()
    facet: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found: the papers that meet every condition, of how many that were looked at."""

    papers: tuple[Paper, ...]
    scanned: int
    conditions: tuple[Condition, ...]

    @property
    def terms(self) -> frozenset[str]:
        """The words by which the supporting sentence of a paper is found."""
        return frozenset().union(*(condition.terms for condition in self.conditions))


# How a question speaks of a facet. In the order of the list; a stretch that one takes is not read again.
_MAKES = r"(?:generat\w*|synthesi[sz]\w*|compos\w+|creat\w+|produc\w+|mak(?:e|es|ing)|writ\w+)"
_ASKED: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (r"\b(?:new )?(?:data ?sets?|corpora|corpus|collections?)\b", (("brings", "dataset"),)),
    (r"\bsurveys?\b(?! (?:of|among) (?:users|people))|\boverviews?\b|\breviews?\b", (("brings", "survey"),)),
    (r"\bbenchmarks?\b", (("brings", "benchmark"),)),
    (r"\b(?:evaluation )?(?:metrics?|measures?)\b", (("brings", "metric"),)),
    (r"\b(?:human|listeners?|listening|user|subjective)\b[^,.?]{0,20}\b(?:evaluat\w+|stud(?:y|ies)|tests?|judg\w+|ratings?|assess\w+)|\b(?:people|humans|listeners|participants)"
     r" (?:listen|rate|judge|evaluate)\w*|\bevaluat\w+ (?:with|by) (?:humans|people|listeners)|\buser stud(?:y|ies)|\bhuman evaluations?", (("evaluation", "human"),)),
    (r"\bdance (?:from|to|for) music|\bmusic[- ]to[- ]dance|\bmusic[- ]driven (?:dance|choreograph\w+)|\bdances?\b[^,.?]{0,12}\bfrom (?:music|songs?|audio)|"
     rf"\b{_MAKES} (?:\w+ )?(?:dances?|choreograph\w+)", (("output", "dance"),)),
    (r"\bmusic (?:from|to|for|given) (?:the |a )?dance|\bdance[- ]to[- ]music", (("input", "dance"), ("output", "music"))),
    (r"\bvideos? (?:as|is|are) (?:an? |the )?(?:inputs?|prompts?|conditions?)|\b(?:from|for|to|given|of|accompany|match\w*|score|fit) (?:a |an |the |silent |input )*videos?\b|\bvideo[- ](?:to[- ]music|input|conditioned|based)|"
     r"\b(?:take|accept|handle|use|process|watch)\w* (?:a |in )?videos?|\bsoundtracks?\b|\bvideo background\b", (("input", "video"),)),
    (r"\b(?:images?|pictures?|photos?|still pictures?)\b[^,.?]{0,15}(?:input|prompt\w*|as)|\b(?:from|with|by|given|accept) (?:an? |the |still )*(?:images?|pictures?|photos?)\b|\bimage[- ]to[- ]music",
     (("input", "image"),)),
    (r"\btext[- ]to[- ]music\b|\b(?:from|given|with|by) (?:a |free |natural[- ]language )*(?:text|descriptions?|prompts|language)\b[^,.?]*|\btext[- ]conditioned|\btext (?:as|is) (?:an? )?input|\btext prompts?",
     (("input", "text"),)),
    (r"(?<!\bor )\brecommend\w*(?! or\b)", (("output", "recommendation"),)),
    (r"\bsymbolic(?: music)?\b(?: or MIDI)?|\bMIDI\b", (("representation", "symbolic"),)),
    (r"\b(?:raw )?audio(?: domain)?\b|\bwaveforms?\b", (("representation", "audio"),)),
    (r"\bdiffusion(?: models?)?\b", (("family", "diffusion"),)),
    (r"\btransformers?\b(?: architectures?| models?)?", (("family", "transformer"),)),
    (r"\b(?:large )?language models?\b|\bLLMs?\b", (("family", "language model"),)),
    (r"\bGANs?\b|\b(?:generative )?adversarial(?: training| networks?| learning)?(?: with GANs)?", (("family", "GAN"),)),
    (r"\b(?:variational )?auto-?encoders?\b|\bVAEs?\b|\bVQ-VAEs?\b", (("family", "variational autoencoder"),)),
    (r"\bcontrastive(?:ly| learning| training| objectives?)?", (("family", "contrastive learning"),)),
    (r"\bself-supervis\w+(?: way| learning| training)?", (("family", "self-supervised learning"),)),
    (r"\breinforcement learning|\bRLHF\b|\bhuman (?:feedback|preferences)", (("family", "reinforcement learning"),)),
    (r"\bmixture[- ]of[- ]experts", (("family", "mixture of experts"),)),
    (r"\bretrieval[- ]augment\w+", (("family", "retrieval augmentation"),)),
    (r"\b(?:recurrent|LSTMs?|GRUs?|RNNs?)\b", (("family", "recurrent network"),)),
    (r"\b(?:source )?code\b[^,.?]*|\bopen[- ]source\w*", (("available", "code"),)),
)  # fmt: skip
ASKED_FACETS = tuple((re.compile(pattern, re.I), facets) for pattern, facets in _ASKED)

_YEAR_ONLY = re.compile(
    r"\b(?:in|from|of|during|came out in|published in|dated) ((?:19|20)\d\d)\b(?!\s*(?:to|-|–|and) )", re.I
)
_BEFORE = re.compile(r"\b(?:before|older than|earlier than|prior to|until) ((?:19|20)\d\d)\b", re.I)
_AFTER = re.compile(r"\b(?:after|newer than|later than) ((?:19|20)\d\d)\b", re.I)
_SINCE = re.compile(r"\b(?:since|from) ((?:19|20)\d\d)(?: (?:on(?:wards?)?|until now))?\b", re.I)
_BETWEEN = re.compile(
    r"\bbetween ((?:19|20)\d\d) and ((?:19|20)\d\d)\b|\b((?:19|20)\d\d) ?(?:to|-|–) ?((?:19|20)\d\d)\b", re.I
)

# Words of a list question that ask, and say nothing of what is asked for.
_SCAFFOLD = frozenset(
    tokens_of(
        "list lists name names enumerate show give find tell papers paper works work systems system models model methods method "
        "approaches approach studies study abstracts abstract articles article frameworks framework techniques many all any every "
        "each one ones them those these introduce introduces introducing introduced present propose proposes offer bring release new "
        "novel own use uses using used make makes play part deal deals dealing address consider considers considered involve mention "
        "mentions mentioned report reports say says do does doing take takes taking order generate generates generating generated "
        "music musical about concern something some kind sort type based built build works start starts improve improves compare compares "
        "compared adapt adapts train trains trained research authors here library corpus total there exist exists please also come came out "
        "published appear appears appeared appearing dated written out year years have has had relevant related topic topics describe describes discuss discusses focus focuses tackle tackles link worry "
        "handle handles cover covers state get gets getting rely relies way whichever people which what who how whose several other web "
        "material rate rated rates human humans listen design designed designs designing prompt prompted prompts input inputs output "
        "outputs accept accepts direction judge judged evaluate evaluates evaluated evaluation study studies non part different "
        "first second third last new kind help helps learn learns learning want wants aim aims try tries include includes contain "
        "recommend recommends contains process processes apply applies applied need needs require requires support supports accompany given"
    )
)
_OR = re.compile(r"\bor\b|/|,", re.I)


def scan(question: Question, corpus: Corpus, mentions: Sequence[Mention]) -> Scan:
    """Hold every paper (or those of the answer before) against what the question asks."""
    conditions = tuple(_conditions(question.text, corpus, mentions))
    mask = np.ones(len(corpus.papers), dtype=bool)
    if question.within:
        mask &= _mask(corpus, lambda paper: paper.id in question.within)
    looked_at = int(mask.sum())
    for condition in conditions:
        mask &= condition.mask
    if not conditions:
        mask[:] = False
    papers = tuple(paper for paper, meets in zip(corpus.papers, mask, strict=True) if meets)
    return Scan(papers, looked_at, conditions)


def supporting_facet(profile: Profile, scan_: Scan) -> Facet | None:
    """The facet that shows why a paper was found, if a sentence of its abstract does."""
    wanted = {condition.facet for condition in scan_.conditions if condition.facet}
    return next((f for f in profile.facets if (f.name, f.value) in wanted and f.start != TITLE), None)


def _conditions(text: str, corpus: Corpus, mentions: Sequence[Mention]) -> Iterator[Condition]:
    rest = text
    for condition, taken in _year_conditions(text, corpus):
        rest = rest.replace(taken, " ")
        yield condition
    for mention in mentions:
        rest = rest.replace(text[mention.start : mention.end], " ")
    if mentions:
        yield _mentioned(mentions, corpus)
        return  # what is said about the name ("improve on", "compare with") is in no list of ours
    found = list(_facet_conditions(rest, corpus))
    for condition, stretches in found:
        for taken in stretches:
            rest = rest.replace(taken, " ")
        yield condition
    words = _word_condition(rest, corpus, strict=not found)
    if words is not None:
        yield words


def _year_conditions(text: str, corpus: Corpus) -> Iterator[tuple[Condition, str]]:
    between, since, after, before = (p.search(text) for p in (_BETWEEN, _SINCE, _AFTER, _BEFORE))
    only = _YEAR_ONLY.search(text)
    if between:
        first, last = (int(year) for year in between.groups() if year)
        yield _years(corpus, first, last), between[0]
    elif before:
        yield _years(corpus, 0, int(before[1]) - 1), before[0]
    elif after:
        yield _years(corpus, int(after[1]) + 1, 9999), after[0]
    elif only and not (since and since[0].lower().startswith("since")):
        yield _years(corpus, int(only[1]), int(only[1])), only[0]
    elif since:
        yield _years(corpus, int(since[1]), 9999), since[0]


def _years(corpus: Corpus, first: int, last: int) -> Condition:
    mask = _mask(corpus, lambda paper: paper.year is not None and first <= paper.year <= last)
    return Condition(f"{first}–{last}", mask)


def _mentioned(mentions: Sequence[Mention], corpus: Corpus) -> Condition:
    keys = {name_key(mention.name) for mention in mentions}
    own = {paper_id for mention in mentions if mention.introduced for paper_id in mention.paper_ids}
    mask = np.zeros(len(corpus.papers), dtype=bool)
    for place, paper in enumerate(corpus.papers):
        used = {name_key(name.text) for name in corpus.profiles[paper.id].names}
        mask[place] = paper.id not in own and not keys.isdisjoint(_with_parts(used))
    terms = frozenset(term for mention in mentions for term in tokens_of(mention.name))
    return Condition(" or ".join(mention.name for mention in mentions), mask, terms)


def _with_parts(keys: set[str]) -> set[str]:
    """The keys, and those that compounds such as "VQ-VAE-based" are made of."""
    return keys | {key.removesuffix("based").removesuffix("guided") for key in keys}


def _facet_conditions(text: str, corpus: Corpus) -> Iterator[tuple[Condition, list[str]]]:
    rest = text
    for pattern, facets in ASKED_FACETS:
        found = [match[0] for match in pattern.finditer(rest)]
        rest = pattern.sub(" ", rest)
        if found:
            condition = _with_facet(corpus, facets[0])
            for facet in facets[1:]:
                condition = replace(condition, mask=condition.mask & _with_facet(corpus, facet).mask)
            yield condition, found


def _with_facet(corpus: Corpus, facet: tuple[str, str]) -> Condition:
    mask = _mask(corpus, lambda paper: facet in corpus.profiles[paper.id].traits)
    return Condition(f"{facet[0]}: {facet[1]}", mask, frozenset(), facet)


def _word_condition(text: str, corpus: Corpus, strict: bool) -> Condition | None:
    """Papers that have the telling words of the rest; without `strict` only words that leave some paper count."""
    groups = [_telling(part, corpus) for part in _OR.split(text)]
    groups = [group for group in groups if group]
    if not groups:
        return None
    masks = [_covering(group, corpus) for group in groups]
    mask = np.logical_or.reduce(masks)
    if not strict and not mask.any():  # beside a facet, words that leave no paper were not meant as a condition
        return None
    return Condition(" or ".join(" ".join(group) for group in groups), mask, frozenset(t for g in groups for t in g))


def _telling(text: str, corpus: Corpus) -> tuple[str, ...]:
    """The terms of a text that tell papers apart: not those of half the corpus; those of none count as missing."""
    terms = dict.fromkeys(term for term in tokens_of(text) if term not in _SCAFFOLD and not term.isdigit())
    return tuple(term for term in terms if corpus.bm25.holds(term).mean() <= COMMON_WORD)


def _covering(terms: Sequence[str], corpus: Corpus) -> Mask:
    holds = np.stack([corpus.bm25.holds(term) for term in terms])
    rarity = np.log1p(len(corpus.papers) / (1 + holds.sum(axis=1)))
    covered = rarity @ holds / rarity.sum()
    return np.asarray(covered >= COVERAGE)


def _mask(corpus: Corpus, meets: Callable[[Paper], bool]) -> Mask:
    return np.fromiter((meets(paper) for paper in corpus.papers), dtype=bool, count=len(corpus.papers))
