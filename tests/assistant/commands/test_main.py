"""The command line, over a real index: what each command prints, and one line for each thing that users do wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from assistant.__main__ import app
from ingest.index.manifest import read_manifest, write_manifest

QUESTION = "What is MeLoDy?"
MELODY = "2305.15719"

SET = [
    {"id": "one", "type": "fact", "turns": [QUESTION], "expect": {"cite_all": [MELODY]}},
    {"id": "two", "type": "fact", "turns": [QUESTION], "expect": {"cite_all": ["no such paper"]}},
]


def run(*words: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], input=typed, env={"COLUMNS": "120"})


def lines_of(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def fails_in_one_line(result: Result, *words: str) -> None:
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("footnote: ")
    assert all(word in line for word in words), line


@pytest.fixture
def own_index(index_folder: Path, tmp_path: Path) -> Path:
    """A copy of the index that may be written to."""
    return Path(shutil.copytree(index_folder, tmp_path / "index"))


@pytest.mark.parametrize(
    "command",
    [
        ["ask"],
        ["chat"],
        ["batch"],
        ["doctor"],
        ["evaluate", "retrieval"],
        ["evaluate", "answers"],
        ["evaluate", "make"],
    ],
)
def test_every_command_explains_itself(command: list[str]) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"footnote {' '.join(command)}" in result.output or f"root {' '.join(command)}" in result.output


def test_an_answer_comes_with_its_sources(index_folder: Path) -> None:
    result = run("ask", QUESTION, "--index", index_folder, "--llm", "extractive")
    assert result.exit_code == 0
    assert "\n> " in result.stdout
    assert "[1]" in result.stdout
    assert f"https://arxiv.org/abs/{MELODY}" in result.stdout


def test_a_question_needs_no_quotation_marks(index_folder: Path) -> None:
    result = run("ask", "--json", "--index", index_folder, "--llm", "extractive", *QUESTION.split())
    assert json.loads(result.stdout)["question"] == QUESTION


def test_an_answer_as_json_says_how_it_came_about(index_folder: Path) -> None:
    record = json.loads(run("ask", QUESTION, "--json", "--index", index_folder, "--llm", "extractive").stdout)
    assert not record["abstained"]
    assert record["backend"] == "extractive"
    assert {citation["paper_id"] for citation in record["citations"]} == {MELODY}
    assert set(record["citations"][0]) == {"number", "paper_id", "title", "quote", "start", "end"}


def test_an_empty_question_is_none(tmp_path: Path) -> None:
    fails_in_one_line(run("ask", " ", "--index", tmp_path), "what is the question")


@pytest.mark.parametrize("command", [["ask", "Why?"], ["chat"], ["evaluate", "make", "made"]])
def test_without_an_index_the_mend_is_told(command: list[str], tmp_path: Path) -> None:
    fails_in_one_line(run(*command, "--index", tmp_path / "none"), "no index", "python -m ingest")


@pytest.mark.parametrize(
    ("maker", "told"),
    [
        ({"model": "OtherLM", "fingerprint": "0" * 64}, "OtherLM"),
        ({"fingerprint": "0" * 64}, "other weights or settings"),
    ],
    ids=["another name", "the same name"],
)
def test_an_index_of_another_model_is_not_searched(own_index: Path, maker: dict[str, str], told: str) -> None:
    manifest = read_manifest(own_index)
    write_manifest(own_index, replace(manifest, **maker))  # type: ignore[arg-type]
    fails_in_one_line(run("ask", QUESTION, "--index", own_index, "--llm", "extractive"), told, "--rebuild")


def test_a_model_that_is_called_otherwise_and_makes_the_same_vectors_may_search(own_index: Path) -> None:
    write_manifest(own_index, replace(read_manifest(own_index), model="the/same-model"))
    assert run("ask", QUESTION, "--index", own_index, "--llm", "extractive").exit_code == 0


def test_an_index_whose_model_has_changed_under_its_name_is_not_searched(own_index: Path) -> None:
    write_manifest(own_index, replace(read_manifest(own_index), fingerprint="0" * 64))
    fails_in_one_line(run("ask", QUESTION, "--index", own_index, "--llm", "extractive"), "was made by")


def test_a_backend_that_does_not_exist_is_told(index_folder: Path) -> None:
    fails_in_one_line(run("ask", QUESTION, "--index", index_folder, "--llm", "openai"), "openai:MODEL")


def test_a_bad_setting_is_told(index_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM_TIMEOUT", "soon")
    fails_in_one_line(run("ask", QUESTION, "--index", index_folder), "FOOTNOTE_LLM_TIMEOUT")


@pytest.mark.slow
def test_nothing_but_the_answer_is_printed(index_folder: Path) -> None:
    command = [sys.executable, "-m", "assistant", "ask", QUESTION, "--index", str(index_folder), "--llm", "extractive"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("**MeLoDy**")


# batch


def test_a_batch_answers_every_turn(index_folder: Path, tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "q.jsonl", {"id": 7, "turns": [QUESTION, "Which papers use diffusion?"]})
    answers = tmp_path / "a.jsonl"
    assert run("batch", questions, answers, "--index", index_folder, "--llm", "extractive").exit_code == 0
    (record,) = map(json.loads, answers.read_text(encoding="utf-8").splitlines())
    assert record["id"] == "7"
    assert [set(reply) for reply in record["replies"]] == [{"text", "abstained", "citations"}] * 2
    assert list(tmp_path.glob("*.part")) == []


def test_a_bad_line_is_told_before_anything_is_done(tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "q.jsonl", {"id": "a", "turns": ["Why?"]}, {"id": "b", "turns": []})
    answers = lines_of(tmp_path / "a.jsonl", "old")
    fails_in_one_line(run("batch", questions, answers), "q.jsonl, line 2")
    assert answers.read_text() == '"old"\n'


@pytest.mark.parametrize("where", ["missing/a.jsonl", "q.jsonl/a.jsonl", "."])
def test_answers_that_cannot_be_written_are_told(where: str, tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "q.jsonl", {"id": "a", "turns": ["Why?"]})
    fails_in_one_line(run("batch", questions, tmp_path / where), "cannot be written")


def test_questions_are_not_written_over(tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "q.jsonl", {"id": "a", "turns": ["Why?"]})
    fails_in_one_line(run("batch", questions, questions), "holds the questions")


def test_questions_that_are_not_there_are_told(tmp_path: Path) -> None:
    fails_in_one_line(run("batch", tmp_path / "none.jsonl", tmp_path / "a.jsonl"), "none.jsonl")


# chat


def test_a_conversation_comes_through_a_pipe(index_folder: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    typed = f"{QUESTION}\n/export {notes}\n"
    result = run("chat", "--index", index_folder, "--llm", "extractive", typed=typed)
    assert (result.exit_code, result.stderr) == (0, "")
    assert QUESTION in notes.read_text(encoding="utf-8")


def test_what_cannot_be_done_is_told_and_the_rest_is_done(index_folder: Path) -> None:
    result = run("chat", "--index", index_folder, "--llm", "extractive", typed=f"/nonsense\n{QUESTION}\n/quit\nmore\n")
    assert result.exit_code == 1
    assert "no command /nonsense" in result.stderr
    assert f"https://arxiv.org/abs/{MELODY}" in result.stdout


# evaluate


def test_answers_are_measured_and_compared_with_last_time(own_index: Path, tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "set.jsonl", *SET)
    command = ["evaluate", "answers", questions, "--index", own_index, "--llm", "extractive"]
    first = json.loads(run(*command, "--json").stdout)
    assert (first["pass"], first["changes"]) == (0.5, [])
    lines_of(questions, SET[1])
    second = run(*command, "--failures")
    assert "worse than last time" in second.stdout
    assert "two" in second.stdout


def test_no_figure_is_cut_in_a_pipe(index_folder: Path, tmp_path: Path) -> None:
    questions = lines_of(tmp_path / "set.jsonl", *SET)
    shown = run("evaluate", "answers", questions, "--index", index_folder, "--llm", "extractive").stdout
    assert "seconds" in shown and "0.50" in shown
    assert "…" not in shown


def test_listed_papers_are_written_for_ingest(tmp_path: Path) -> None:
    lines_of(tmp_path / "corpus.jsonl", {"id": "k1", "title": "Kites", "abstract": "Kites pull."}, {"id": "k2"})
    listed = '[kites]\ncorpus = "corpus.jsonl"\nasked = ["k1"]\nbeside = []\n'
    (tmp_path / "papers.toml").write_text(listed, encoding="utf-8")
    result = run("evaluate", "library", tmp_path / "papers.toml", tmp_path / "made.jsonl")
    assert "holds 1 papers" in result.stdout
    assert json.loads((tmp_path / "made.jsonl").read_text(encoding="utf-8"))["title"] == "Kites"


def test_a_benchmark_is_made_from_the_index(index_folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert run("evaluate", "make", made, "--index", index_folder, "--limit", "20").exit_code == 0
    assert {path.name for path in made.iterdir()} == {"corpus.jsonl", "queries.jsonl", "qrels.tsv", "questions.jsonl"}
    assert len((made / "questions.jsonl").read_text(encoding="utf-8").splitlines()) == 20


def test_somebody_elses_benchmark_is_not_written_over(index_folder: Path, tmp_path: Path) -> None:
    corpus = lines_of(tmp_path / "corpus.jsonl", {"_id": "1", "text": "theirs"})
    fails_in_one_line(run("evaluate", "make", tmp_path, "--index", index_folder), "was not made from an index")
    assert "theirs" in corpus.read_text()


@pytest.mark.parametrize("what", ["retrieval", "answers"])
def test_what_is_to_be_measured_must_be_there(what: str, tmp_path: Path) -> None:
    fails_in_one_line(run("evaluate", what, tmp_path / "none"), "none")


# doctor


def test_the_doctor_finds_all_well(index_folder: Path) -> None:
    result = run("doctor", "--index", index_folder, "--llm", "extractive")
    assert result.exit_code == 0
    assert "✓ index: 41 papers" in result.stdout
    assert "✗" not in result.stdout


def test_the_doctor_says_what_is_amiss_and_its_mend(tmp_path: Path) -> None:
    result = run("doctor", "--index", tmp_path / "none", "--llm", "extractive")
    assert result.exit_code == 1
    assert "✗ index" in result.stdout
    assert "make one with `python -m ingest" in result.stdout


def test_the_doctor_speaks_json(tmp_path: Path) -> None:
    checks = json.loads(run("doctor", "--json", "--index", tmp_path / "none", "--llm", "extractive").stdout)
    assert [check["name"] for check in checks if not check["ok"]] == ["index"]
