"""Work on a text that takes too long is given up, on the main thread and on others."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kb.disk.patience import Patient, stopped_after
from kb.model.endless import Endless


def upper(first: str, second: str) -> str:
    return f"{first.upper()} {second}"


def loops(_first: str, _second: str) -> str:
    while True:
        pass


def matches(first: str, _second: str) -> str:
    """An expression that takes twice as long for each letter."""
    return str(re.match(r"(?:a+)+$", first * 60 + "b"))


def fails(_first: str, _second: str) -> str:
    raise ZeroDivisionError("ours")


def process_of(first: str, _second: str) -> str:
    return f"{first}{os.getpid()}"


def in_a_thread(work: Callable[[], str]) -> str | Exception:
    found: list[str | Exception] = []

    def run() -> None:
        try:
            found.append(work())
        except (Endless, ZeroDivisionError) as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def patient() -> Iterator[Callable[[Callable[[str, str], str]], Patient]]:
    made: list[Patient] = []

    def make(work: Callable[[str, str], str]) -> Patient:
        made.append(Patient(work, 0.3))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize("work", [loops, matches])
def test_work_without_end_is_stopped_on_the_main_thread(work: Callable[[str, str], str]) -> None:
    began = time.process_time()
    with pytest.raises(Endless):
        Patient(work, 0.3)("a", "b")
    assert 0.1 < time.process_time() - began < 3
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL


class Deaf:
    """Python throws away what is raised in a finalizer."""

    def __del__(self) -> None:
        loops("", "")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_where_the_first_interruption_comes_to_nothing_there_is_a_second() -> None:
    def work(_first: str, _second: str) -> str:
        Deaf()
        return loops("", "")

    with pytest.raises(Endless):
        Patient(work, 0.3)("", "")


def test_the_time_of_work_that_is_done_is_not_held_against_the_next() -> None:
    for _ in range(3):
        with stopped_after(0.3):
            end = time.process_time() + 0.15
            while time.process_time() < end:
                pass


@pytest.mark.parametrize("work", [loops, matches])
def test_work_without_end_is_stopped_in_another_thread_while_others_go_on(
    work: Callable[[str, str], str], patient: Callable[[Callable[[str, str], str]], Patient]
) -> None:
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.wait(0.01):
            ticks.append(time.monotonic())

    clock = threading.Thread(target=tick)
    clock.start()
    asked = patient(work)
    assert isinstance(in_a_thread(lambda: asked("a", "b")), Endless)
    done.set()
    clock.join()
    assert len(ticks) > 20
    assert isinstance(in_a_thread(lambda: asked("a", "b")), Endless)


def test_both_ways_give_the_same_and_one_process_answers_all_questions(
    patient: Callable[[Callable[[str, str], str]], Patient],
) -> None:
    asked = patient(upper)
    words = "é 𝔘 \0 \n" * 20_000
    assert in_a_thread(lambda: asked("straße", words)) == asked("straße", words) == f"STRASSE {words}"
    assert in_a_thread(lambda: asked("", "")) == " "
    who = patient(process_of)
    first, second = (in_a_thread(lambda: who("", "")) for _ in range(2))
    assert first == second != str(os.getpid())


def test_what_the_work_raises_flies_in_either_thread(
    patient: Callable[[Callable[[str, str], str]], Patient], capfd: pytest.CaptureFixture[str]
) -> None:
    asked = patient(fails)
    with pytest.raises(ZeroDivisionError):
        asked("", "")
    assert isinstance(in_a_thread(lambda: asked("", "")), ZeroDivisionError)
    assert "ours" in capfd.readouterr().err


def test_the_process_ends_when_it_is_closed_and_begins_again_when_it_is_asked(
    patient: Callable[[Callable[[str, str], str]], Patient],
) -> None:
    asked = patient(process_of)
    first = in_a_thread(lambda: asked("", ""))
    asked.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(first)), 0)
    assert in_a_thread(lambda: asked("", "")) != first


def test_two_of_the_same_work_are_equal() -> None:
    assert Patient(upper) == Patient(upper)
    assert hash(Patient(upper)) == hash(Patient(upper))
    assert Patient(upper) != Patient(loops)
