"""Intent: what a question wants, by its wording and the number of papers that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answers import Intent
from assistant.query.question import MOST_COMPARED, Mention, Subject
from ingest.lexicon import lexicon

_WORDS = lexicon("en.conversation")
WORKS = _WORDS.source("works")
_SEVERAL = _WORDS.source("several_works")
_WHICH = r"\b(?:which|what)\b"

LISTS = re.compile(
    rf"{_WHICH}(?: \w+){{0,2}}? {_SEVERAL}|{_WORDS.source('asks_of_several')} of {_WORDS.source('these')}|"
    rf"\bhow many (?:\w+ ){{0,2}}?{_SEVERAL}|{_WORDS.source('orders_a_list')}(?: me)?[^?.]{{0,30}}?(?:\b(?:all|every)\b|{_SEVERAL})|"
    rf"\ball (?:the |of the )?{_SEVERAL}|\b(?:are there|any) (?:\w+ ){{0,2}}?{_SEVERAL}|^who (?:all|else)\b|"
    rf"{_WORDS.source('counts_them')}",
    re.I,
)
_LISTS_PAPERS = re.compile(rf"{_WORDS.source('asks_for_papers')}[^?.]{{0,25}}?{_WORDS.source('papers')}", re.I)
# A question about a part of one work ("which clips was it trained on", "in the system that …") searches for no work.
_ONE_WORK = re.compile(
    rf"{_WORDS.source('asks')}[^?.,]{{1,40}}? {_WORDS.source('auxiliaries')} "
    rf"(?:\b(?:it|its|he|she)\b|the (?:\w+ ){{0,3}}?{WORKS})|"
    rf"{_WORDS.source('belongs_to')} the (?:[\w-]+ ){{0,3}}?{_WORDS.source('the_work')}(?! of (?:the|these))",
    re.I,
)
FINDS = re.compile(
    rf"\b(?:which|what|whose)(?: \S+){{0,2}}? {WORKS}|^who\b|{_WORDS.source('asks_whether')}|"
    rf"{_WORDS.source('searches')}[^?.]{{0,20}}{WORKS}|\b(?:a|an|any|some) {WORKS} {_WORDS.source('specifies')}",
    re.I,
)
COMPARES = re.compile(rf"{_WORDS.source('may_compare')}|\bmore\b[^?.]*\bthan\b", re.I)
STRONGLY_COMPARES = _WORDS.pattern("compares")


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
