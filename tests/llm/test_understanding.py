"""Where the rules are unsure a chosen model is asked what a question means; where it is of no help, the rules stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from loopback import settings_for
from wire.dialects import OPENAI
from wire.server import Diary, Heard, Reply, serving

from assistant.answering import Assistant
from assistant.answers import Answer, Intent
from assistant.conversation import Conversation
from assistant.query import llm_rewriting as understanding
from ingest.index.paper_index import PaperIndex

UNCLEAR = "How large is the training set?"  # of which paper, the rules do not see
KEYWORDS = "drums, open source"
pytestmark = pytest.mark.usefixtures("short_pauses")


def server(reply: str | Reply) -> Callable[[Heard], Reply]:
    """A server that gives this reply to a question about a question, and a short answer to every other."""
    whole = reply if isinstance(reply, Reply) else OPENAI.stream([reply])
    return lambda heard: whole if asks_about_a_question(heard) else OPENAI.stream(["It is so [1]."])


def asks_about_a_question(heard: Heard) -> bool:
    """Whether a request is about what a question means."""
    return "Conversation so far" in heard.text


def times_asked(diary: Diary) -> int:
    """How often the model was asked what a question means."""
    return sum(map(asks_about_a_question, diary.questions))


def opened(index: PaperIndex, diary: Diary, **more: object) -> Assistant:
    """An assistant with a model at that server."""
    return Assistant(index, settings_for(OPENAI, diary.address, **more))


def after(assistant: Assistant, question: str) -> Conversation:
    """A conversation in which this was asked."""
    return Conversation().with_turn(question, assistant.ask(question))


def test_a_follow_up_without_a_name_gets_one(index: PaperIndex) -> None:
    with serving(server("How large is the training set of MusicLDM?")) as diary:
        assistant = opened(index, diary)
        answer = assistant.ask(UNCLEAR, after(assistant, "What is MusicLDM?"))
    assert answer.details.searched_for == "How large is the training set of MusicLDM?"
    assert [paper.title for paper in answer.papers] == [paper.title for paper in assistant.ask("MusicLDM").papers][:1]
    assert "rewrite v1" in answer.details.prompts


def test_keywords_get_a_kind(index: PaperIndex) -> None:
    with serving(server('{"intent": "list"}')) as diary:
        answer = opened(index, diary).ask(KEYWORDS)
    assert answer.details.intent is Intent.LIST
    assert answer.details.prompts[0] == "classify v1"


@pytest.mark.parametrize(
    "reply",
    [
        "I am happy to help!",
        "How large is the training set of Mustango?",  # which nobody spoke of
        "",
        OPENAI.complaint(500, "no"),
        OPENAI.complaint(401, "no"),
        OPENAI.broken(["How large "]),
    ],
)
def test_whatever_goes_wrong_leaves_the_rules(index: PaperIndex, reply: str | Reply) -> None:
    with serving(server(reply)) as diary:
        assistant = opened(index, diary)
        conversation = after(assistant, "What is MusicLDM?")
        answers = [assistant.ask(UNCLEAR, conversation) for _ in range(4)]
        assert times_asked(diary) == understanding.MOST_FAILURES
    by_rules = assistant.ask(UNCLEAR, conversation, llm="extractive")
    for answer in answers:
        assert answer.details.searched_for == by_rules.details.searched_for
        assert answer.papers == by_rules.papers


def test_a_slow_one_is_not_waited_for(index: PaperIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "SECONDS", 0.5)
    with serving(server(OPENAI.stream(["one "] * 100, pause=0.1))) as diary:
        answer = opened(index, diary).ask(KEYWORDS)
        assert diary.hung_up.wait(1.0)
    assert answer.details.intent is Intent.FACT
    assert answer.text


def test_closing_hangs_up_while_the_question_is_being_understood(index: PaperIndex) -> None:
    with serving(server(OPENAI.stream(["one "] * 200, pause=0.05))) as diary:
        growing = opened(index, diary).stream(KEYWORDS)
        while not diary.questions:
            assert next(growing) == Answer("", complete=False)
        growing.close()  # type: ignore[attr-defined]
        assert diary.hung_up.wait(1.0)


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("What is MusicLDM?", {}),
        ("Which papers release code?", {}),
        ("How do dancers keep from bumping into each other?", {}),
        (KEYWORDS, {"llm_understands": False}),
    ],
)
def test_what_is_clear_is_not_asked_about(index: PaperIndex, question: str, more: dict[str, object]) -> None:
    with serving(server('{"intent": "list"}')) as diary:
        assert opened(index, diary, **more).ask(question).text
        assert times_asked(diary) == 0
