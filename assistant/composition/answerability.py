"""Answerability: whether the papers found say what is asked, or only something like it.

A vector cannot tell "how it was trained" from "for how many epochs it was trained": both are near the same
sentence. So questions are known by what they ask for. Some things are asked of papers again and again and hardly
ever stand in an abstract (`SELDOM_STATED`): these count as answered only where the abstract has words of that
kind. A number of things counts as answered only where a number stands by such things. And a question that names
no paper must be near some paper in meaning, or share its telling words, or it is about something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.query.reader import Question
from assistant.retrieval.hybrid import Ranked
from assistant.retrieval.sentence_selection import Weighed
from ingest.index.bm25 import tokens_of
from ingest.index.corpus import Corpus

# Cosines of the bundled model between a question and the nearest abstract or sentence: below the first no paper
# is about it; up to the second one, it must also share telling words with the paper.
FAR = 0.24
NEAR = 0.34
# Share of the question's telling words (those that the corpus knows, and those it does not) that a paper must have.
SHARED = 0.25
# A number sentence this near to a "how many" question answers it even in other words.
SAME_MATTER = 0.62


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.I)


# What a question asks for, and the words without which an abstract does not say it.
SELDOM_STATED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (_pattern(asked), _pattern(said))
    for asked, said in (
        (r"\bfund(?:s|ed|ing)?\b|\bgrants?\b|\bsponsor\w*|\bwho paid\b|\bfinanc\w+", r"\bfund(?:ed|ing)\b|\bgrants?\b|\bsponsor"),
        (r"\b(?:source )?code\b|\bgithub\b|\brepositor(?:y|ies)\b|\bopen[- ]sourced?\b",
         r"https?://|\bcodes?\b|\bgithub\b|\bopen(?:ly)?[- ]sourc\w*|\brepositor|\bpublicly\b"),
        (r"\blicen[cs]\w*|\bcopyright terms\b", r"\blicen[cs]|\bCC[- ]BY|\bcreative commons|\bApache\b|\bMIT license"),
        (r"\bepochs?\b|\btraining (?:steps|iterations)\b|\bhow many (?:steps|iterations|updates)\b", r"\bepochs?\b|\biterations?\b|\bsteps?\b"),
        (r"\blearning[- ]rate\b", r"\blearning[- ]rate"),
        (r"\bbatch[- ]?size\b|\bmini-?batch", r"\bbatch"),
        (r"\boptimi[sz]ers?\b|\badamw?\b|\bweight decay\b|\bdropout (?:rate|prob)|\bhyper-?parameters?\b|\brandom seeds?\b|\bwarm-?up\b",
         r"\boptimi[sz]ers?\b|\badamw?\b|\bweight decay\b|\bdropout rate|\bhyper-?param|\bseeds?\b"),
        (r"\bGPUs?\b|\bTPUs?\b|\bgraphics? cards?\b|\bhardware\b|\b[AVH]100s?\b|\bRTX\b|\bVRAM\b|\bcompute (?:budget|hours)\b|\bCPU",
         r"\bGPUs?\b|\bTPUs?\b|\bgraphics cards?\b|\bhardware\b|\b[AVH]100|\bcomputational\w* (?:requirements|resources)"),
        (r"\bconference\b|\bjournal\b|\bvenue\b|\bwhere (?:was|were|is) [^?]{0,40}\bpublished\b|\baccepted at\b|\bpresented at\b|\bproceedings\b|\bworkshop\b",
         r"\bconference\b|\bjournal\b|\bproceedings\b|\bworkshop\b|\bISMIR\b|\bICASSP\b|\bNeurIPS\b|\bACM\b"),
        (r"\bhow much (?:were|was|did|does|do|is|are)\b[^?]*\b(?:paid|cost|pay|earn\w*|spend|spent)\b|\bpric\w+|\bcosts?\b (?:in|of|per)\b|\bsalar\w+|\bhow expensive\b|\bdollars?\b|\bcarbon\b|\benergy consum\w+|\bemissions?\b",
         r"\$\s?\d|\bdollars?\b|\bpaid\b|\bprice|\bsalar|\bcarbon\b|\benergy\b|\bemission"),
        (r"\bsampl(?:ing|e)[- ]rates?\b|\bbit[- ]?depth\b|\bk?Hz\b", r"\bsampl(?:ing|e)[- ]rate|\bk?Hz\b"),
        (r"\bprogramming language\b|\bwritten in (?:python|c\+\+|java|rust)\b|\bwhich (?:deep[- ]learning )?(?:library|toolkit) (?:is|was) it (?:written|built|implemented)\b|\bpytorch\b|\btensorflow\b|\bimplemented in\b",
         r"\bpython\b|\bpytorch\b|\btensorflow\b|\bC\+\+|\bprogramming language\b|\bimplemented in\b"),
        (r"\bhow many (?:\w+ )?layers\b|\bnumber of layers\b|\bhow deep\b", r"\blayers?\b"),
        (r"\battention heads?\b", r"\bheads?\b"),
        (r"\bhow many (?:\w+ )?parameters\b|\bparameter count\b|\bmodel size\b|\bhow (?:large|big) is the (?:model|network)\b", r"\bparameters?\b"),
        (r"\bfr[ée]chet\b|\bFAD\b|\bFID\b", r"\bfr[ée]chet\b|\bFAD\b|\bFID\b"),
        (r"\bMOS\b|\bmean opinion scores?\b", r"\bMOS\b|\bopinion score"),
        (r"\b(?:F1|BLEU|ROUGE|perplexity|WER|AUC|(?-i:mAP)|kappa|p-?values?|confidence intervals?|standard deviation)\b",
         r"\b(?:F1|BLEU|ROUGE|perplexity|WER|AUC|(?-i:mAP)|kappa|p-?values?|confidence intervals?|standard deviation)\b"),
        (r"\b(?:universit\w+|affiliat\w+|institut\w+|compan(?:y|ies)|lab(?:oratory)?|employer|nationalit\w+|email|e-mail|phone|contact)\b",
         r"\buniversit|\baffiliat|\binstitut|\bcompan(?:y|ies)\b|\blaborator|@"),
        (r"\bhow old (?:are|were|is)\b|\bage (?:range|of the)\b|\baverage age\b|\bethnic\w*|\bwhich countr(?:y|ies)\b[^?]*\b(?:participants|listeners|raters|annotators)\b",
         r"\b(?:years old|aged|age range|average age|ethnic)\b"),
        (r"\bwho (?:wrote|authored|are the authors|is the (?:first|last|corresponding|second) author)\b|\bauthors?' names?\b", r"(?!)"),
        (r"\bcitation count\b|\bhow (?:often|many times) (?:has|was|is) [^?]*\bcited\b|\bhow many citations\b|\bimpact factor\b", r"\bcited\b"),
        (r"\bhow long (?:did|does|do|was|is)\b[^?]*\b(?:train\w*|tak\w+)\b|\btraining time\b|\bhow many (?:hours|days|weeks) (?:did|does|of) (?:it take|training)\b",
         r"\b(?:hours?|days?|weeks?|minutes?) (?:of|to|for) train|\btrain\w*[^.]{0,40}\b\d+[^.]{0,10}(?:hours?|days?|weeks?)|\bfaster (?:to )?train|\btrain\w* faster|\btime to train|longer to train"),
        (r"\bhow many (?:gpu|cpu) (?:hours|days)\b|\bmemory (?:footprint|usage)\b|\bhow much (?:memory|RAM)\b", r"\bGPU|\bmemory\b|\bRAM\b"),
    )
)  # fmt: skip

_PEOPLE = r"(?:users|participants|listeners|raters|people|persons|volunteers|subjects|annotators|singers|musicians|dancers|experts|respondents|artists|composers|performers)"
_UNITS = r"(?:hours?|minutes?|seconds?|days?|weeks?|h|min|s|ms)"
_FIGURE = r"\d[\d.,]*\s?[kKmMbB]?"
_COUNT = re.compile(
    r"\bhow many\s+((?:(?!(?:is|are|was|were|does|do|did|can|has|have|had|the|it|they|will|would|of|in|on|for|to|from|that|and|or|take|took|come|make)\b)"
    r"[\w-]+\s*){1,3})",
    re.I,
)
_DURATION = re.compile(
    rf"\bhow many {_UNITS}\b|\bhow long (?:is|are|was|were)\b|\b(?:duration|length in (?:hours|minutes|seconds))\b",
    re.I,
)
_WORD_NUMBERS = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?|millions?|both|single|multiple)"
_HAS_COUNT = re.compile(rf"\d|\b{_WORD_NUMBERS}\b", re.I)
_HAS_DURATION = re.compile(
    rf"\b\d[\d.,]*[\s-]?{_UNITS}\b|\bmusic pieces? of any length|\barbitrar\w+ (?:length|long)|\binfinite\w*", re.I
)
_OF_PEOPLE = re.compile(rf"\b{_PEOPLE}\b", re.I)
_COUNTED_PEOPLE = re.compile(rf"\b(?:{_FIGURE}|{_WORD_NUMBERS})\s+(?:[\w-]+\s+){{0,3}}?{_PEOPLE}\b", re.I)


def in_domain(question: Question, ranked: Sequence[Ranked], corpus: Corpus) -> bool:
    """Whether any paper here is about what is asked."""
    nearest = max((item.nearness for item in ranked), default=0.0)
    if nearest < FAR:
        return False
    return nearest >= NEAR or any(_share(question.text, item, corpus) >= SHARED for item in ranked[:3])


def is_answered(weighed: Sequence[Weighed], question: Question) -> bool:
    """Whether the sentences of the papers meant say what is asked."""
    sentences = [item.passage.text for item in weighed]
    if lacks_the_kind(question, sentences):
        return False
    if _DURATION.search(question.text) and not _any(_HAS_DURATION, sentences):
        return False
    counted = _COUNT.search(question.text)
    return counted is None or _is_counted(counted[1], weighed)


def lacks_the_kind(question: Question, sentences: Sequence[str]) -> bool:
    """Whether something is asked for that abstracts seldom state, and none of these sentences has words of that kind."""
    return any(asked.search(question.text) and not _any(said, sentences) for asked, said in SELDOM_STATED)


def _is_counted(things: str, weighed: Sequence[Weighed]) -> bool:
    """Whether a number of these things is given: people by people, others by their own word or by the matter."""
    if _OF_PEOPLE.search(things):
        return any(_COUNTED_PEOPLE.search(item.passage.text) for item in weighed)
    terms = frozenset(tokens_of(things))
    numbered = [item for item in weighed if _HAS_COUNT.search(item.passage.text)]
    return any(item.meaning >= SAME_MATTER or terms & frozenset(tokens_of(item.passage.text)) for item in numbered)


def _share(text: str, item: Ranked, corpus: Corpus) -> float:
    """The share of a question's words that a paper has, the rare ones counting more."""
    terms = set(tokens_of(text))
    held = set(tokens_of(f"{item.paper.title} {item.paper.abstract}"))
    rarity = {term: 1.0 - float(corpus.bm25.holds(term).mean()) for term in terms}
    total = sum(rarity.values())
    return sum(rarity[term] for term in terms & held) / total if total else 0.0


def _any(pattern: re.Pattern[str], sentences: Sequence[str]) -> bool:
    return any(pattern.search(sentence) for sentence in sentences)
