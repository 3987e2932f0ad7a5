"""The command line: what it prints where, and that whatever a user gets wrong is one line that says the mend."""

from __future__ import annotations

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from counting_embedder import CountingEmbedder
from typer.testing import CliRunner, Result

from ingest import __main__ as main
from ingest.index.records import paper_to_json
from ingest.index.snapshots import writer_lock
from ingest.papers import Paper

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test begins in an empty folder, where the index will be `index`, with a model that costs nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(main, "_embedder", CountingEmbedder)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def ingest(*arguments: str | Path, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(main.cli, [str(argument) for argument in arguments], input=stdin)
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def report(*arguments: str | Path, stdin: bytes = b"") -> dict[str, Any]:
    return dict(json.loads(ingest(*arguments, "--json", stdin=stdin).stdout))


def papers_file(name: str, *numbers: int, **changes: object) -> Path:
    """A file of our own records."""
    papers = [Paper(f"p{n}", f"Title {n}", **({"abstract": f"About {n}."} | changes)) for n in numbers]
    path = Path(name)
    path.write_text("".join(paper_to_json(paper) + "\n" for paper in papers))
    return path


def listed(*options: str | Path) -> list[str]:
    return [entry["id"] for entry in json.loads(ingest("list", "--json", *options).stdout)]


def test_a_file_goes_in() -> None:
    result = ingest(papers_file("a.jsonl", 1, 2))
    assert result.exit_code == 0
    assert result.stdout.startswith("2 added; index holds 2 papers")
    assert listed() == ["p1", "p2"]


def test_without_a_source_the_bundled_papers_go_in() -> None:
    assert len(report()["added"]) == 41


def test_several_sources_go_in_together() -> None:
    with gzip.open("b.jsonl.gz", "wb") as packed:
        packed.write(papers_file("b.jsonl", 2, 3).read_bytes())
    done = report(papers_file("a.jsonl", 1), "b.jsonl.gz", "-", stdin=papers_file("c.jsonl", 4).read_bytes())
    assert done["added"] == ["p1", "p2", "p3", "p4"]


def test_the_report_has_just_the_fields_that_are_promised() -> None:
    ingest(papers_file("a.jsonl", 1, 2))
    Path("b.jsonl").write_text(papers_file("a2.jsonl", 1, 3).read_text() + "{broken\n")
    done = report("b.jsonl")
    assert done.pop("seconds") > 0
    refused = done.pop("refused")
    assert (done.pop("merged"), done.pop("kept_out")) == ([], [])
    assert done == {"added": ["p3"], "updated": [], "unchanged": ["p1"], "removed": [], "papers": 3, "passages": 3}
    assert [(each["source"], each["line"]) for each in refused] == [("b.jsonl", 3)]
    assert "broken" in refused[0]["reason"]


def test_a_refused_record_shows_in_the_exit_status_and_the_rest_goes_in() -> None:
    papers_file("a.jsonl", 1)
    with Path("a.jsonl").open("a") as file:
        file.write('{"title": "No abstract"}\n')
    result = ingest("a.jsonl")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("a.jsonl:2: no abstract")
    assert result.stdout.startswith("1 added, 1 refused")


def test_many_refusals_are_told_in_few_lines() -> None:
    Path("a.jsonl").write_text(papers_file("b.jsonl", 1).read_text() + "{}\n" * 100)
    lines = ingest("a.jsonl").stderr.splitlines()
    assert len(lines) < 30
    assert "80 more" in lines[-1]


def test_a_source_that_cannot_be_read_does_not_keep_the_others_out() -> None:
    result = ingest("nowhere.jsonl", papers_file("a.jsonl", 1))
    assert result.exit_code == 1
    assert "nowhere.jsonl: there is no such file" in result.stderr
    assert listed() == ["p1"]


def test_pruning_removes_the_others() -> None:
    ingest(papers_file("a.jsonl", 1, 2, 3))
    assert report(papers_file("b.jsonl", 2), "--prune")["removed"] == ["p1", "p3"]


@pytest.mark.parametrize("before", [True, False])
def test_papers_are_removed_by_id(before: bool) -> None:
    ingest(papers_file("a.jsonl", 1, 2, 3), "--index", "other")
    options = ["--index", "other"]
    words = ["remove", "p1", "p3"]
    assert report(*(options + words if before else words + options))["removed"] == ["p1", "p3"]
    assert listed("--index", "other") == ["p2"]


def test_an_unknown_id_is_told() -> None:
    ingest(papers_file("a.jsonl", 1))
    result = ingest("remove", "nope")
    assert (result.exit_code, result.stderr) == (1, "no paper 'nope' in index\n")


def test_a_file_may_be_called_like_a_command() -> None:
    papers_file("list", 1)
    assert report("./list")["added"] == ["p1"]


def test_the_list_for_people_has_ids_and_titles() -> None:
    ingest(papers_file("a.jsonl", 1, 2))
    lines = ingest("list").stdout.splitlines()
    assert len(lines) == 3
    assert "p1" in lines[1]
    assert "Title 1" in lines[1]


def test_the_list_never_reads_markup_from_papers() -> None:
    Path("a.jsonl").write_text(json.dumps({"id": "p1", "title": "[bold]Loud[/bold] [/nothing]", "abstract": "Text."}))
    ingest("a.jsonl")
    assert "[bold]Loud[/bold] [/nothing]" in ingest("list").stdout


def test_the_index_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_INDEX", "elsewhere")
    ingest(papers_file("a.jsonl", 1))
    assert Path("elsewhere", "manifest.json").is_file()


def test_another_model_needs_a_rebuild_which_keeps_the_papers() -> None:
    ingest(papers_file("a.jsonl", 1))
    result = ingest(papers_file("b.jsonl", 2), "--model", "other")
    assert result.exit_code == 1
    assert "--rebuild" in result.stderr
    assert report("--model", "other", "--rebuild")["added"] == ["p1"]
    assert report("b.jsonl", "--model", "other")["added"] == ["p2"]


def test_rebuilding_and_pruning_leaves_only_the_sources() -> None:
    ingest(papers_file("a.jsonl", 1))
    ingest(papers_file("b.jsonl", 2), "--rebuild", "--prune")
    assert listed() == ["p2"]


def test_upgrading_rebuilds_only_what_is_outdated() -> None:
    ingest(papers_file("a.jsonl", 1))
    assert report("a.jsonl", "--upgrade")["unchanged"] == ["p1"]
    assert report("a.jsonl", "--upgrade", "--model", "other")["added"] == ["p1"]
    assert report("a.jsonl", "--upgrade", "--index", "new")["added"] == ["p1"]


def test_help_names_every_command_and_option() -> None:
    assert all(word in ingest("--help").stdout for word in ("add", "remove", "list"))
    told = ingest("add", "--help").stdout
    assert all(option in told for option in ("--index", "--format", "--prune", "--rebuild", "--json", "--model"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.jsonl", b"", "is empty"),
        ("blank.jsonl", b"\n \n", "is empty"),
        ("binary.dat", bytes(range(256)) * 8, "binary"),
        ("paper.pdf", b"%PDF-1.7 \x00\x01", "PDF"),
        ("dateless.txt", b"A title\n\nA long abstract without any date above it.\n", "date"),
        ("folder", None, "is a folder"),
        ("missing.jsonl", None, "no such file"),
    ],
)
def test_a_wrong_file_is_one_line_and_makes_no_index(name: str, content: bytes | None, told: str) -> None:
    if name == "folder":
        Path(name).mkdir()
    elif content is not None:
        Path(name).write_bytes(content)
    result = ingest(name)
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert name in line
    assert told in line
    assert not Path("index").exists()


def break_manifest() -> None:
    Path("index", "manifest.json").write_text("not JSON")


def cut_database() -> None:
    database = next(Path("index").rglob("chroma.sqlite3"))
    os.truncate(database, database.stat().st_size // 2)


def put_file_in_its_place() -> None:
    Path("index").rename("away")
    Path("index").write_text("a file")


@pytest.mark.parametrize(
    ("harm", "told", "command"),
    [
        (cut_database, "python -m ingest repair", ["a.jsonl"]),
        (cut_database, "python -m ingest repair", ["remove", "p1"]),
        (put_file_in_its_place, "--index", ["a.jsonl"]),
        (put_file_in_its_place, "--index", ["remove", "p1"]),
        (put_file_in_its_place, "--index", ["list"]),
    ],
)
def test_a_harmed_index_is_one_line_that_says_the_mend(harm: Any, told: str, command: list[str]) -> None:
    ingest(papers_file("a.jsonl", 1))
    harm()
    result = ingest(*command)
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert told in line
    assert result.stdout == ""


def test_a_damaged_database_does_not_hide_the_papers() -> None:
    ingest(papers_file("a.jsonl", 1))
    cut_database()
    assert listed() == ["p1"]


def test_without_sources_nothing_is_put_among_papers_whose_manifest_is_lost() -> None:
    ingest(papers_file("a.jsonl", 1))
    for path in Path("index").glob("manifest*"):
        path.unlink()
    assert ingest().exit_code == 0
    assert listed() == ["p1"]


def test_what_is_damaged_is_found_and_repaired() -> None:
    ingest(papers_file("a.jsonl", 1))
    assert ingest("check").exit_code == 0
    cut_database()
    found = ingest("check")
    assert found.exit_code == 1
    assert "chroma.sqlite3 is cut short" in found.stdout
    assert ingest("repair").exit_code == 0
    assert ingest("check").exit_code == 0


def test_an_index_goes_elsewhere_in_one_file() -> None:
    ingest(papers_file("a.jsonl", 1))
    assert ingest("export", "backup.zip").exit_code == 0
    assert ingest("import", "backup.zip", "--index", "there").exit_code == 0
    assert "p1" in ingest("list", "--index", "there").stdout


@pytest.mark.parametrize("harm", [break_manifest, cut_database])
def test_a_harmed_index_is_mended_as_it_is_told(harm: Any) -> None:
    ingest(papers_file("a.jsonl", 1))
    harm()
    ingest("a.jsonl", "--rebuild")
    assert listed() == ["p1"]


@pytest.mark.parametrize("command", [["list"], ["remove", "p1"]])
def test_no_index_is_one_line(command: list[str]) -> None:
    result = ingest(*command)
    assert (result.exit_code, result.stderr) == (
        1,
        "ingest: no index at index: make one with `python -m ingest --index index`\n",
    )


def test_a_second_writer_is_told_to_wait() -> None:
    ingest(papers_file("a.jsonl", 1))
    with writer_lock(Path("index")):
        result = ingest(papers_file("b.jsonl", 2))
    assert result.exit_code == 1
    assert result.stderr == "ingest: another process is writing to index: try again when it is done\n"


def test_an_unknown_format_or_option_is_told() -> None:
    assert "there is no format “word”" in ingest(papers_file("a.jsonl", 1), "--format", "word").stderr
    assert ingest("--nonsense").exit_code == 2


def test_ctrl_c_is_one_line_and_the_next_run_completes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(CountingEmbedder):
        def count_tokens(self, text: str) -> int:
            raise KeyboardInterrupt

    ingest(papers_file("a.jsonl", 1))
    monkeypatch.setattr(main, "_embedder", Interrupted)
    result = ingest(papers_file("b.jsonl", 2))
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1].startswith("ingest: interrupted")
    monkeypatch.setattr(main, "_embedder", CountingEmbedder)
    assert listed() == ["p1"]
    assert report("b.jsonl")["added"] == ["p2"]


# What a shell runs in the background, as it may run our tests, ignores Ctrl-C, and so do its children.
HEEDING_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("ingest", run_name="__main__")
"""


@pytest.mark.slow
@pytest.mark.parametrize("told_to_stop", [signal.SIGINT, signal.SIGTERM])
def test_the_real_command_on_a_terminal_and_ctrl_c(in_a_folder_of_its_own: Path, told_to_stop: int) -> None:
    """The real model, a real terminal with its bar, and a real signal while it embeds."""
    abstract = "We teach a model to write music from words, and it does so at length. " * 12
    papers_file("many.jsonl", *range(2_000), abstract=abstract)
    terminal, its_end = pty.openpty()
    command = [
        sys.executable,
        "-c",
        HEEDING_CTRL_C,
        in_a_folder_of_its_own / "many.jsonl",
        "--index",
        Path("i").absolute(),
    ]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=its_end, stderr=its_end) as process:
        os.close(its_end)
        shown = read_until(terminal, "0/2000")
        process.send_signal(told_to_stop)
        shown += read_until(terminal, "goes on from there")
        assert process.wait(60) == 130
    os.close(terminal)
    assert "Traceback" not in shown
    assert "Loading weights" not in shown
    assert not list(Path("i").glob("draft-*"))


def read_until(terminal: int, words: str) -> str:
    shown = ""
    while words not in shown:
        shown += os.read(terminal, 4096).decode("utf-8", "replace")
    return shown


def test_sync_brings_every_source_up_to_date() -> None:
    one, other = papers_file("a.jsonl", 1, 2), papers_file("b.jsonl", 2, 3)
    ingest(one)
    ingest(other)
    papers_file("a.jsonl", 2, 4)
    told = report("sync")
    assert (told["added"], told["removed"], sorted(listed())) == (["p4"], ["p1"], ["p2", "p3", "p4"])
    papers_file("b.jsonl", 3)
    assert report("sync")["removed"] == []  # the other file still has it
    papers_file("a.jsonl", 4)
    assert report("sync")["removed"] == ["p2"]


def test_sync_takes_nothing_away_for_a_source_that_is_not_whole() -> None:
    path = papers_file("a.jsonl", 1, 2)
    ingest(path)
    path.write_text(path.read_text().splitlines()[0] + '\n{"title": "Title 2", "abstr')
    assert report("sync")["removed"] == []
    path.unlink()
    assert report("sync")["removed"] == []
    assert listed() == ["p1", "p2"]


def test_sync_leaves_what_came_by_other_ways() -> None:
    ingest("-", "--format", "jsonl", stdin=papers_file("a.jsonl", 1).read_bytes())
    assert "remembers no source" in ingest("sync").stderr
    path = papers_file("a.jsonl", 1, 2)
    ingest(path)
    papers_file("a.jsonl", 3)
    assert report("sync")["removed"] == ["p2"]
    assert listed() == ["p1", "p3"]


def test_pruning_forgets_the_other_sources() -> None:
    ingest(papers_file("a.jsonl", 1))
    ingest("--prune", papers_file("b.jsonl", 2))
    assert report("sync")["added"] == []
    assert listed() == ["p2"]


def test_a_removed_paper_stays_out_of_a_sync_until_it_is_restored() -> None:
    ingest(papers_file("a.jsonl", 1, 2))
    ingest("remove", "p2")
    synced = ingest("sync")
    assert "1 paper that was removed stays out: p2" in synced.stderr
    assert "ingest restore" in synced.stderr
    assert listed() == ["p1"]
    assert "p2  Title 2" in ingest("restore").stdout
    assert ingest("restore", "p2").exit_code == 0
    ingest("sync")
    assert listed() == ["p1", "p2"]


def test_what_was_not_removed_cannot_be_restored() -> None:
    ingest(papers_file("a.jsonl", 1))
    result = ingest("restore", "p1")
    assert (result.exit_code, result.stderr) == (1, "no paper 'p1' was removed from index\n")


def test_the_list_tells_when_papers_were_added() -> None:
    ingest(papers_file("a.jsonl", 1))
    (entry,) = json.loads(ingest("list", "--json").stdout)
    assert entry["added"].startswith("20") and entry["added"].endswith("+00:00")
