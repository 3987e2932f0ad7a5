"""When papers were added, in plain words; now is Thursday, the 26th of November 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.added import AddedReader
from assistant.query.cues import cues
from assistant.query.plan import Added, Mention, Not, Operation, Order, SortKey, Subject, Years, leaves
from assistant.query.reader import QuestionReader

NOW = datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
LATEST = Added(is_latest=True)


@pytest.fixture(scope="module")
def times() -> AddedReader:
    return AddedReader(cues(), lambda: NOW)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("what is new since Monday", Added("2026-11-23")),
        ("since Thursday", Added("2026-11-19")),
        ("papers added in the last week", Added("2026-11-19")),
        ("which papers added last week mention tea", Added("2026-11-16", "2026-11-22")),
        ("how many papers are new since 20 November", Added("2026-11-20")),
        ("added since November 20th, 2025", Added("2025-11-20")),
        ("added since the 5th of December", Added("2025-12-05")),
        ("papers added since 2026-11-20", Added("2026-11-20")),
        ("papers added in 2025", Added("2025-01-01", "2025-12-31")),
        ("papers added in October", Added("2026-10-01", "2026-10-31")),
        ("papers added before 1 November", Added(last="2026-10-31")),
        ("added after 1 November", Added("2026-11-02")),
        ("imported between 3 November and 20 November 2026", Added("2026-11-03", "2026-11-20")),
        ("added 3 days ago", Added("2026-11-23", "2026-11-23")),
        ("added today", Added("2026-11-26", "2026-11-26")),
        ("uploaded in the last 24 hours", Added("2026-11-25T19:30:00+00:00")),
        ("added over the past three months", Added("2026-08-26")),
        ("what has been added since yesterday about tea", Added("2026-11-25")),
        ("anything new this week?", Added("2026-11-23", "2026-11-29")),
        ("what was added last", LATEST),
        ("that are new and mention tea", LATEST),
    ],
)
def test_a_time_of_adding_is_read_in_plain_words(times: AddedReader, text: str, added: Added) -> None:
    span = times.first_in(text)
    assert span is not None and span.added == added


@pytest.mark.parametrize(
    "text",
    [
        "papers since 2023",
        "papers from last year",
        "new papers this year",
        "what was new in 2019",
        "studies on the last 3 days of life",
        "papers from the last week of pregnancy",
        "papers on the Monday effect",
        "papers on migrants who arrived in 2015",
        "papers on sugar added in 2015",
        "papers published since 20 November",
        "papers that may help",
        "what is new in this approach to march music",
        "added on 31 February",
    ],
)
def test_what_says_nothing_of_adding_is_left_alone(times: AddedReader, text: str) -> None:
    assert times.first_in(text) is None


@pytest.mark.parametrize(
    ("text", "reworded"),
    [
        ("What's new?", "which papers were added last"),
        ("What is new since Monday?", "which papers were new since Monday?"),
        ("What are the latest additions?", "which papers were added last?"),
        ("Which papers are new?", "Which papers were added last"),
        ("new papers since yesterday about tea", "papers since yesterday about tea"),
        ("Which additions does the model propose?", "Which additions does the model propose?"),
        ("What is new in this approach?", "What is new in this approach?"),
    ],
)
def test_what_is_new_is_asked_of_papers(times: AddedReader, text: str, reworded: str) -> None:
    assert times.reworded(text) == reworded


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("the 5 most recently added papers", 5),
        ("show me the last three papers added", 3),
        ("list the last ten additions to the library", 10),
    ],
)
def test_so_many_of_the_last_are_asked_for(times: AddedReader, text: str, count: int) -> None:
    plan = times.plan(text)
    assert plan is not None and plan.order == Order(SortKey.ADDED, descending=True, limit=count)


@given(st.dates(NOW.date() - timedelta(700), NOW.date()))
def test_a_day_is_the_same_however_it_is_written(day: datetime) -> None:
    times = AddedReader(cues(), lambda: NOW)
    written = (
        f"{day}",
        f"{day.day} {day:%B %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"the {day.day}th of {day:%b} {day.year}",
    )
    read = {times.first_in(f"added since {text}").added for text in written}  # type: ignore[union-attr]
    assert read == {Added(str(day))}


def test_it_joins_other_conditions(reader: QuestionReader) -> None:
    plan = reader.read("Which papers about dance that were added today do not mention video?").plan
    today = str(datetime.now(UTC).date())
    assert plan.operation is Operation.LIST
    assert Added(today, today) in set(leaves(plan.condition))
    assert {type(leaf) for leaf in leaves(plan.condition)} == {Added, Subject, Mention}


def test_it_is_denied_and_counted(reader: QuestionReader) -> None:
    today = str(datetime.now(UTC).date())
    plan = reader.read("How many papers were not added today?").plan
    assert (plan.operation, plan.condition) == (Operation.COUNT, Not(Added(today, today)))


def test_years_stay_years_of_publication(reader: QuestionReader) -> None:
    assert reader.read("Which papers are there since 2023?").plan.condition == Years(2023)
