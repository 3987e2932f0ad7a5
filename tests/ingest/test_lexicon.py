from __future__ import annotations

from pathlib import Path

import pytest

from ingest import lexicon as module
from ingest.errors import IngestError, LexiconError
from ingest.lexicon import FOLDER, Lexicon, LexiconRecord, lexicon, lexicon_names, lexicons_hash

SMALL = """
papers = ["song*"]
[lists]
works = ["paper*", "state of the art"]
brings = ["releas*", "we introduce"]
names = ["论文", "80%", "don't"]
[[facet]]
name = "contributes"
value = "dataset"
shows = ["<brings> ... Data set*"]
unless = ["existing"]
asked = ["corpora"]
"""


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str = SMALL, name: str = "small") -> Lexicon:
    """The lexicon of a file in a folder of its own."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "FOLDER", folder)
    for cached in (lexicon, lexicons_hash, module.facet_entries):
        cached.cache_clear()
    return lexicon(name)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    for cached in (lexicon, lexicons_hash, module.facet_entries):
        cached.cache_clear()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lexicon:
    return written(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", lexicon_names())
def test_every_lexicon_that_is_shipped_can_be_read(name: str) -> None:
    read = lexicon(name)
    assert read._lists or read.facets


@pytest.mark.parametrize(
    "fitted", ["spotify", "online survey", "mono-instrumental", "music retrieval module", "arranger", "worry"]
)
def test_no_word_list_or_pattern_is_fitted_to_one_paper(fitted: str) -> None:
    read = [*FOLDER.glob("*.toml"), *(FOLDER.parents[1] / "ingest").rglob("*.py")]
    read += (FOLDER.parents[1] / "assistant").rglob("*.py")
    assert [path.name for path in read if fitted in path.read_text(encoding="utf-8").lower()] == []


def test_the_package_takes_its_lexicons_along() -> None:
    assert f"lexicons/*{'.toml'}" in (FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("works", "Two Papers of note", "Papers"),
        ("works", "a state-of-the-art  system", "state-of-the-art"),
        ("works", "newspapers", None),
        ("names", "有哪些论文研究", "论文"),
        ("names", "by 80%, at least", "80%"),
        ("names", "We don’t know", "don’t"),
    ],
)
def test_a_phrase_is_matched_as_whole_words_in_any_case(
    small: Lexicon, name: str, text: str, found: str | None
) -> None:
    match = small.pattern(name).search(text)
    assert (match and match[0]) == found


def test_several_lists_make_one_pattern(small: Lexicon) -> None:
    assert small.pattern("works", "brings").findall("paper released") == ["paper", "released"]
    assert small.pattern("works", "brings") is small.pattern("works", "brings")


def test_case_can_be_kept(small: Lexicon) -> None:
    assert small.pattern("works", any_case=False).findall("Paper, paper") == ["paper"]


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("we introduce a new data set", True),
        ("released code, models and a large data-sets", True),
        ("we introduce a model. a data set is used", False),
        ("we introduce one two three four five six seven eight nine data set", False),
        ("a data set", False),
    ],
)
def test_a_gap_stays_within_its_clause_and_its_length(small: Lexicon, text: str, shows: bool) -> None:
    pattern = small.facets[0].shows
    assert pattern and bool(pattern.search(text)) is shows


def test_many_hyphens_take_no_longer_than_other_signs(small: Lexicon) -> None:
    pattern = small.facets[0].shows
    assert pattern and not pattern.search("we introduce " + "a-" * 5_000)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[lists", "small.toml is no TOML"),
        ('[lists]\nworks = ["two  spaces"]', r"small.toml: lists.works.0: .*two  spaces"),
        ("[lists]\nworks = []", "small.toml: lists.works"),
        ('[list]\nworks = ["a"]', "small.toml: list: Extra"),
        ('[lists]\nworks = ["<nothing> here"]', "small.toml: works: .*no list 'nothing'"),
        ('[lists]\na = ["<a> b"]', "small.toml: a: a list refers to itself"),
        ('[[facet]]\nname = "a"\nshows = ["b"]', "small.toml: facet.0.value: Field required"),
        ('[[facet]]\nname = "a"\nvalue = "b"\nshow = ["b"]', "small.toml: facet.0.show: Extra"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    with pytest.raises(LexiconError, match=told) as raised:
        written(tmp_path, monkeypatch, text)
    assert "\n" not in str(raised.value)


def test_a_list_or_lexicon_that_is_not_there_is_told(small: Lexicon) -> None:
    with pytest.raises(IngestError, match=r"small.toml: there is no list 'work'"):
        small.pattern("work")
    with pytest.raises(IngestError, match="there is no lexicon 'tiny', only small"):
        lexicon("tiny")


def test_the_hash_follows_what_is_read_from_papers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hash_of(text: str) -> str:
        written(tmp_path, monkeypatch, text)
        return lexicons_hash()

    before = hash_of(SMALL)
    assert hash_of(SMALL + "\n# a comment\n") == before
    assert hash_of(SMALL.replace("corpora", "collections")) == before
    assert hash_of(SMALL.replace("existing", "earlier")) != before
    assert hash_of(SMALL.replace("releas*", "publish*")) != before


def test_a_record_needs_no_file() -> None:
    assert Lexicon("x", LexiconRecord(lists={"a": ("b c",)})).pattern("a").search("B-c")
