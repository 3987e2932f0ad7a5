"""A thread as Gradio's messages, with nothing in them that Gradio could take for more than it is."""

from gradio import Chatbot
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import Answer
from assistant.ui.chat.messages import as_typed, messages_of, tagless
from assistant.ui.chat.thread import Entry, Thread


def test_a_question_and_its_answer_are_two_messages() -> None:
    user, bot = messages_of(Thread((Entry("Why?", Answer("Because.")),)), ["And then?"])
    assert (user["role"], user["content"]) == ("user", "Why?")
    assert bot["role"] == "assistant" and "<p>Because.</p>" in str(bot["content"])
    assert bot["options"] == [{"value": "And then?"}]


def test_gradio_takes_them_as_they_are() -> None:
    shown = Chatbot(render=False).postprocess(messages_of(Thread((Entry("<b>?", Answer("![](http://x)")),))))
    assert [message.content[0].type for message in shown.root] == ["text", "component"]


@given(st.text())
def test_a_question_holds_no_tag_and_comes_back_as_it_was_typed(text: str) -> None:
    text = text.replace("\u2060", "").strip()
    assert "<" not in tagless(text).replace("<\u2060", "")
    assert as_typed(tagless(text)) == text
