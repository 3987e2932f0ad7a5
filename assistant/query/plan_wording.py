"""The condition of a query plan in plain words, as an answer says it: "by Max Lam, since 2023"."""

from __future__ import annotations

from datetime import datetime

from assistant.query.plan import (
    Added,
    And,
    Available,
    Condition,
    Facet,
    Identifier,
    Leaf,
    Mention,
    Not,
    Or,
    Shown,
    Subject,
    Years,
)


def described(condition: Condition) -> str:
    """A condition in plain words: "by Max Lam, since 2023, and not mentioning BERT"."""
    match condition:
        case And(parts):
            return ", ".join(_bracketed(part, Or) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part, And) for part in parts)
        case Not(part):
            return _negated(part)
        case _:
            return _described_leaf(condition)


def _bracketed(condition: Condition, *kinds: type) -> str:
    text = described(condition)
    return f"({text})" if isinstance(condition, kinds) else text


def _negated(condition: Condition) -> str:
    match condition:
        case Mention(name, verb):
            return f"that do not {verb} “{name}”"
        case Available(what):
            return f"without {what} that they give"
        case _:
            return f"not {_bracketed(condition, And, Or)}"


def _described_leaf(leaf: Leaf) -> str:
    if isinstance(leaf, Years | Added):
        return described_years(leaf) if isinstance(leaf, Years) else described_added(leaf)
    if isinstance(leaf, Shown):
        return f"of the {len(leaf.paper_ids)} shown" + (f" ({leaf.label})" if leaf.label else "")
    if isinstance(leaf, Mention):
        return f"that {leaf.verb} “{leaf.name}”"
    if isinstance(leaf, Facet):
        return f"marked “{leaf.label or leaf.value}”"
    if isinstance(leaf, Available):
        return f"with {leaf.what}"
    words = leaf.text if isinstance(leaf, Identifier | Subject) else leaf.name
    return _PREPOSITIONS[leaf.type].format(words)


_PREPOSITIONS = {
    "author": "by {}",
    "venue": "published in {}",
    "kind": "of the kind “{}”",
    "category": "of category {}",
    "identifier": "with the id {}",
    "subject": "about {}",
}


def described_years(years: Years) -> str:
    """Years in plain words: "from 2021", "since 2023", "before 2016", "from 2019 to 2021"."""
    if years.first is None:
        return "of any year" if years.last is None else f"before {years.last + 1}"
    if years.last is None:
        return f"since {years.first}"
    return f"from {years.first}" + (f" to {years.last}" if years.last != years.first else "")


def described_added(added: Added) -> str:
    """A time of adding in plain words: "added since 20 November 2026 (UTC)", "added last"."""
    if added.is_latest:
        return "added last"
    first, last = (_day(moment) if moment else "" for moment in (added.first, added.last))
    if not first and not last:
        return "whose date of adding is kept"
    span = f"since {first}" if not last else f"until {last}" if not first else f"from {first} to {last}"
    return f"added {f'on {first}' if first == last else span} (UTC)"


def _day(moment: str) -> str:
    said = datetime.fromisoformat(moment)
    clock = f" {said:%H:%M}" if "T" in moment else ""
    return f"{said.day} {said:%B %Y}{clock}"
