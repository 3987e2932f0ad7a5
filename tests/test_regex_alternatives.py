"""Word lists belong in lexicons: how many alternatives the regular expressions in the code have, and the most they may.

Counted is every `|` in a string that is given to `re`, or kept in a constant, under `assistant/` and `ingest/`. Version
0.1.0 had 2,015. What remains should be grammar of text: markers, LaTeX, numbers, identifiers.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
# Only ever lowered.
CEILING = 746
# A bar between two letters, signs or groups is an alternative; one in a sentence of prose has spaces around it.
_BAR = re.compile(r"(?<=[\w)\]?*+\\.}\"'])\|(?=[\w(\[\\^?\"'])")


def alternatives_in(path: Path) -> int:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings
    ]
    return sum(len(_BAR.findall(text)) for text in texts)


def test_regular_expressions_hold_no_word_lists() -> None:
    counts = {
        path.relative_to(REPOSITORY).as_posix(): alternatives_in(path)
        for part in ("assistant", "ingest")
        for path in (REPOSITORY / part).rglob("*.py")
    }
    total = sum(counts.values())
    most = sorted(((count, name) for name, count in counts.items() if count), reverse=True)
    print(f"{total} alternatives", *(f"{count:5} {name}" for count, name in most[:15]), sep="\n")
    assert total <= CEILING
