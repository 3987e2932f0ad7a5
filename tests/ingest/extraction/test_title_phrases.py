"""Title phrases: what several titles of a library share."""

from __future__ import annotations

from ingest.extraction.title_phrases import phrases_in, title_phrases


def test_what_three_titles_share_is_a_phrase_of_the_library() -> None:
    titles = ["Beat tracking in jazz", "On Beat-Tracking", "Tracking beats", "Beat tracking, again", *["Other"] * 16]
    found = title_phrases(titles)
    assert found["beat", "track"] == "beat tracking"
    assert ("jazz",) not in found


def test_what_most_titles_have_names_nothing() -> None:
    assert ("music",) not in title_phrases(["Music and people"] * 30)


def test_phrases_do_not_cross_stop_words_and_signs() -> None:
    assert set(phrases_in("Songs of whales: dialects")) == {("songs",), ("whales",), ("dialects",)}


def test_no_titles_no_phrases() -> None:
    assert title_phrases([]) == {}
