"""The figures of last time: kept, compared, and a loss is seen for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from assistant.errors import EvaluationError
from assistant.evaluation.history import (
    Change,
    Verdict,
    changes_between,
    changes_table,
    keep_figures,
    last_figures,
    losses,
)


def test_the_last_figures_of_each_evaluation_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "evaluation.json"
    assert last_figures(path, "answers") == {}
    keep_figures(path, "answers", {"passed": 0.5})
    keep_figures(path, "retrieval", {"ndcg@10": 0.7})
    keep_figures(path, "answers", {"passed": 0.6})
    assert last_figures(path, "answers") == {"passed": 0.6}
    assert last_figures(path, "retrieval") == {"ndcg@10": 0.7}


@pytest.mark.parametrize("content", ["{", "[1]", '{"answers": 3}'])
def test_a_broken_file_is_told_with_the_mend(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match="delete it to start anew"):
        last_figures(path, "answers")


@pytest.mark.parametrize(
    ("name", "before", "after", "verdict"),
    [
        ("list passed", 0.8, 0.7, Verdict.LOST),
        ("ndcg@10", 0.72, 0.74, Verdict.WON),
        ("all words", 60, 90, Verdict.LOST),
        ("fact refused", 0.10, 0.02, Verdict.WON),
        ("all questions", 100, 300, Verdict.NEITHER),
        ("passed", 0.7001, 0.7, Verdict.NEITHER),
        ("passed", None, 0.7, Verdict.NEITHER),
    ],
)
def test_better_and_worse_depend_on_the_figure(
    name: str, before: float | None, after: float | None, verdict: Verdict
) -> None:
    assert Change(name, before, after).verdict is verdict


def test_losses_come_first_by_size_and_the_table_shows_what_changed() -> None:
    changes = changes_between(
        {"passed": 0.9, "strict": 0.8, "all words": 50, "gone": 1.0}, {"passed": 0.8, "strict": 0.8, "all words": 51}
    )
    assert [change.name for change in losses(changes)] == ["passed", "all words"]
    console = Console(width=80)
    with console.capture() as shown:
        console.print(changes_table(changes))
    assert "-0.100" in shown.get() and "gone" in shown.get() and "strict" not in shown.get()
