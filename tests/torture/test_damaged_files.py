"""Every file of an index in every way of damage by `make torture`; a few of each in the slow suite."""

from __future__ import annotations

from typing import Any

import pytest
from test_killed_ingests import told_by

# One pair of a file and a damage in so many, in the slow suite: prime, so that each damage meets other files.
SHARE = 41


@pytest.mark.slow
def test_some_files_damaged_in_every_way_are_found_and_made_again() -> None:
    assert told_by("damaging.py", SHARE)["faults"] == []


@pytest.mark.torture
def test_every_file_damaged_in_every_way_is_found_and_made_again() -> None:
    found = told_by("damaging.py")
    show(found)
    assert found["faults"] == []


def show(found: dict[str, Any]) -> None:
    """The table: file by kind of damage, how many were found, told to a reader, and repaired, of how many."""
    names = list(dict.fromkeys(name for row in found["table"].values() for name in row))
    print("\nfound by check / told to a reader / repaired and as it was, of how many files\n")
    print(f"| file | {' | '.join(names)} | the line |\n|{'---|' * (len(names) + 2)}")
    for file, row in found["table"].items():
        cells = [_cell(row[name]) if name in row else "–" for name in names]
        print(f"| {file} | {' | '.join(cells)} | {found['lines'][file]} |")
    died = sum(cell["reader died of a signal"] for row in found["table"].values() for cell in row.values())
    print(f"{sum(cell['files'] for row in found['table'].values() for cell in row.values())} cases, {died} crashes")


def _cell(cell: dict[str, int]) -> str:
    mended = min(cell["repaired"], cell["as it was"])
    return f"{cell['found by check']}/{cell['reader told in a line']}/{mended} of {cell['files']}"
