"""The logic of the chat: growing threads, stopping, trouble."""

from collections.abc import Iterator

from fake_assistant import FakeAssistant

from assistant.answers import Answer
from assistant.errors import BackendTrouble
from assistant.ui.chat.asking import SHORTEST_PAUSE, Runs, asked, paced, while_wanted
from assistant.ui.chat.thread import Entry, Thread

QUESTION = "What is MeLoDy?"


def test_a_question_is_shown_before_its_answer_begins() -> None:
    first = next(asked(FakeAssistant(), QUESTION, Thread()))
    assert first.entries == (Entry(QUESTION, Answer("", complete=False)),)


def test_the_last_thread_holds_the_whole_answer() -> None:
    *_, last = asked(FakeAssistant(), QUESTION, Thread())
    assert last.last_answer == FakeAssistant().ask(QUESTION)


def test_closing_it_closes_the_assistant() -> None:
    assistant = FakeAssistant()
    growing = asked(assistant, QUESTION, Thread())
    next(growing), next(growing)
    growing.close()
    assert assistant.closed == 1


def test_an_error_becomes_an_answer_that_tells_of_it() -> None:
    class Broken(FakeAssistant):
        def stream(self, *_: object, **__: object) -> Iterator[Answer]:
            raise BackendTrouble("the server at 127.0.0.1:9 does not answer: is it running?")
            yield

    *_, last = asked(Broken(), QUESTION, Thread())
    assert last.last_answer and last.last_answer.abstained and last.last_answer.complete
    assert "is it running?" in last.last_answer.text


def test_snapshots_that_come_too_fast_are_left_out_but_never_the_last() -> None:
    answers = [Answer(str(n), complete=n == 9) for n in range(10)]
    ticks = iter([0.0, 0.01, 0.02, 0.06, 0.07, 0.08, 0.09, 0.12, 0.13, 0.14])
    shown = paced(iter(answers), pause=0.05, clock=lambda: next(ticks))
    assert [answer.text for answer in shown] == ["0", "3", "7", "9"]


def test_a_stopped_thread_keeps_what_has_come() -> None:
    thread = Thread().with_entry(Entry(QUESTION, Answer("MeLoDy is", complete=False))).settled()
    assert thread.last_answer == Answer("MeLoDy is", complete=True)
    assert thread.settled() is thread


def test_until_forgets_a_turn_and_all_after_it() -> None:
    entries = tuple(Entry(str(n), Answer(str(n))) for n in range(3))
    assert Thread(entries).until(1).entries == entries[:1]
    assert [turn.question for turn in Thread(entries).conversation.turns] == ["0", "1", "2"]


def test_a_stopped_run_ends_at_what_it_has_and_closes_the_assistant() -> None:
    assistant, runs = FakeAssistant(pause=2 * SHORTEST_PAUSE), Runs()
    growing = while_wanted(asked(assistant, QUESTION, Thread()), runs)
    shown = [next(growing), next(growing)]
    runs.stop()
    *_, last = growing
    assert last.last_answer and last.last_answer.complete
    assert len(shown[-1].last_answer.text) <= len(last.last_answer.text) < len(assistant.ask(QUESTION).text)
    assert assistant.closed == 1


def test_a_replaced_run_draws_nothing_more() -> None:
    assistant, runs = FakeAssistant(), Runs()
    older = while_wanted(asked(assistant, QUESTION, Thread()), runs)
    next(older), next(older)
    *_, last = while_wanted(asked(assistant, QUESTION, Thread()), runs)
    assert list(older) == []
    assert last.last_answer == assistant.ask(QUESTION)
