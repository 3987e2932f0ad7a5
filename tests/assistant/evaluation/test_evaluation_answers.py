"""Whole question sets: our figures agree with those of the scorer that others use, and say what they should."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from assistant.answers import Answer, Citation, Claim, Support
from assistant.conversation import Conversation
from assistant.evaluation.answer_metrics import AnswerReport, evaluate_answers
from assistant.evaluation.question_sets import Expectation, KnownQuestion, read_questions
from assistant.evaluation.scoring import ids_by_title
from ingest.papers import Paper

ROOT = Path(__file__).resolve().parents[3]
BUNDLED = tuple(
    Paper(id=record["arxiv_id"], title=record["title"], abstract=record["abstract"], arxiv_id=record["arxiv_id"])
    for record in map(json.loads, (ROOT / "ingest/corpus/music.jsonl").read_text(encoding="utf-8").splitlines())
)
MELODY = next(paper for paper in BUNDLED if paper.id == "2305.15719")


@dataclass
class Careless:
    """Answers at random, but never the same nonsense twice: right, wrong, long, dangling, abstaining."""

    chance: random.Random
    questions: dict[str, KnownQuestion]
    said: list[Answer] = field(default_factory=list)

    def ask(self, question: str, conversation: Conversation) -> Answer:
        self.said.append(self._answer(self.questions.get(question)))
        return self.said[-1]

    def _answer(self, known: KnownQuestion | None) -> Answer:
        papers = self._papers(known)
        citations = tuple(self._citation(number, paper) for number, paper in enumerate(papers, start=1))
        marker = self.chance.choice(
            ["".join(f"[{c.number}]" for c in citations), f"[1-{len(papers)}]", "[1, 2]", "[9]"]
        )
        words = self.chance.choice(["So it is", "PWNED **95.7%** `x`", "<mark>word</mark> " * 300, "two " * 600])
        return Answer(f"{words} {marker}.", citations, abstained=self.chance.random() < 0.3)

    def _papers(self, known: KnownQuestion | None) -> Sequence[Paper]:
        wanted = [paper for paper in BUNDLED if known and paper.id in known.expect.cite_all]
        return (wanted if self.chance.random() < 0.7 else []) + self.chance.sample(BUNDLED, self.chance.randint(0, 2))

    def _citation(self, number: int, paper: Paper) -> Citation:
        start = self.chance.choice([0, len(paper.abstract) // 2])
        return Citation(number, paper, paper.abstract[start:], start, len(paper.abstract))


def as_reply(answer: Answer) -> dict[str, Any]:
    """An answer in the format that the other scorer reads."""
    citations = [
        {"number": c.number, "paper_id": c.paper.id, "title": c.paper.title, "quote": c.quote} for c in answer.citations
    ]
    return {"text": answer.text, "abstained": answer.abstained, "citations": citations}


def theirs(scorer: Path, questions: Path, answers: Path, out: Path) -> dict[str, dict[str, Any]]:
    """What the other scorer says about each question."""
    command = [sys.executable, str(scorer), str(questions), str(answers), "--json", str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return {row["id"]: row for row in json.loads(out.read_text(encoding="utf-8"))}


def by_kind(rows: Sequence[tuple[str, bool]]) -> dict[str, float]:
    kinds = defaultdict(list)
    for kind, right in rows:
        kinds[kind].append(right)
    return {kind: sum(rights) / len(rights) for kind, rights in kinds.items()}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("which", ["sample", "own"])
def test_pass_and_strict_agree_with_the_other_scorer(
    which: str, seed: int, sample_questions: Path, scorer: Path, tmp_path: Path
) -> None:
    place = sample_questions if which == "sample" else joined_own_questions(tmp_path)
    questions = read_questions(place)
    careless = Careless(random.Random(seed), {question.turns[-1]: question for question in questions})
    report = evaluate_answers(questions, careless, ids_by_title(BUNDLED))
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(replies(questions, careless.said)), encoding="utf-8")
    rows = theirs(scorer, place, answers, tmp_path / "rows.json")
    ours = {score.question.id: score for score in report.scores}
    for name in ("pass", "strict"):
        attribute = "passed" if name == "pass" else name
        assert [i for i in rows if rows[i][name] != getattr(ours[i], attribute)] == []
        our_kinds = by_kind([(score.question.kind, getattr(score, attribute)) for score in report.scores])
        assert our_kinds == by_kind([(row["type"], row[name]) for row in rows.values()])
    assert {row["pass"] for row in rows.values()} == {True, False}


def replies(questions: Sequence[KnownQuestion], said: Sequence[Answer]) -> Sequence[str]:
    """One line a question, with the reply to each of its turns."""
    answers = iter(said)
    lines = ({"id": q.id, "replies": [as_reply(next(answers)) for _ in q.turns]} for q in questions)
    return [f"{json.dumps(line)}\n" for line in lines]


def joined_own_questions(folder: Path) -> Path:
    joined = folder / "own.jsonl"
    parts = sorted((ROOT / "tests" / "questions").glob("*.jsonl"))
    joined.write_text("".join(part.read_text(encoding="utf-8") for part in parts), encoding="utf-8")
    return joined


@dataclass
class Scripted:
    """Says what it is told to, and remembers how long the conversation was."""

    answers: dict[str, Answer]
    lengths: list[int] = field(default_factory=list)

    def ask(self, question: str, conversation: Conversation) -> Answer:
        self.lengths.append(len(conversation.turns))
        return self.answers.get(question, Answer("Go on."))


def known(kind: str, turn: str, abstain: bool | None = False, **fields: Any) -> KnownQuestion:
    return KnownQuestion(turn, kind, (turn,), Expectation(abstain=abstain, **fields))


CITED = Citation(1, MELODY, MELODY.abstract[:40], 0, 40)
GOOD = Answer("Good [1].", (CITED,), claims=(Claim("Good.", (1,), Support.SUPPORTED),))
WEAK = Answer("Weak [1].", (CITED,), claims=(Claim("Weak.", (1,), Support.UNSUPPORTED), Claim("x", (), Support.PARTLY)))
SILENT = Answer("Nobody says so.", abstained=True)
QUESTIONS = (
    known("fact", "answered", cite_all=frozenset({MELODY.id})),
    known("fact", "refused", cite_all=frozenset({MELODY.id})),
    known("unanswerable", "abstained", abstain=True),
    known("unanswerable", "made up", abstain=True),
    known("list", "half", cite_all=frozenset({MELODY.id, "other"}), count=(2, 2)),
)
SCRIPT = Scripted({"answered": GOOD, "refused": SILENT, "abstained": SILENT, "made up": WEAK, "half": GOOD})


@pytest.fixture(scope="module")
def report() -> AnswerReport:
    return evaluate_answers(QUESTIONS, SCRIPT)


def test_the_headline_weighs_every_kind_the_same(report: AnswerReport) -> None:
    assert report.passed == pytest.approx((1 / 2 + 1 / 2 + 0) / 3)


def test_abstention_citations_and_lists_have_their_own_figures(report: AnswerReport) -> None:
    figures = report.groups()["all"]
    assert (figures.abstention_precision, figures.abstention_recall) == (1 / 2, 1 / 2)
    assert figures.refused == pytest.approx(1 / 3)
    assert figures.citation_recall == pytest.approx(2 / 4)
    assert figures.citation_precision == pytest.approx(2 / 3)
    assert (figures.list_recall, figures.list_precision, figures.counted) == (0.5, 1.0, 0.0)
    assert figures.words == 2


def test_what_could_not_be_measured_is_none(report: AnswerReport) -> None:
    figures = report.groups()["fact"]
    assert figures.list_recall is None and figures.abstention_recall is None


def test_every_turn_but_the_last_makes_the_conversation() -> None:
    script = Scripted({})
    evaluate_answers([KnownQuestion("q", "followup", ("one", "two", "three"), Expectation())], script)
    assert script.lengths == [0, 1, 2]


def test_the_report_is_json_and_a_table(report: AnswerReport) -> None:
    read = json.loads(json.dumps(report.as_dict()))
    assert list(read["groups"]) == ["fact", "list", "unanswerable", "all"]
    assert [row["id"] for row in read["questions"] if not row["pass"]] == ["refused", "made up", "half"]
    console = Console(width=140)
    with console.capture() as shown:
        console.print(report.table())
    assert "unanswerable" in shown.get() and "pass 0.333" in shown.get()


def test_the_figures_to_keep_are_flat_and_without_times(report: AnswerReport) -> None:
    figures = report.figures()
    assert figures["fact pass"] == 0.5 and figures["all questions"] == 5
    assert not any("seconds" in name for name in figures)


def test_failures_are_at_hand_and_progress_is_told() -> None:
    done: list[bool] = []
    report = evaluate_answers(QUESTIONS, SCRIPT, advance=lambda score: done.append(score.passed))
    assert done == [True, False, True, False, False]
    assert [score.question.id for score in report.failures()] == ["refused", "made up", "half"]


def in_field(question: KnownQuestion, name: str) -> KnownQuestion:
    return replace(question, field=name)


def test_a_set_that_names_its_fields_has_figures_for_each() -> None:
    fields = ("vision", "vision", "medicine", "medicine", "")
    questions = [in_field(question, name) for question, name in zip(QUESTIONS, fields, strict=True)]
    report = evaluate_answers(questions, SCRIPT)
    assert {name: figures.passed for name, figures in report.fields().items()} == {"medicine": 0.5, "vision": 0.5}
    assert report.figures()["vision pass"] == 0.5
    with (console := Console(width=140)).capture() as shown:
        console.print(report.table())
    assert "medicine" in shown.get()


@pytest.mark.parametrize("width", range(40, 160, 8))
def test_a_table_leaves_out_whole_columns_rather_than_cut_a_figure(report: AnswerReport, width: int) -> None:
    with (console := Console(width=width)).capture() as shown:
        console.print(report.table(width=width))
    assert "…" not in shown.get()
    assert "unanswerable" in shown.get()
