"""Every file of an index in every way of damage; `make torture`."""

from __future__ import annotations

import pytest
from test_killed_ingests import told_by

pytestmark = pytest.mark.torture


def test_every_file_damaged_in_every_way_is_found_and_made_again() -> None:
    found = told_by("damaging.py")
    columns = list(found["table"]["noise"])
    print(f"\n| damage | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for name, row in found["table"].items():
        print(f"| {name} | {' | '.join(str(row[column]) for column in columns)} |")
    assert found["faults"] == []
