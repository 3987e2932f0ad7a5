"""Intent: what a question wants, by its wording and the number of papers that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers import Intent
from assistant.query.question import MOST_COMPARED, Mention, Subject

WORKS = (
    r"(?:papers?|works?|systems?|models?|methods?|approach(?:es)?|articles?|stud(?:y|ies)|abstracts?|datasets?|corpora|corpus|"
    r"collections?|benchmarks?|surveys?|frameworks?|generators?|techniques?|projects?|publications?|resources?|overviews?|"
    r"algorithms?|architectures?|researchers|authors|tools?)"
)
_PLURAL_WORKS = (
    r"(?:papers|works|systems|models|methods|approaches|articles|studies|abstracts|datasets|corpora|collections|benchmarks|"
    r"surveys|frameworks|generators|techniques|projects|publications|resources|overviews|algorithms|architectures|tools)"
)
_PAPERS = r"(?:papers|works|abstracts|articles|studies|publications)"

LISTS = re.compile(
    rf"\b(?:which|what)\b(?: \w+){{0,2}}? {_PLURAL_WORKS}\b|\b(?:which|how many|all|any|each|every) of (?:the|these|those|them|your)\b|"
    rf"\bhow many (?:\w+ ){{0,2}}?{_PLURAL_WORKS}\b|\b(?:list|enumerate|name|show|give|find|tell)\b(?: me)?[^?.]{{0,30}}?\b(?:all|every|{_PLURAL_WORKS})\b|"
    rf"\ball (?:the |of the )?{_PLURAL_WORKS}\b|\b(?:are there|any) (?:\w+ ){{0,2}}?{_PLURAL_WORKS}\b|^who (?:all|else)\b|"
    rf"\bhow many (?:of them|are|do|use|have|work)\b",
    re.I,
)
_LISTS_PAPERS = re.compile(rf"\b(?:which|what|how many|list|all|name)\b[^?.]{{0,25}}?\b{_PAPERS}\b", re.I)
# A question about a part of one work ("which clips was it trained on", "in the system that …") searches for no work.
_ONE_WORK = re.compile(
    rf"\b(?:which|what|how many)\b[^?.,]{{1,40}}? (?:was|were|is|are|did|does|do|has|have|can) (?:it|its|he|she|the (?:\w+ ){{0,3}}?{WORKS})\b|"
    rf"\b(?:in|of|for|by|from|with) the (?:[\w-]+ ){{0,3}}?(?:paper|work|system|model|method|approach|article|study|framework|generator|overview|survey|"
    rf"network|benchmark|tool)\b(?! of (?:the|these))",
    re.I,
)
FINDS = re.compile(
    rf"\b(?:which|what|whose)(?: \S+){{0,2}}? {WORKS}\b|^who\b|\bis there (?:an?|any|some)\b|\b(?:find|show|recommend|suggest|know of)\b"
    rf"[^?.]{{0,20}}\b{WORKS}\b|\b(?:a|an|any|some) {WORKS} (?:that|which|on|about|for|to|where)\b",
    re.I,
)
COMPARES = re.compile(
    r"\bcompar\w+|\bvs\b\.?|\bversus\b|\bdiffer\w*|\bcontrast\w*|\bboth\b|\bin common\b|\brather than\b|\bside by side\b|\beach\b|"
    r"\bwhich (?:one )?(?:is|has|of (?:the )?(?:two|both)|needs?|uses?|gives?|does)\b|\bmore\b[^?.]*\bthan\b|\bor\b|\brespectively\b|\bsimilar\w*",
    re.I,
)
STRONGLY_COMPARES = re.compile(r"\bcompar\w+|\bvs\b\.?|\bversus\b|\bdiffer\w*|\bcontrast\w*|\bin common\b", re.I)


def intent_of(text: str, named: Sequence[Subject], borrowed: Sequence[Mention]) -> Intent:
    """What a question wants, by its wording and the number of papers that it names."""
    if len(named) > 1 and not _LISTS_PAPERS.search(text):
        return Intent.COMPARISON if len(named) <= MOST_COMPARED else Intent.LIST
    if borrowed and (named or len(borrowed) > 1) and STRONGLY_COMPARES.search(text):
        return Intent.COMPARISON
    one_work = _ONE_WORK.search(text)
    if _LISTS_PAPERS.search(text) or (not named and not one_work and LISTS.search(text)):
        return Intent.LIST
    if not named and not one_work and FINDS.search(text):
        return Intent.WHICH_PAPER
    return Intent.FACT
