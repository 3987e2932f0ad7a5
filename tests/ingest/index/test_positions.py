"""Term positions: phrases, and how much of them stands in title, sentence and text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.positions import Occurrences, PositionPart, TermPositions, kept_positions, merged_positions
from ingest.text.terms import stems_of

TEXTS = [
    ("Automatic Music Transcription", "Notes are found in audio. Transcription of music is hard."),
    ("A study of rhythm", "We look at music. Then at transcription."),
    ("Graph-based tempo", "CNNs estimate tempo; a CNN is small. The ART trial is not art."),
]


@pytest.fixture
def positions() -> TermPositions:
    return TermPositions(TEXTS)


def test_a_phrase_counts_where_its_words_follow_each_other(positions: TermPositions) -> None:
    found = positions.occurrences(stems_of("music transcription"))
    assert found.in_title.tolist() == [1, 0, 0]
    assert found.in_text.tolist() == [0, 0, 0]


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence(positions: TermPositions) -> None:
    assert not positions.occurrences(stems_of("audio transcription")).in_text.any()


def test_stop_words_between_do_not_part_a_phrase(positions: TermPositions) -> None:
    assert positions.occurrences(stems_of("transcription music")).in_text.tolist() == [1, 0, 0]


def test_covers_tell_title_sentence_and_text_apart(positions: TermPositions) -> None:
    found = positions.occurrences(stems_of("music transcription"))
    assert found.title_cover[0] == found.sentence_cover[0] == pytest.approx(1)
    assert found.sentence_cover[1] < 1
    assert found.text_cover[1] == pytest.approx(1)
    assert found.text_cover[2] == 0


def test_hyphens_and_plural_abbreviations_are_the_same_words(positions: TermPositions) -> None:
    assert positions.holders(stems_of("graph based tempo")).tolist() == [2]
    assert positions.occurrences(stems_of("CNN")).in_text.tolist() == [0, 0, 2]
    assert positions.occurrences(stems_of("cnns")).in_text.tolist() == [0, 0, 2]


def test_an_abbreviation_can_be_asked_for_as_it_is_written(positions: TermPositions) -> None:
    assert positions.occurrences(("=ART",)).in_text.tolist() == [0, 0, 1]
    assert positions.occurrences(("art",)).in_text.tolist() == [0, 0, 2]


@pytest.mark.parametrize("phrase", [(), ("zyzzyva",), ("music", "zyzzyva")])
def test_what_no_paper_says_is_found_nowhere(positions: TermPositions, phrase: tuple[str, ...]) -> None:
    found = positions.occurrences(phrase)
    assert not found.in_title.any()
    assert not found.in_text.any()
    assert found.text_cover.max() < 1


def test_nothing_indexed_is_no_trouble() -> None:
    assert TermPositions([]).occurrences(("music",)).in_title.shape == (0,)
    assert TermPositions([("", "")]).occurrences(("music",)).text_cover.tolist() == [0]


words = st.sampled_from(["tempo", "chord", "piano", "voice"])


@given(st.lists(st.lists(words, max_size=6), min_size=1, max_size=5), st.lists(words, min_size=1, max_size=3))
def test_a_phrase_is_found_exactly_where_it_stands(texts: list[list[str]], phrase: list[str]) -> None:
    found = TermPositions([("", " ".join(text)) for text in texts]).occurrences(stems_of(" ".join(phrase)))
    stands = [
        sum(text[start : start + len(phrase)] == phrase for start in range(len(text) - len(phrase) + 1))
        for text in texts
    ]
    assert np.array_equal(found.in_text, stands)


FIELDS = Occurrences.__slots__
sentences = st.lists(words, max_size=4).map(lambda said: " ".join(said).capitalize() + ".")
pairs = st.tuples(st.lists(words, max_size=3).map(" ".join), st.lists(sentences, max_size=3).map(" ".join))


@given(
    st.lists(st.lists(pairs, max_size=4), min_size=1, max_size=4), st.lists(words, min_size=1, max_size=3), st.data()
)
def test_segments_with_papers_that_are_gone_are_as_if_all_were_read_now(
    segments: list[list[tuple[str, str]]], phrase: list[str], data: st.DataObject
) -> None:
    asked = stems_of(" ".join(phrase))
    masks = [
        np.array(data.draw(st.lists(st.booleans(), min_size=len(s), max_size=len(s))), dtype=bool) for s in segments
    ]
    left = [
        text
        for texts, mask in zip(segments, masks, strict=True)
        for text, here in zip(texts, mask, strict=True)
        if here
    ]
    parts, place = [], 0
    for texts, mask in zip(segments, masks, strict=True):
        parts.append((PositionPart.of_texts(texts), np.where(mask, place + np.cumsum(mask) - 1, -1).astype(np.int64)))
        place += int(mask.sum())
    merged = merged_positions([kept_positions(part, mask) for (part, _), mask in zip(parts, masks, strict=True)])
    fresh = TermPositions(left)
    for kept in (TermPositions(parts=parts), TermPositions(parts=[(merged, np.arange(len(left)))])):
        assert len(kept) == len(left)
        assert kept.holders(asked).tolist() == fresh.holders(asked).tolist()
        for field in FIELDS:
            np.testing.assert_array_equal(
                getattr(kept.occurrences(asked), field), getattr(fresh.occurrences(asked), field)
            )
