"""One answer as HTML: its prose with markers and verdicts, and one line that tells how it came about."""

from __future__ import annotations

from collections import Counter

from assistant.answers import Answer, Claim, Details, Support
from assistant.composition.rendering import markdown
from assistant.filters import Filters
from assistant.markers import without_markers
from assistant.ui.base import texts
from assistant.ui.base.markdown import PARTLY_SIGN, UNSUPPORTED_SIGN, safe_html, without_signs
from assistant.ui.base.templates import rendered
from assistant.ui.chat.conditions import conditions_in

_SIGN_OF = {Support.PARTLY: PARTLY_SIGN, Support.UNSUPPORTED: UNSUPPORTED_SIGN}
_DETAIL_FIELDS = ("intent", "backend", "model", "index_version", "dropped", "notice")


def answer_html(answer: Answer, turn: int, scope: str = "") -> str:
    """The HTML of an answer, whole or growing; `turn` counts from 0 and ties its markers to their cards.

    `scope` tells in words which papers were asked, if not all.
    """
    return rendered(
        "answer",
        answer=answer,
        turn=turn,
        unmarked=markdown(answer.parts) if answer.parts else without_markers(answer.text),
        prose=prose_html(answer),
        line=line_of(answer, scope),
        details=details_of(answer, scope),
        conditions=conditions_in(answer),
    )


def prose_html(answer: Answer) -> str:
    """The text of an answer as safe HTML, each marker labelled with the title that it stands for."""
    titles = {citation.number: citation.paper.title for citation in answer.citations}
    links = {citation.paper.link for citation in answer.citations}
    links |= {getattr(paper, field) for paper in answer.papers for field, _ in texts.LINKS}
    return safe_html(
        with_signs(answer),
        links=frozenset(filter(None, links)),
        marker_label=lambda n: texts.SOURCE_OF.format(n, titles[n]) if n in titles else texts.SOURCE.format(n),
        verdict_labels=(texts.PARTLY_SUPPORTED, texts.UNSUPPORTED),
    )


def with_signs(answer: Answer) -> str:
    """The Markdown with a verdict's sign behind every statement that its quotes do not fully carry."""
    if not answer.parts:
        return without_signs(answer.text)
    return markdown(answer.parts, answer.citations, lambda support: _SIGN_OF.get(support, ""), without_signs)


def line_of(answer: Answer, scope: str) -> tuple[str, ...]:
    """The parts of the line under an answer, from what was searched for to the seconds it took."""
    details = answer.details
    return tuple(
        filter(
            None,
            (
                texts.SEARCHED_FOR.format(details.searched_for) if details.searched_for else "",
                scope,
                backend_in_words(details.backend, details.model),
                seconds_in_words(details.seconds),
            ),
        )
    )


def details_of(answer: Answer, scope: str) -> tuple[tuple[str, str], ...]:
    """Names and values of all that is known about how an answer came about."""
    details = answer.details
    values = {name: str(getattr(details, name)) for name in _DETAIL_FIELDS}
    values |= {
        "claims": support_in_words(answer.claims),
        "prompts": ", ".join(details.prompts),
        "scanned": "" if details.scanned is None else f"{details.scanned} / {details.corpus}",
        "tokens": tokens_in_words(details),
        "steps": " · ".join(details.steps),
        "absence": texts.NOTHING_FOUND.get(answer.absence or "", ""),
        "filters": scope,
    }
    return tuple((label, values[name]) for name, label in texts.DETAILS.items() if values[name])


def support_in_words(claims: tuple[Claim, ...]) -> str:
    """How many sentences their quotes carry, of those that claim anything; nothing to say where none does."""
    counts = Counter(claim.support for claim in claims)
    total = len(claims) - counts[Support.NO_CLAIM]
    return texts.CARRIED.format(counts[Support.SUPPORTED], total) if total else ""


def tokens_in_words(details: Details) -> str:
    """Tokens in and out of a language model, where its server told."""
    usage = details.usage
    if usage is None or (usage.tokens_in is None and usage.tokens_out is None):
        return ""
    known = ("?" if count is None else f"{count:,}" for count in (usage.tokens_in, usage.tokens_out))
    money = texts.DOLLARS.format(f"{usage.dollars:.4f}") if usage.dollars else ""
    return " / ".join(known) + money


def seconds_in_words(seconds: float) -> str:
    """A duration with as many digits as matter; nothing to say about none."""
    return texts.SECONDS.format(f"{seconds:.2f}" if seconds < 1 else f"{seconds:.1f}") if seconds else ""


def backend_in_words(backend: str, model: str) -> str:
    """Who answered: “quotes, no LLM”, or the model's name."""
    if not backend:
        return ""
    return texts.QUOTING if backend == "extractive" else model or backend


def filters_in_words(filters: Filters) -> str:
    """The conditions in force, in words; an empty string where every paper may answer."""
    if not filters:
        return ""
    parts = [*_papers_in_words(filters), *years_in_words(filters)]
    parts += [texts.BY_AUTHOR.format(filters.author)] if filters.author else []
    parts += [texts.AT_VENUE.format(filters.venue)] if filters.venue else []
    parts += [texts.WITH_CODE] if filters.has_code else []
    parts += [value for _, value in sorted(filters.facets)]
    return ", ".join(parts)


def _papers_in_words(filters: Filters) -> list[str]:
    count = len(filters.paper_ids)
    if count == 1:
        return [texts.ONLY_PAPER.format(next(iter(filters.paper_ids)))]
    return [texts.ONLY_PAPERS.format(count)] if count else []


def years_in_words(filters: Filters) -> list[str]:
    """The years in force, in words; nothing where any year may answer."""
    first, last = filters.first_year, filters.last_year
    if first and last:
        return [texts.YEARS.format(first, last)]
    return [texts.SINCE.format(first)] if first else [texts.UNTIL.format(last)] if last else []
