"""How long we wait for work on what an author wrote, and how it is given up. The last line of defence.

How much work a text may make is decided from the text alone, before the work begins: so a page is the same on every
machine. Yet no look at a text finds all that hangs an expression. What it does not find is stopped here, after so
much processor time that no honest text comes near it, and then it is refused: time never decides how a page looks.

On the main thread a timer interrupts the work. Only there does Python hear signals, which its expressions heed
as well as its loops; and a build works nowhere else. For other threads, which the preview has, a process of
its own does it (`kb.disk.apart`), so that others are answered meanwhile.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

from kb.model.endless import Endless, Work

#: Processor time in seconds that one piece of work may take. No honest block of code takes a tenth of one.
SECONDS = 20.0
#: Seconds until it is interrupted again, where the first time came to nothing, as within a finalizer.
_AGAIN = 1.0


class Helper(Protocol):
    """Who does the work for other threads."""

    def ask(self, work: Work, seconds: float, first: str, second: str) -> str:
        """What the work gives. Raises `Endless`."""

    def close(self) -> None:
        """Let go of it."""


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """What is done here is interrupted by `Endless` after so many seconds of processor time.

    In a thread that is not the main one only between two steps of Python, and nowhere on systems without such clocks.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    if not _hears_signals():
        with _watched(seconds):
            yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def limited(seconds: float, memory: int) -> Iterator[None]:
    """The same, and a `MemoryError` where this process would take so many bytes more than it has now, or about that."""
    with _memory_limited(memory), stopped_after(seconds):
        yield


@contextmanager
def _memory_limited(more: int) -> Iterator[None]:
    try:
        import resource  # noqa: PLC0415 - not on every system

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + more
    if soft != resource.RLIM_INFINITY and soft <= wanted:  # somebody was stricter
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """Another thread looks at the clock of this one, and has Python raise `Endless` in it."""
    import ctypes  # noqa: PLC0415 - only under threads

    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    thread = ctypes.c_ulong(threading.get_ident())
    clock = time.pthread_getcpuclockid(threading.get_ident())
    end, done = time.clock_gettime(clock) + seconds, threading.Event()

    def watch() -> None:
        pause = min(_AGAIN, seconds / 4)
        while not done.wait(pause):
            if time.clock_gettime(clock) >= end:
                raise_in(thread, ctypes.py_object(Endless))
                pause = _AGAIN

    watcher = threading.Thread(target=watch, name="kb patience", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        raise_in(thread, None)  # if it was told so late that nothing came of it


def _hears_signals() -> bool:
    return threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise Endless


class Patient:
    """`work`, a function of a module, given up by `Endless` after so many seconds of processor time. For any thread.

    Two of the same work are equal: what one has made, the other need not make again.
    """

    def __init__(self, work: Work, seconds: float | None = None) -> None:
        self._work, self._seconds = work, SECONDS if seconds is None else seconds
        self._helper: Helper | None = None
        self._finding = threading.Lock()

    def __call__(self, first: str, second: str) -> str:
        """What the work gives. Raises `Endless`, and what the work raises."""
        if not hasattr(signal, "setitimer"):
            return self._work(first, second)
        if _hears_signals():
            with stopped_after(self._seconds):
                return self._work(first, second)
        return self._found().ask(self._work, self._seconds, first, second)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patient) and other._work == self._work

    def __hash__(self) -> int:
        return hash(self._work)

    def close(self) -> None:
        """End the process that works for other threads, if there is one."""
        if self._helper is not None:
            self._helper.close()

    def _found(self) -> Helper:
        with self._finding:
            if self._helper is None:
                from kb.disk.apart import Apart  # noqa: PLC0415 - only under threads

                self._helper = Apart()
            return self._helper
