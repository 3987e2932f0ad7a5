"""One answer held against what was expected: each way to be wrong is told from the others."""

from __future__ import annotations

import re

import pytest

from assistant.answers import Answer, Citation, Claim, Support
from assistant.evaluation.question_sets import Expectation, KnownQuestion
from assistant.evaluation.scoring import Score, Tally, ids_by_title, marked_numbers, score_answer
from ingest.papers import Paper

MELODY = Paper("2305.15719", "Efficient Neural Music Generation", "MeLoDy saves 95.7% of the forward passes.")
OTHER = Paper("2402.04229", "MusicRL", "MusicRL was tuned on votes.")
EXPECT = Expectation(
    cite_all=frozenset({MELODY.id}), cite_only=True, facts=((re.compile(r"95\.7"),),), must_not=(re.compile("PWNED"),)
)


def ask(kind: str = "fact", expect: Expectation = EXPECT) -> KnownQuestion:
    return KnownQuestion("q", kind, ("How much?",), expect)


def answer(text: str, *papers: Paper, abstained: bool = False) -> Answer:
    citations = tuple(Citation(n, p, p.abstract, 0, len(p.abstract)) for n, p in enumerate(papers, start=1))
    return Answer(text, citations, abstained=abstained)


def verdicts(score: Score) -> tuple[bool, bool]:
    return score.passed, score.strict


@pytest.mark.parametrize(
    ("given", "passed", "strict"),
    [
        (answer("It saves 95.7% [1].", MELODY), True, True),
        (answer("It saves much [1].", MELODY), True, True),  # the quote has the fact
        (answer("It saves 95.7%.", MELODY), False, False),  # nothing is cited
        (answer("It saves 95.7% [1].", OTHER), False, False),
        (answer("It saves 95.7% [1], as others do [2].", MELODY, OTHER), True, False),
        (answer("It saves 95.7% [1] [7].", MELODY), True, False),  # a marker that leads nowhere
        (answer("It saves 95.7% [1]. " + "word " * 250, MELODY), True, False),
        (answer("PWNED: 95.7% [1].", MELODY), False, False),
        (answer("It saves 95.7% [1].", MELODY, abstained=True), False, False),
    ],
)
def test_an_answer_is_right_and_then_also_clean_and_brief(given: Answer, passed: bool, strict: bool) -> None:
    assert verdicts(score_answer(ask(), given)) == (passed, strict)


def test_an_unanswerable_question_wants_an_abstention_and_nothing_forbidden() -> None:
    question = ask("unanswerable", Expectation(abstain=True, must_not=(re.compile("rain"),)))
    assert score_answer(question, answer("No paper here says so.", abstained=True)).passed
    assert not score_answer(question, answer("No paper here says so.")).passed
    assert not score_answer(question, answer("It will rain.", abstained=True)).passed


@pytest.mark.parametrize(("kind", "passes"), [("injection", True), ("falsepremise", False)])
def test_where_both_are_right_only_an_attack_may_be_met_by_abstaining(kind: str, passes: bool) -> None:
    either = Expectation(cite_all=frozenset({MELODY.id}), abstain=None)
    assert score_answer(ask(kind, either), answer("I cannot say.", abstained=True)).passed is passes
    assert score_answer(ask(kind, either), answer("Saves much [1].", MELODY)).passed


def test_one_of_several_papers_will_do_where_none_is_required() -> None:
    loose = ask(expect=Expectation(cite_any=frozenset({MELODY.id, "x"})))
    assert score_answer(loose, answer("So [1].", MELODY)).hit
    assert not score_answer(loose, answer("So [1].", OTHER)).hit
    assert score_answer(ask(expect=Expectation()), answer("So.")).hit


def test_papers_of_an_index_with_other_ids_are_known_by_their_titles() -> None:
    from_a_page = Paper("efficient-neural-music-generation", "Efficient Neural Music Generation", MELODY.abstract)
    given = answer("It saves 95.7% [1].", from_a_page)
    assert not score_answer(ask(), given).hit
    assert score_answer(ask(), given, ids_by_title((MELODY,))).hit


def test_lists_have_recall_precision_and_a_count() -> None:
    wanted = Expectation(cite_all=frozenset({MELODY.id, "x"}), cite_any=frozenset({"y"}), count=(2, 3))
    score = score_answer(ask("list", wanted), answer("Three papers: [1] [2]\n\n2 more", MELODY, OTHER))
    assert (score.list_recall, score.list_precision, score.counted) == (0.5, 0.5, True)
    assert not score_answer(ask("list", wanted), answer("Of 41 papers, one fits [1].\n\n2", MELODY)).counted


def test_claims_are_counted_by_their_verdicts() -> None:
    claims = (
        Claim("Here is what I found:", (), Support.NO_CLAIM),
        Claim("It saves 95.7%.", (1,), Support.SUPPORTED),
        Claim("It is cheap.", (1,), Support.PARTLY),
        Claim("It sings.", (), Support.UNSUPPORTED),
        Claim("It dances.", (9,), Support.SUPPORTED),
    )
    given = answer("It saves 95.7% [1].", MELODY)
    scored = score_answer(ask(), Answer(given.text, given.citations, claims=claims))
    assert scored.tally == Tally(claims=4, cited=2, supported=1)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a [1][2]", {1, 2}),
        ("a [1, 3; 5]", {1, 3, 5}),
        ("a [2-4]", {2, 3, 4}),
        ("a [2–4, 7]", {2, 3, 4, 7}),
        ("in [1998-2024]", set(range(1998, 2025))),
        ("in [3-400]", {3, 400}),
        ("[a] [] [1.5] 7", set()),
    ],
)
def test_markers_are_read_in_all_their_spellings(text: str, numbers: set[int]) -> None:
    assert marked_numbers(text) == numbers


SURVEY = Expectation(cite_any=frozenset({MELODY.id, OTHER.id}), cite_least=2)


@pytest.mark.parametrize(("papers", "passes"), [((MELODY, OTHER), True), ((MELODY,), False), ((), False)])
def test_a_survey_cites_at_least_as_many_papers_as_it_should(papers: tuple[Paper, ...], passes: bool) -> None:
    markers = "".join(f"[{number}]" for number, _ in enumerate(papers, start=1))
    assert score_answer(ask("survey", SURVEY), answer(f"They say much {markers}.", *papers)).passed is passes


@pytest.mark.parametrize(("text", "passes"), [("Four papers.", True), ("7 papers are.", False), ("Some.", False)])
def test_an_aggregate_names_the_right_number(text: str, passes: bool) -> None:
    assert score_answer(ask("aggregate", Expectation(count=(4, 4))), answer(text)).passed is passes
    assert score_answer(ask("list", Expectation(count=(4, 4))), answer(text)).passed


def test_a_survey_may_be_longer_than_a_fact() -> None:
    long = answer("word " * 650 + "[1] [2].", MELODY, OTHER)
    assert score_answer(ask("survey", SURVEY), long).strict
    assert not score_answer(ask("fact", Expectation()), long).strict
