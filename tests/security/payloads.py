"""The corpus of attacks, and papers that carry them in every field.

`payloads.jsonl` holds one a line, with its kind: tags, attributes, encodings, Markdown, templates, exports, terminals,
signs that turn text round, delimiters. Whatever runs sets `window.ran` or opens a dialog; whatever leaves asks
leak.example.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from assistant.answers import Answer, Cell, Citation, Claim, Comparison, Details, Intent, Support
from assistant.conversation import Conversation
from ingest.papers import Fields, Paper, paper_from
from ingest.sources.found import Found

LEAK_HOST = "leak.example"
_LINES = (Path(__file__).with_name("payloads.jsonl")).read_text(encoding="utf-8").splitlines()
PAYLOADS: tuple[tuple[str, str], ...] = tuple((line["kind"], line["text"]) for line in map(json.loads, _LINES))


def fields_of(number: int, payload: str) -> Fields:
    """A record with a payload in every field that a source can fill."""
    return Fields(
        title=f"Paper {number}: {payload}",
        abstract=f"We study subject {number} with HostileNet{number}. {payload} We find {number} results on the Attack-{payload} dataset.",
        id=f"h{number} {payload}",
        authors=(f"{payload} Mallory", payload),
        year=f"20{number % 24:02} {payload}",
        arxiv_id=payload,
        doi=f"10.1000/{payload}",
        url=payload if number % 2 else f"https://known.example/{number}?{payload}",
        code_url=payload if number % 3 else f"https://github.com/known/{number}#{payload}",
        pmid=payload,
        openalex_id=payload,
        aliases=(payload,),
        venue=payload,
        kind="article",
        categories=(payload,),
        keywords=(payload,),
        date=payload,
        language=payload,
        citation_key=payload,
        data_url=payload,
        demo_url=payload,
        project_url=payload,
        reference=(("publisher", payload), ("pages", payload)),
    )


def hostile_papers() -> tuple[Found, ...]:
    """One paper a payload, as a source would find it."""
    return tuple(
        Found(paper_from(fields_of(number, payload)), "hostile", number) for number, (_, payload) in enumerate(PAYLOADS)
    )


def raw_paper(number: int, payload: str) -> Paper:
    """A paper whose fields hold the payload untouched, as if nothing had cleaned it."""
    paper = Paper(
        f"h{number}", f"Paper {number}: {payload}", f"We study {number}. {payload} It ends.", (payload, payload)
    )
    return replace(
        paper, venue=payload, keywords=(payload,), url=payload, code_url=payload, reference=(("publisher", payload),)
    )


def hostile_answer(paper: Paper, payload: str) -> Answer:
    """An answer that says the payload in every place that is shown or taken away."""
    citation = Citation(1, paper, paper.abstract, 0, len(paper.abstract))
    comparison = Comparison((payload,), (paper, paper), ((Cell(payload, citation), Cell()),))
    return Answer(
        f"It is so [1]. {payload}",
        (citation,),
        claims=(Claim(payload, (1,), Support.PARTLY, payload),),
        papers=(paper,),
        thoughts=payload,
        comparison=comparison,
        details=Details(Intent.FACT, payload, "extractive", model=payload, notice=payload),
    )


def hostile_conversation(number: int, payload: str) -> Conversation:
    """A conversation of one turn with the payload in the question, the answer and its papers."""
    return Conversation().with_turn(payload, hostile_answer(raw_paper(number, payload), payload))
