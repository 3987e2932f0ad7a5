"""A question is read once: its names travel with it, and nobody behind the reader looks for them again."""

from __future__ import annotations

import pytest

from assistant.answering import Assistant
from assistant.conversation import Conversation
from assistant.query.entity_linking import EntityLinker
from assistant.query.question import Mention


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts in which names were looked for, in order; the search itself is the real one."""
    texts: list[str] = []
    real = EntityLinker.mentions

    def noted(linker: EntityLinker, question: str) -> tuple[Mention, ...]:
        texts.append(question)
        return real(linker, question)

    monkeypatch.setattr(EntityLinker, "mentions", noted)
    return texts


@pytest.mark.parametrize(
    "asked",
    [
        "What is MeLoDy trained on?",
        "Which papers use diffusion?",
        "How many papers mention MusicLM?",
        "Compare MusicLDM and Mustango.",
        "Which paper learns from human feedback?",
        "Who wrote MeLoDy?",
    ],
)
def test_a_question_is_searched_for_names_once(assistant: Assistant, searched: list[str], asked: str) -> None:
    assistant.ask(asked)
    assert searched == [asked]


def test_a_follow_up_is_searched_as_it_was_asked_and_as_it_stands_alone(
    assistant: Assistant, searched: list[str]
) -> None:
    conversation = Conversation().with_turn("What is MeLoDy?", assistant.ask("What is MeLoDy?"))
    searched.clear()
    assistant.ask("Does it release code?", conversation)
    assert searched == ["Does it release code?", "Does MeLoDy release code?"]
