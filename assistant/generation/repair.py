"""Repair: sentences that failed verification go back to the model once, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from assistant.answers import Hit, Prose, Statement, Support
from assistant.backends.base import Understanding
from assistant.errors import BackendError
from assistant.generation.harmless import harmless_on
from assistant.prompts import defused, delimited
from assistant.verification.attribution import attributed
from assistant.verification.verdicts import Verifies

SECONDS = 30.0
# More faults than this are no slips: then the quotes answer better than mended sentences.
MOST_FAULTS = 8
# Passages that go back with the faults, those that they cite first.
MOST_PASSAGES = 8

_LINE = re.compile(r"^\s*(\d{1,2})\s*[.):]\s*(.+?)\s*$", re.M)


def faulty(prose: Prose) -> list[int]:
    """Where the statements stand that nothing supports."""
    return [place for place, said in enumerate(prose.statements) if said.support is Support.UNSUPPORTED]


def repaired(
    prose: Prose, evidence: Sequence[Hit], model: Understanding, verifier: Verifies
) -> Generator[None, None, Prose]:
    """Signs of life, then (returned) the text with those sentences mended whose new wording is carried.

    A sentence that the model takes back is gone; one that it cannot mend stays as it was, unsupported.
    """
    places = faulty(prose)[:MOST_FAULTS]
    if not places:
        return prose
    faults = "\n".join(
        f"{number}. {defused(prose.statements[place].text.strip())} (reason: {prose.statements[place].reason})"
        for number, place in enumerate(places, start=1)
    )
    passages = "\n\n".join(delimited(number, hit) for number, hit in _passages_for(prose, places, evidence))
    try:
        reply = yield from model.complete("repair", SECONDS, passages=passages, faults=faults)
    except BackendError:
        return prose
    mended = {int(number): text for number, text in _LINE.findall(reply)}
    statements = dict(enumerate(prose.statements))
    for number, place in enumerate(places, start=1):
        statements[place] = _mended(statements[place], mended.get(number, ""), evidence, verifier)
    return Prose(tuple(statements.values()))


def _mended(before: Statement, text: str, evidence: Sequence[Hit], verifier: Verifies) -> Statement:
    """The statement in its new words, if these are carried; without words, if it was taken back."""
    if re.fullmatch(r"[-–—]+\.?", text):
        return replace(before, text="", passages=(), support=Support.NO_CLAIM, reason="")
    text = harmless_on(text, evidence)
    said = [statement for statement in attributed(text, evidence, verifier).statements if statement.text.strip()]
    if not said or any(statement.support is Support.UNSUPPORTED for statement in said):
        return before
    passages = tuple(dict.fromkeys(passage for statement in said for passage in statement.passages))
    words = "".join(f"{statement.before}{statement.text}" for statement in said).strip()
    return replace(before, text=words, passages=passages, support=said[0].support, reason=said[0].reason)


def _passages_for(prose: Prose, places: Sequence[int], evidence: Sequence[Hit]) -> list[tuple[int, Hit]]:
    """The numbered evidence that these statements, or else the whole text, cite; then the rest, up to the limit."""
    own = {passage.paper_id for place in places for passage in prose.statements[place].passages}
    cited = {passage.paper_id for said in prose.statements for passage in said.passages}
    ranked = sorted(enumerate(evidence, start=1), key=lambda item: _rank(item[1].paper.id, own, cited))
    return sorted(ranked[:MOST_PASSAGES])


def _rank(paper_id: str, own: set[str], cited: set[str]) -> int:
    return 0 if paper_id in own else 1 if paper_id in cited else 2
