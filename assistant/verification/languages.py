"""Claims in another language than their source: words cannot be held against words, numbers and names can.

An answer in German about an English abstract shares hardly a word with it. What a translation must keep is checked:
each number and each name of the claim must stand in the passage that it marks. Such a claim is never called fully
supported, and its reason says what was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers import Hit, Support
from assistant.verification.entities import name_keys, names_claimed
from assistant.verification.verdicts import Place, Verdict
from ingest.text.languages import language_of
from ingest.text.quantities import missing, quantities_in

CHECKED = "in another language than its source: only its numbers and names were held against it"

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_THOUSANDS = re.compile(r"(?<=\d)[.\u202f\u00a0 ](?=\d{3}(?!\d))")


def is_foreign(claim: str, source: str) -> bool:
    """Whether a claim is surely in another language than the text that it should rest on."""
    language = language_of(claim)
    return language is not None and language != language_of(source)


def carried_across(claim: str, numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
    """The verdict on a claim in another language: whether a passage that it marks has all its numbers and names."""
    marked = [number - 1 for number in dict.fromkeys(numbers) if 1 <= number <= len(evidence)]
    if not marked:
        return Verdict(Support.UNSUPPORTED, reason="it is in another language than the papers and cites none")
    places = tuple(_place(index, evidence[index]) for index in marked)
    faults = tuple(_faults(claim, [evidence[index] for index in marked]))
    if faults:
        return Verdict(Support.UNSUPPORTED, places, "; ".join(faults))
    return Verdict(Support.PARTLY, places, CHECKED)


def _faults(claim: str, hits: Sequence[Hit]) -> Iterator[str]:
    source = " ".join(f"{hit.paper.title}. {hit.paper.abstract}" for hit in hits)
    years = {float(hit.paper.year) for hit in hits if hit.paper.year}
    for quantity in missing(quantities_in(_in_english_digits(claim)), quantities_in(source)):
        if quantity.value not in years:
            yield f"the number {quantity.text} is not in the cited words"
    held = name_keys(source)
    for key, name in names_claimed(claim).items():
        if key not in held and any(character.isupper() for character in name[1:]):  # a capital alone is German grammar
            yield f"{name} is not named there"


def _in_english_digits(text: str) -> str:
    """Numbers as English writes them: 95,7 is 95.7, and 12.400 is 12,400."""
    return _DECIMAL_COMMA.sub(".", _THOUSANDS.sub(",", text))


def _place(index: int, hit: Hit) -> Place:
    return Place(index, hit.passage.start, hit.passage.end)
