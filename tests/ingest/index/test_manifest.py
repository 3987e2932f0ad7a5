from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import IndexMissing, IndexStoreError
from ingest.index.integrity import FileStamp
from ingest.index.manifest import MANIFEST_NAME, Manifest, SegmentEntry, read_manifest, write_manifest

MANIFEST = Manifest(
    model="a/model",
    fingerprint="0123456789abcdef",
    dimensions=3,
    scheme=1001,
    created="2025-01-01T00:00:00+00:00",
    updated="2025-01-02T00:00:00+00:00",
    revision=7,
    papers=2,
    passages=3,
    sentences=9,
    segments=(SegmentEntry("segment-3", 2, 3, 9, True, (FileStamp("a/b.bin", 12, 5, "ab"),), (1,)),),
)


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    write_manifest(tmp_path, replace(MANIFEST, revision=8))
    assert read_manifest(tmp_path).revision == 8
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST_NAME]


def test_a_version_tells_states_apart() -> None:
    assert MANIFEST.version == "a/model/01234567/s1001/r7"
    assert replace(MANIFEST, revision=8).version != MANIFEST.version


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[]", "{}", '{"files": []}', '{"files": 3}', "null", '{"files": [["a"]]}', "\udcff"],
)
def test_what_is_no_manifest_is_told_with_the_mend(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexStoreError, match=r"no manifest.*nothing else is there"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(("field", "value"), [('"papers": 2', '"papers": "2"'), ('"model": ', '"modell": ')])
def test_fields_of_another_kind_or_name_are_no_manifest(tmp_path: Path, field: str, value: str) -> None:
    write_manifest(tmp_path, MANIFEST)
    path = tmp_path / MANIFEST_NAME
    path.write_text(path.read_text().replace(field, value))
    with pytest.raises(IndexStoreError, match="no manifest"):
        read_manifest(tmp_path)


def test_no_manifest_means_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="make one with"):
        read_manifest(tmp_path)
    with pytest.raises(IndexMissing):
        read_manifest(tmp_path / "nowhere")


def test_a_manifest_that_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / MANIFEST_NAME).mkdir()
    with pytest.raises(IndexStoreError, match="cannot read"):
        read_manifest(tmp_path)
