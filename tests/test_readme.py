"""The README says what is so: its settings, its files, its commands and its examples."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assistant.__main__ import app
from assistant.answering import open_assistant
from assistant.settings import Settings, load_settings
from ingest.__main__ import cli
from ingest.sources import works, zotero
from ingest.sources.arxiv import ADDRESS

sys.path.insert(0, str(Path(__file__).parent / "assistant" / "ui"))

from serving import served

REPOSITORY = Path(__file__).parents[1]
PAGE = "http://127.0.0.1:7860"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SHELL = "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE))

# Not of Settings: these are asked by ingest, which knows nothing of the assistant's settings.
ASKED = {
    "FOOTNOTE_CHROMA_URL": "",
    "FOOTNOTE_CHROMA_API_KEY": "",
    "FOOTNOTE_ARXIV_URL": ADDRESS,
    "FOOTNOTE_CROSSREF_URL": works.CROSSREF,
    "FOOTNOTE_OPENALEX_URL": works.OPENALEX_API,
    "FOOTNOTE_ZOTERO_URL": zotero.ADDRESS,
}


def part(heading: str) -> str:
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    named = set(re.findall(r"FOOTNOTE_[A-Z_]+", README))
    assert named == {f"FOOTNOTE_{field.upper()}" for field in Settings.model_fields} | ASKED.keys()


def test_the_defaults_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = dict(re.findall(r"^\| `(FOOTNOTE_\w+)` \| (?:`(.*?)` )?\|", part("Settings"), re.MULTILINE))
    assert {name: rows.pop(name) for name in ASKED} == ASKED
    for name in rows:
        monkeypatch.delenv(name, raising=False)
    given = Settings(
        _env_file=None, **{name[len("FOOTNOTE_") :].lower(): value for name, value in rows.items() if value}
    )  # type: ignore[call-arg]
    assert given == Settings(_env_file=None)  # type: ignore[call-arg]


TOUR = re.findall(r"`([\w/.]+(?:/|\.py))`", part("A tour of the house"))


def test_the_tour_enters_every_room() -> None:
    modules = [*REPOSITORY.glob("assistant/**/*.py"), *REPOSITORY.glob("ingest/**/*.py")]
    rooms = {f"{path.parent.relative_to(REPOSITORY)}/" for path in modules}
    assert rooms - set(TOUR) == set()


def test_what_the_tour_shows_is_there() -> None:
    assert [path for path in TOUR if not (REPOSITORY / path).exists()] == []


def test_every_link_and_picture_is_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []


def test_every_heading_that_is_linked_to_is_there() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.*)$", README, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def test_everything_to_make_can_be_made() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z-]+)", SHELL, re.MULTILINE) + re.findall(
        r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", README
    ):
        assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target


@pytest.mark.parametrize("line", re.findall(r"^(?:footnote|python -m ingest) .*", SHELL, re.MULTILINE))
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)
    program: typer.Typer = app if words[0] == "footnote" else cli
    arguments = words[1:] if words[0] == "footnote" else words[3:]
    options = [word for word in arguments if word.startswith("--")]
    commands = arguments[:2] if arguments[:1] == ["evaluate"] else arguments[:1]
    shown = CliRunner().invoke(
        program, [*(word for word in commands if word.isalpha()), "--help"], env={"COLUMNS": "200"}
    )
    if program is cli and not commands[0].isalpha():
        shown = CliRunner().invoke(cli, ["add", "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, line
    assert all(option in shown.output for option in options), line


@contextmanager
def _page(folder: Path) -> Iterator[str]:
    assistant = open_assistant(load_settings(index=folder, llm="extractive"))
    with closing(assistant.index), served(assistant) as address:
        yield address


@pytest.mark.parametrize("example", PYTHON)
@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # Gradio's queue sets an option of pandas
def test_every_example_runs(
    example: str, index_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setitem(os.environ, "FOOTNOTE_INDEX", str(index_folder))
    monkeypatch.setitem(os.environ, "FOOTNOTE_LLM", "extractive")
    names: dict[str, object] = {}
    with _page(index_folder) if "gradio_client" in example else nullcontext(PAGE) as address:
        exec(compile(example.replace(PAGE, address), "README.md", "exec"), names)
    if "Client" in names:
        assert "Named API endpoints: 5" in capsys.readouterr().out and names["table"]
    if "cite" in names:
        assert "Efficient Neural Music Generation" in capsys.readouterr().out
        (message,) = names["cite"]({"messages": [("user", "What is MeLoDy?")]})["messages"]  # type: ignore[operator]
        assert message.additional_kwargs["citations"]
