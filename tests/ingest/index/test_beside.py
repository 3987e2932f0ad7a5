"""What stands beside the manifest is kept twice: any one damage is found, read past and made good."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import IndexStoreError
from ingest.index.beside import (
    ARRIVALS_NAME,
    BESIDE,
    COPIES,
    LEDGER_NAME,
    REMOVALS_NAME,
    SET_ASIDE,
    append_lines,
    damages_beside,
    even_out,
    read_lines,
    write_lines,
)

LINES = {
    LEDGER_NAME: (b'[{"location": "/a.bib"}]',),
    ARRIVALS_NAME: tuple(b'{"added": "2026-0%d", "run": "r", "papers": ["p"]}' % n for n in range(1, 8)),
    REMOVALS_NAME: (b"[]",),
}


def cut_at(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)


def cut_after_a_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"cut at {share:.0%}": cut_at(share) for share in (0.0, 0.25, 0.5, 0.75, 0.99)},
    "cut after a line": cut_after_a_line,
    "deleted": Path.unlink,
    "noise": lambda path: path.write_bytes(random.Random(path.name).randbytes(path.stat().st_size)) and None,
    "one bit": one_bit,
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    for name in (LEDGER_NAME, REMOVALS_NAME):
        write_lines(folder, name, LINES[name])
    for line in LINES[ARRIVALS_NAME]:
        append_lines(folder, ARRIVALS_NAME, [line])
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*BESIDE, *(f"{COPIES}/{name}" for name in BESIDE)])
def test_any_one_damage_is_found_and_made_good(whole: Path, tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    DAMAGES[damage](folder / name)
    assert [each.path for each in damages_beside(folder)] == [folder / name]
    assert all(read_lines(folder, each) == LINES[each] for each in BESIDE)
    mended, lost = even_out(folder)
    assert len(mended) == 1 and mended[0].startswith(str(folder / name)) and lost == ()
    assert damages_beside(folder) == ()
    assert all((folder / each).read_bytes() == (whole / each).read_bytes() for each in (*BESIDE, name))


def test_what_is_damaged_twice_is_told_and_never_guessed(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    cut_at(0.5)(folder / ARRIVALS_NAME)
    one_bit(folder / COPIES / ARRIVALS_NAME)
    with pytest.raises(IndexStoreError, match=r"added\.jsonl cannot be read, nor can its copy\): repair it with"):
        read_lines(folder, ARRIVALS_NAME)
    assert even_out(folder) == ((), ())
    assert len(damages_beside(folder)) == 2
    mended, lost = even_out(folder, gives_up=True)
    assert len(mended) == 2 and lost == (
        f"1 line of {folder / ARRIVALS_NAME}, which is set aside as {folder / ARRIVALS_NAME}{SET_ASIDE}",
    )
    left = read_lines(folder, ARRIVALS_NAME)
    assert left is not None and len(left) == 6 and set(left) < set(LINES[ARRIVALS_NAME])
    assert damages_beside(folder) == ()


def test_an_unreadable_line_of_an_older_index_is_told(tmp_path: Path) -> None:
    (tmp_path / ARRIVALS_NAME).write_bytes(b"no arrival\n" + LINES[ARRIVALS_NAME][0] + b"\n")
    assert [str(each) for each in damages_beside(tmp_path)] == [f"{tmp_path / ARRIVALS_NAME} was changed"]
    with pytest.raises(IndexStoreError, match="cannot be read"):
        read_lines(tmp_path, ARRIVALS_NAME)


def test_an_older_index_without_copies_is_whole_and_gets_them_from_the_next_writer(tmp_path: Path) -> None:
    (tmp_path / ARRIVALS_NAME).write_bytes(LINES[ARRIVALS_NAME][0] + b'\n{"added": "20')
    assert damages_beside(tmp_path) == ()
    assert even_out(tmp_path) == ((), ())
    assert (tmp_path / COPIES / ARRIVALS_NAME).exists()
    assert read_lines(tmp_path, ARRIVALS_NAME) == LINES[ARRIVALS_NAME][:1]


@pytest.mark.parametrize("bytes_written", [1, 20])
def test_a_writer_that_is_killed_within_a_line_leaves_no_damage(
    whole: Path, tmp_path: Path, bytes_written: int
) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    with (folder / COPIES / ARRIVALS_NAME).open("ab") as stream:
        stream.write((whole / COPIES / ARRIVALS_NAME).read_bytes()[:bytes_written])
    assert damages_beside(folder) == ()
    even_out(folder)
    append_lines(folder, ARRIVALS_NAME, LINES[ARRIVALS_NAME][:1])
    assert read_lines(folder, ARRIVALS_NAME) == (*LINES[ARRIVALS_NAME], LINES[ARRIVALS_NAME][0])
