"""Waiting after wrong passwords, floods, and sessions, by a clock that the test turns."""

from __future__ import annotations

from assistant.ui.access.attempts import FORGOTTEN_AFTER, FREE_FAILURES, LONGEST_WAIT, MOST_REMEMBERED, Attempts
from assistant.ui.access.limits import Rate
from assistant.ui.access.sessions import IDLE_SECONDS, MOST_SESSIONS, Sessions


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_a_slip_or_two_costs_nothing() -> None:
    attempts = Attempts(Clock())
    for _ in range(FREE_FAILURES):
        attempts.failed("ada")
    assert attempts.wait("ada") == 0


def test_each_further_failure_doubles_the_wait_up_to_a_bound() -> None:
    attempts = Attempts(Clock())
    waits = []
    for _ in range(FREE_FAILURES + 40):
        attempts.failed("ada")
        waits.append(attempts.wait("ada"))
    assert waits[FREE_FAILURES : FREE_FAILURES + 3] == [2, 4, 8] and waits[-1] == LONGEST_WAIT


def test_the_wait_passes_and_a_right_password_ends_it() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(FREE_FAILURES + 1):
        attempts.failed("ada", "192.0.2.1")
    clock.time += 2
    assert attempts.wait("ada") == 0
    attempts.succeeded("ada")
    attempts.failed("ada")
    assert attempts.wait("ada") == 0


def test_old_failures_are_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(20):
        attempts.failed("ada")
    clock.time += FORGOTTEN_AFTER + 1
    attempts.failed("ada")
    assert attempts.wait("ada") == 0


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    attempts = Attempts(Clock())
    for number in range(MOST_REMEMBERED + 10):
        attempts.failed(str(number))
    assert len(attempts._records) == MOST_REMEMBERED


def test_a_bucket_empties_and_fills() -> None:
    clock = Clock()
    rate = Rate(burst=2, per_second=1, now=clock)
    assert [rate.wait("a"), rate.wait("a"), rate.wait("a"), rate.wait("b")] == [0, 0, 1, 0]
    clock.time += 1
    assert rate.wait("a") == 0


def test_a_session_ends_when_nobody_uses_it() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token = sessions.begin("ada")
    clock.time += IDLE_SECONDS - 1
    assert sessions.user(token) == "ada"
    clock.time += IDLE_SECONDS - 1
    assert sessions.user(token) == "ada"
    clock.time += IDLE_SECONDS + 1
    assert sessions.user(token) is None


def test_too_many_sessions_end_the_one_longest_unused() -> None:
    sessions = Sessions(Clock())
    first = sessions.begin("ada")
    for number in range(MOST_SESSIONS):
        sessions.begin("bob", str(number))
    assert sessions.user(first) is None and sessions.user("0") == "bob"
