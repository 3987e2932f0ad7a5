"""The house: who may import whom. Read with `ast`, so that an import within a function counts as well."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
MODULES = sorted([REPOSITORY / "app.py", *REPOSITORY.glob("assistant/**/*.py"), *REPOSITORY.glob("ingest/**/*.py")])

# The only places that know these libraries, so that another can take their part by changing those alone.
AT_HOME = {
    "arxiv": ("ingest/sources/arxiv.py",),
    "bibtexparser": ("ingest/sources/bibtex.py",),
    "bm25s": ("ingest/text/terms.py",),  # its stop words
    "chromadb": ("ingest/index/",),
    "gradio": ("app.py", "assistant/ui/"),
    "langchain": ("assistant/backends/", "assistant/langchain.py"),
    "langchain_anthropic": ("assistant/backends/",),
    "langchain_core": ("assistant/backends/", "assistant/langchain.py"),
    "langchain_openai": ("assistant/backends/",),
    "llama_cpp": ("assistant/backends/",),
    "openai": ("assistant/backends/",),
    "sentence_transformers": ("assistant/verification/nli.py", "ingest/embedding/sentence_transformer.py"),
}
# Later parts know earlier ones, never the other way round.
MAY_NOT_IMPORT = {"ingest": {"assistant", "app"}, "assistant": {"app"}}
# Rooms of the assistant that the later ones stand on: none of them may know who joins them, or who shows what they made.
_JOINS_AND_SHOWS = ("answering", "generation", "ui", "commands", "export", "evaluation", "langchain")
ROOM_MAY_NOT_IMPORT = {
    "assistant/query/": (*_JOINS_AND_SHOWS, "retrieval", "composition", "verification"),
    "assistant/retrieval/": (*_JOINS_AND_SHOWS, "composition", "verification", "backends"),
    "assistant/composition/": (*_JOINS_AND_SHOWS, "verification", "backends"),
    "assistant/verification/": (*_JOINS_AND_SHOWS, "composition", "retrieval", "query", "backends"),
    "assistant/backends/": (*_JOINS_AND_SHOWS, "composition", "verification", "retrieval", "query"),
    "assistant/generation/": tuple(room for room in _JOINS_AND_SHOWS if room != "generation"),
    "assistant/export/": ("ui", "commands", "answering"),
    "assistant/evaluation/": ("ui", "commands"),
}
# The same for ingest: what a paper's text is cut, embedded and read by knows nothing of where it is kept.
INGEST_ROOM_MAY_NOT_IMPORT = {
    "ingest/text/": ("embedding", "extraction", "index", "sources", "pipeline"),
    "ingest/sources/": ("embedding", "extraction", "index", "pipeline"),
    "ingest/embedding/": ("extraction", "index", "sources", "pipeline"),
    "ingest/extraction/": ("index", "sources", "pipeline"),
    "ingest/index/": ("sources", "pipeline"),
}
LONGEST_MODULE = 400
DRAWERS = {"utils", "helpers", "common", "misc"}


def name_of(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def imported_by(path: Path) -> Iterator[str]:
    """The full name of every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} has a relative import; write the full name"
            yield node.module or ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_it_may(path: Path) -> None:
    name = name_of(path)
    forbidden = MAY_NOT_IMPORT.get(name.split("/")[0], set())
    for module in imported_by(path):
        library = module.split(".")[0]
        assert library not in forbidden, f"{name} imports {module}, against the arrow app → assistant → ingest"
        homes = AT_HOME.get(library, (name,))
        assert name.startswith(homes), f"{name} imports {module}, which only {' and '.join(homes)} may"


@pytest.mark.parametrize(("room", "others"), (ROOM_MAY_NOT_IMPORT | INGEST_ROOM_MAY_NOT_IMPORT).items())
def test_a_room_knows_only_rooms_before_it(room: str, others: tuple[str, ...]) -> None:
    forbidden = tuple(f"{room.split('/', maxsplit=1)[0]}.{other}" for other in others)
    for path in (path for path in MODULES if name_of(path).startswith(room)):
        against = [module for module in imported_by(path) if f"{module}.".startswith(tuple(f"{f}." for f in forbidden))]
        assert not against, f"{name_of(path)} imports {against[0]}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE


def test_no_module_imports_itself_round_a_circle() -> None:
    graph = {
        _module(path): {each for each in imported_by(path) if each.startswith(("assistant", "ingest"))}
        for path in MODULES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " → ".join((*above, module))
        if module not in done:
            for other in graph.get(module, ()):
                visit(other, (*above, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def _module(path: Path) -> str:
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_a_backend_can_do_is_said_by_its_fields(path: Path) -> None:
    """No class is asked for: whatever answers `write` is a backend."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            kinds = {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
            assert not {kind for kind in kinds if kind.endswith("Backend")}, f"{name_of(path)}:{node.lineno}"


def test_there_is_no_drawer_of_odds_and_ends() -> None:
    assert {path.stem for path in MODULES} & DRAWERS == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), f"{name_of(path)} has no docstring"


@pytest.mark.parametrize("command", [["-m", "ingest", "--help"], ["-m", "ingest", "nowhere.jsonl"]])
def test_help_and_a_wrong_path_load_no_model(command: list[str]) -> None:
    code = "import runpy, sys; sys.argv = ['ingest', *sys.argv[1:]]\n" + (
        "try:\n    runpy.run_module('ingest', run_name='__main__')\n"
        "finally:\n    print('loaded:', *({'torch', 'chromadb', 'gradio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command[2:]], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_the_lock_names_versions_and_nothing_else() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.]+", pin) for pin in pins)
    assert "torch==2.13.0" in pins
