"""An assistant put to a whole question set, and the figures over all of its answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, mean, median
from typing import Any, Protocol

from rich.table import Table

from assistant.answers import Answer
from assistant.conversation import Conversation
from assistant.evaluation.question_sets import LIST, KnownQuestion
from assistant.evaluation.scoring import Score, score_answer

OVERALL = "all"


class Answerer(Protocol):
    """Whatever answers questions; the Assistant is one."""

    def ask(self, question: str, conversation: Conversation) -> Answer:
        """The complete answer to a question that was asked in this conversation."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures over some answers; shares are between 0 and 1, and None where nothing could be measured.

    - citation_recall: claims that are carried by what they cite, of all claims
    - citation_precision: claims that are carried by what they cite, of those that cite something
    - abstention_precision: abstentions that were right, of all (where answering too is right, none is counted)
    - abstention_recall: questions without an answer that were met by an abstention
    - refused: questions with an answer that were met by an abstention
    - list_recall, list_precision: means over the lists; counted: lists that name a right number of papers
    - words: the median length of an answer; seconds: the median time to it
    - dangling: markers that lead nowhere, altogether
    """

    questions: int
    passed: float
    strict: float
    citation_recall: float | None
    citation_precision: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    refused: float | None
    list_recall: float | None
    list_precision: float | None
    counted: float | None
    words: float
    seconds: float
    dangling: int

    def as_dict(self) -> dict[str, float | None]:
        """The figures by their names; the share of right answers is "pass", which cannot be a name in Python."""
        return {"pass" if name == "passed" else name: value for name, value in asdict(self).items()}


# How the columns of the table are headed, in order; the other figures stand in the JSON.
_COLUMNS = {
    "questions": "n",
    "passed": "pass",
    "strict": "strict",
    "citation_recall": "cite R",
    "citation_precision": "cite P",
    "abstention_precision": "abst P",
    "abstention_recall": "abst R",
    "refused": "refused",
    "list_recall": "list R",
    "list_precision": "list P",
    "words": "words",
    "seconds": "seconds",
}


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """The score of every question, from which all figures are taken."""

    scores: tuple[Score, ...]

    @property
    def passed(self) -> float:
        """The headline: the mean of the kinds' shares of right answers, so that a large kind weighs no more."""
        return _mean_of_kinds(self.scores, lambda score: score.passed)

    @property
    def strict(self) -> float:
        """The same for answers that are right, clean and brief."""
        return _mean_of_kinds(self.scores, lambda score: score.strict)

    def groups(self) -> dict[str, Figures]:
        """The figures by kind ("fact:named", "list", …), and over all questions at the end."""
        kinds = _grouped(self.scores, lambda question: question.group)
        return {name: figures_of(scores) for name, scores in [*kinds.items(), (OVERALL, self.scores)]}

    def fields(self) -> dict[str, Figures]:
        """The figures by field of science, for a set whose questions name theirs; without those that name none."""
        fields = _grouped(self.scores, lambda question: question.field)
        return {name: figures_of(scores) for name, scores in fields.items() if name}

    def failures(self) -> tuple[Score, ...]:
        """The questions that were not answered right."""
        return tuple(score for score in self.scores if not score.passed)

    def as_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        return {
            "pass": self.passed,
            "strict": self.strict,
            "groups": {name: figures.as_dict() for name, figures in self.groups().items()},
            "fields": {name: figures.as_dict() for name, figures in self.fields().items()},
            "questions": [_row(score) for score in self.scores],
        }

    def figures(self) -> dict[str, float]:
        """The figures that are worth comparing with last time's, under names such as "list pass".

        Times are left out: they tell more of what else the machine was doing.
        """
        flat = {"pass": self.passed, "strict": self.strict}
        for group, figures in self.groups().items():
            known = figures.as_dict().items()
            flat |= {f"{group} {name}": value for name, value in known if value is not None and name != "seconds"}
        for field, figures in self.fields().items():
            flat |= {f"{field} pass": figures.passed, f"{field} strict": figures.strict}
        return flat

    def table(self, title: str = "Answers", width: int | None = None) -> Table:
        """The figures by kind and by field for a terminal; columns that do not fit into `width` are left out whole."""
        columns = _fitting(width, [*self.groups(), *self.fields()])
        hidden = len(_COLUMNS) - len(columns)
        caption = f"mean of the kinds: pass {self.passed:.3f}, strict {self.strict:.3f}"
        table = Table(
            "kind", title=title, caption=f"{caption}; {hidden} more columns with --json" if hidden else caption
        )
        for column in columns:
            table.add_column(_COLUMNS[column], justify="right", no_wrap=True)
        kinds = self.groups()
        overall = {OVERALL: kinds.pop(OVERALL)}
        for section in (kinds, self.fields(), overall):
            for name, figures in section.items():
                table.add_row(name, *(_shown(getattr(figures, column)) for column in columns))
            table.add_section()
        return table


def evaluate_answers(
    questions: Iterable[KnownQuestion],
    assistant: Answerer,
    ids: Mapping[str, str] | None = None,
    advance: Callable[[Score], object] | None = None,
) -> AnswerReport:
    """Have every conversation of a set and score its last answer; `advance` is called after each.

    `ids` are the set's ids of papers by title, as `ids_by_title` makes them, for an index that has other ids.
    """
    scores: list[Score] = []
    for question in questions:
        answer, seconds = converse(question, assistant)
        scores.append(score_answer(question, answer, ids, seconds))
        if advance:
            advance(scores[-1])
    return AnswerReport(tuple(scores))


def converse(question: KnownQuestion, assistant: Answerer) -> tuple[Answer, float]:
    """The answer to the last turn of a conversation, and the seconds that it took."""
    conversation = Conversation()
    for turn in question.turns[:-1]:
        conversation = conversation.with_turn(turn, assistant.ask(turn, conversation))
    start = time.perf_counter()
    answer = assistant.ask(question.turns[-1], conversation)
    return answer, time.perf_counter() - start


def figures_of(scores: Sequence[Score]) -> Figures:
    """The figures over at least one score."""
    abstained = [score for score in scores if score.abstained and score.question.expect.abstain is not None]
    unanswerable = [score for score in scores if score.question.expect.abstain is True]
    answerable = [score for score in scores if score.question.expect.abstain is False]
    lists = [score for score in scores if score.question.kind == LIST]
    supported = sum(score.tally.supported for score in scores)
    return Figures(
        questions=len(scores),
        passed=fmean(score.passed for score in scores),
        strict=fmean(score.strict for score in scores),
        citation_recall=_share(supported, sum(score.tally.claims for score in scores)),
        citation_precision=_share(supported, sum(score.tally.cited for score in scores)),
        abstention_precision=_share(sum(score.question.expect.abstain is True for score in abstained), len(abstained)),
        abstention_recall=_share(sum(score.abstained for score in unanswerable), len(unanswerable)),
        refused=_share(sum(score.abstained for score in answerable), len(answerable)),
        list_recall=fmean(score.list_recall for score in lists) if lists else None,
        list_precision=fmean(score.list_precision for score in lists) if lists else None,
        counted=_share(sum(score.counted for score in lists), len(lists)),
        words=median(score.words for score in scores),
        seconds=median(score.seconds for score in scores),
        dangling=sum(score.dangling for score in scores),
    )


def _fitting(width: int | None, names: Iterable[str]) -> list[str]:
    """The columns, from the first, that stand beside the widest name in `width` cells; all of them without a width."""
    cells = max(map(len, names)) + len("┃  ┃")
    columns: list[str] = []
    for column, heading in _COLUMNS.items():
        cells += max(len(heading), len("0.00")) + len("  ┃")
        if width is None or cells <= width:
            columns.append(column)
    return columns


def _grouped(scores: Iterable[Score], name_of: Callable[[KnownQuestion], str]) -> dict[str, list[Score]]:
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(name_of(score.question), []).append(score)
    return dict(sorted(groups.items()))


def _mean_of_kinds(scores: Iterable[Score], is_right: Callable[[Score], bool]) -> float:
    kinds: dict[str, list[bool]] = {}
    for score in scores:
        kinds.setdefault(score.question.kind, []).append(is_right(score))
    return mean(mean(rights) for rights in kinds.values()) if kinds else 0.0


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"


def _row(score: Score) -> dict[str, Any]:
    """One question for JSON: enough to see why it failed."""
    return {
        "id": score.question.id,
        "kind": score.question.group,
        "field": score.question.field,
        "pass": score.passed,
        "strict": score.strict,
        "hit": score.hit,
        "factual": score.factual,
        "clean": score.clean,
        "safe": score.safe,
        "abstained": score.abstained,
        "cited": sorted(score.cited),
        "words": score.words,
        "seconds": score.seconds,
    }
