"""The figures of last time, so that a change that loses is seen.

One small JSON file holds the last figures of each evaluation: {"answers": {"when": …, "figures": {name: value}}}.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from assistant.errors import EvaluationError

HISTORY_NAME = "evaluation.json"

# Smaller differences are noise of rounding, not news.
TOLERANCE = 0.0005

# Last words of the names of figures that should be small, and of those that are neither good nor bad.
_LOWER_IS_BETTER = {"words", "refused", "dangling"}
_NEUTRAL = {"questions", "queries", "documents"}


class Verdict(IntEnum):
    """What a change means."""

    LOST = -1
    NEITHER = 0
    WON = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and now; None where it was not measured."""

    name: str
    before: float | None
    after: float | None

    @property
    def delta(self) -> float:
        """How much the figure rose; 0 where there is nothing to compare."""
        return 0.0 if self.before is None or self.after is None else self.after - self.before

    @property
    def verdict(self) -> Verdict:
        """Whether this is better or worse than before."""
        kind = self.name.split()[-1]
        if abs(self.delta) < TOLERANCE or kind in _NEUTRAL:
            return Verdict.NEITHER
        rose_well = (self.delta > 0) != (kind in _LOWER_IS_BETTER)
        return Verdict.WON if rose_well else Verdict.LOST


def last_figures(path: Path, evaluation: str) -> dict[str, float]:
    """The figures that `keep_figures` wrote last; empty if there are none."""
    entry = _read(path).get(evaluation, {})
    return {name: value for name, value in entry.get("figures", {}).items() if isinstance(value, int | float)}


def keep_figures(path: Path, evaluation: str, figures: Mapping[str, float]) -> None:
    """Put these figures in the place of the last ones of this evaluation."""
    kept = _read(path) | {
        evaluation: {"when": datetime.now(UTC).isoformat(timespec="seconds"), "figures": dict(figures)}
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)


def changes_between(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[Change, ...]:
    """Every figure of now, and those of before that are missing now."""
    names = dict.fromkeys([*after, *before])
    return tuple(Change(name, before.get(name), after.get(name)) for name in names)


def losses(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes for the worse, the largest first, each measured against what the figure was."""
    lost = (change for change in changes if change.verdict is Verdict.LOST)
    return tuple(sorted(lost, key=lambda change: -abs(change.delta / (change.before or TOLERANCE))))


def changes_table(changes: Iterable[Change], title: str = "Since last time") -> Table:
    """The figures that changed, for a terminal: losses red, gains green."""
    table = Table("figure", title=title)
    for heading in ("before", "now", "change"):
        table.add_column(heading, justify="right")
    for change in changes:
        if change.before is None or change.after is None or abs(change.delta) >= TOLERANCE:
            table.add_row(change.name, _shown(change.before), _shown(change.after), _delta(change))
    return table


def _delta(change: Change) -> Text:
    styles = {Verdict.LOST: "bold red", Verdict.WON: "green", Verdict.NEITHER: ""}
    known = change.before is not None and change.after is not None
    return Text(f"{change.delta:+.3f}" if known else "", style=styles[change.verdict])


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} cannot be read as the last figures; delete it to start anew") from error
    if not isinstance(kept, dict) or not all(isinstance(entry, dict) for entry in kept.values()):
        raise EvaluationError(f"{path} does not hold figures of evaluations; delete it to start anew")
    return kept
