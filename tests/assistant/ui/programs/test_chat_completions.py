"""OpenAI's protocol, spoken by its own client: streamed or not, with a follow-up, citations, filters, keys and errors."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from serving import served

from assistant.answering import Assistant

KEY = "ada:pass-word-a"
QUESTION = "What is MeLoDy?"
# Gradio's queue, which runs in this process, sets an option that pandas deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant, logins=KEY) as address:
        yield f"{address}/v1"


@pytest.fixture
def client(address: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=address, api_key=KEY, max_retries=0) as client:
        yield client


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_the_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["footnote"]


def test_an_answer_comes_with_its_citations(client: openai.OpenAI, assistant: Assistant) -> None:
    reply = client.chat.completions.create(model="footnote", messages=[user(QUESTION)])
    message = reply.choices[0].message
    assert message.content == assistant.ask(QUESTION).text and message.annotations
    first = message.annotations[0].url_citation
    assert first.url == "https://arxiv.org/abs/2305.15719"
    assert message.content[first.start_index : first.end_index] == "[1]"


def test_a_streamed_answer_is_the_same(client: openai.OpenAI, assistant: Assistant) -> None:
    pieces = list(client.chat.completions.create(model="footnote", messages=[user(QUESTION)], stream=True))
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces) == assistant.ask(QUESTION).text
    assert pieces[-1].choices[0].finish_reason == "stop" and len(pieces) > 10


def test_a_follow_up_is_understood(client: openai.OpenAI) -> None:
    asked = [user(QUESTION), {"role": "assistant", "content": "A model."}, user("How much faster is it than MusicLM?")]
    reply = client.chat.completions.create(model="footnote", messages=asked, stream=True)
    assert "95.7%" in "".join(piece.choices[0].delta.content or "" for piece in reply)


def test_filters_are_further_fields(client: openai.OpenAI) -> None:
    narrow = {"footnote": {"paper_ids": ["2305.15719"]}}
    reply = client.chat.completions.create(
        model="footnote", messages=[user("Which papers use diffusion?")], extra_body=narrow
    )
    assert {citation["paper_id"] for citation in reply.model_extra["footnote"]["citations"]} <= {"2305.15719"}


def test_a_message_in_parts_is_read(client: openai.OpenAI) -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    assert "MeLoDy" in client.chat.completions.create(model="footnote", messages=parts).choices[0].message.content


@pytest.mark.parametrize("key", ["ada:wrong", "sk-nothing", "eve:pass-word-a"])
def test_a_wrong_key_is_an_authentication_error(address: str, key: str) -> None:
    with (
        openai.OpenAI(base_url=address, api_key=key, max_retries=0) as client,
        pytest.raises(openai.AuthenticationError) as caught,
    ):
        client.chat.completions.create(model="footnote", messages=[user(QUESTION)])
    assert caught.value.code == "invalid_api_key" and "Log in first" in caught.value.message


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "user", "content": " "}],
        [user(QUESTION), {"role": "assistant", "content": "said"}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}],
        [user("x" * 50_000)],
    ],
)
def test_messages_that_ask_nothing_are_a_bad_request(client: openai.OpenAI, messages: list[dict[str, str]]) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="footnote", messages=messages)  # type: ignore[arg-type]
    assert caught.value.type == "invalid_request_error"


def test_an_unknown_filter_is_a_bad_request(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"footnote\.colour"):
        client.chat.completions.create(
            model="footnote", messages=[user(QUESTION)], extra_body={"footnote": {"colour": "red"}}
        )
