"""Many processes, one meaning. The only module that knows about processes.

Work goes in batches to worker processes made by `fork`, which see everything the parent had loaded and
send back small results. Each worker holds one batch at a time, so that when one dies (out of memory, a
crash in a C library) we know over what: its batch is tried again item by item, and an item that
kills its worker alone is reported as `Died`; all others are done. Without `fork`, under threads
(forking a threaded process can deadlock) and for few items the same work is done in this process.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

State = TypeVar("State")
Item = TypeVar("Item")
Result = TypeVar("Result")

#: What a worker exits with that could not get the memory it needed.
_NO_MEMORY = 112
#: Below so many items (of about 1 ms) a second process costs more than it brings.
FEW = 100
#: Almost nothing we make is cyclic; a collection now and then keeps a mistake from growing for ever.
_RARELY = (200_000, 50, 1000)


@dataclass(frozen=True)
class Died(Generic[Item]):
    """The process that worked on `item` alone ended without an answer. `why` is for people."""

    item: Item
    why: str


class WorkerError(RuntimeError):
    """Our own mistake, made in a worker process: its traceback as text."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Collections are rare meanwhile: among the notes of a large vault each takes long, and finds nothing."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def workers_for(items: int, jobs: int, few: int = FEW) -> int:
    """How many processes to use for `items` where `jobs` are allowed (0: as many as there are cores)."""
    if items < few or not can_fork():
        return 1
    return min(jobs or _cores(), items)


def can_fork() -> bool:
    """Whether other processes can be made: not everywhere, and never under threads."""
    return hasattr(os, "fork") and threading.active_count() == 1


def batch_sizes(items: int, workers: int, most: int = 64) -> Iterator[int]:
    """The sizes of batches that hold so many `items`: large enough to be worth sending, and smaller towards the end.

    Then all workers end at about the same time, however unlike their items are.
    """
    left = items
    while left > 0:
        size = max(1, min(most, left // (workers * 4)))
        yield size
        left -= size


def spread(
    work: Callable[[State, Sequence[Item]], Result],
    batches: Iterable[Sequence[Item]],
    workers: int,
    initial: Callable[[], State],
    *,
    apart: bool = False,
) -> Generator[Result | Died[Item], None, None]:
    """What `work` returns for each batch, as it gets done, in no particular order.

    `initial` makes the first argument of `work`, once in each process that works, when there is work.
    With `apart` a single worker is a process of its own, too: for items that may take more memory than there is.
    Batches are drawn when a worker is free, and they and the results must pickle. An exception in `work`
    flies here, from another process as a `WorkerError`. Close the iterator (`contextlib.closing`) to be
    sure that no process outlives a loop that was left early.
    """
    alone = workers <= 1 and not (apart and can_fork())
    return _alone(work, batches, initial) if alone else _pool(work, batches, workers, initial)


#: For fewer items than this, a process of its own costs `Meanwhile` more than it saves.
MANY = 2000


class Meanwhile(Generic[Result]):
    """Work that another process does while this one goes on; its result must pickle.

    Under threads, without `fork`, for fewer than `many` `items` or one of `jobs` it is done here, when the result is
    asked for.
    """

    def __init__(self, work: Callable[[], Result], items: int, jobs: int, many: int = MANY) -> None:
        self._work = work
        self._worker: _Worker | None = None
        if items >= many and workers_for(items, jobs) > 1:
            gc.freeze()
            self._worker = _Worker(lambda _state, _batch: work(), lambda: None, [])
            self._worker.give(("all",))

    def result(self) -> Result:
        """What the work came to. If its process died, it is done again here."""
        worker, self._worker = self._worker, None
        if worker is None:
            return self._work()
        answer = worker.take()
        worker.end(kill=True)
        if answer is None:
            return self._work()
        found: Result = _unpacked(answer)
        return found

    def drop(self) -> None:
        """Nobody wants the result any more."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end(kill=True)


def beside(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Begin `work` in a process of its own, which takes 2 ms; the function returned waits for what it gave.

    Where that process cannot be made or dies, the work is done here, when its result is asked for.
    """
    if not can_fork():
        return work
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            data = work()
            while data:
                data = data[os.write(theirs, data) :]
            code = 0
        finally:
            os._exit(code)  # neither the parent's clean-up nor its buffers are ours
    os.close(theirs)

    def result() -> bytes:
        with open(ours, "rb") as pipe:  # noqa: PTH123 - no path
            data = pipe.read()
        return data if os.waitpid(child, 0)[1] == 0 else work()

    return result


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _alone(
    work: Callable[[State, Sequence[Item]], Result],
    batches: Iterable[Sequence[Item]],
    initial: Callable[[], State],
) -> Generator[Result, None, None]:
    state: State | None = None
    with rarely_collected():
        for batch in batches:
            state = initial() if state is None else state
            yield work(state, batch)


def _pool(
    work: Callable[[State, Sequence[Item]], Result],
    batches: Iterable[Sequence[Item]],
    workers: int,
    initial: Callable[[], State],
) -> Generator[Result | Died[Item], None, None]:
    todo = iter(batches)
    again: deque[Sequence[Item]] = deque()  # what dead workers left, item by item
    crew: list[_Worker] = []
    idle: list[_Worker] = []
    gc.freeze()  # or the first collection in a worker would copy the whole of our memory
    try:
        with selectors.DefaultSelector() as ready:
            while True:
                while (batch := again.popleft() if again else next(todo, None)) is not None:
                    if not idle:
                        idle.append(_Worker(work, initial, crew))
                        crew.append(idle[0])
                        ready.register(crew[-1].line, selectors.EVENT_READ, crew[-1])
                    idle.pop().give(batch)
                    if not idle and len(crew) >= workers:
                        break
                if len(idle) == len(crew):
                    return
                for event, _ in ready.select():
                    worker: _Worker = event.data
                    answer = worker.take()
                    if answer is not None:
                        idle.append(worker)
                        yield _unpacked(answer)
                        continue
                    ready.unregister(worker.line)
                    crew.remove(worker)
                    why = worker.end()
                    if len(worker.batch) > 1:
                        again.extend([item] for item in worker.batch)
                    else:
                        yield Died(worker.batch[0], why)
    finally:
        for worker in crew:
            worker.end(kill=worker not in idle)


def _unpacked(answer: tuple[bool, Any]) -> Any:
    done, value = answer
    if not done:
        raise WorkerError(value)
    return value


class _Worker:
    """One child process, the batch it holds, and the pipes to and from it."""

    def __init__(
        self, work: Callable[[Any, Any], Any], initial: Callable[[], Any], crew: list[_Worker]
    ) -> None:
        from multiprocessing.connection import Pipe  # noqa: PLC0415 - 20 ms, and most builds stay in one process

        self.batch: Sequence[Any] = ()
        self.line, theirs = Pipe()
        # Blocked in the child for good: Ctrl-C goes to the parent alone, which ends its children itself.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                # An end that a sister keeps open would hide from the others that the parent is gone.
                for line in (self.line, *(each.line for each in crew)):
                    line.close()
                _live(work, initial, theirs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()

    def give(self, batch: Sequence[Any]) -> None:
        """Hand over a batch. If the worker is dead already, `take` will tell."""
        self.batch = batch
        with suppress(BrokenPipeError, ConnectionResetError):
            self.line.send(batch)

    def take(self) -> tuple[bool, Any] | None:
        """Whether the last batch was done, and the result or the traceback; None if the worker died."""
        try:
            answer: tuple[bool, Any] = self.line.recv()
        except (EOFError, ConnectionResetError):
            return None
        return answer

    def end(self, *, kill: bool = False) -> str:
        """Let the process end (or make it), wait for it, and say how it went."""
        if kill:
            os.kill(self.pid, signal.SIGKILL)
        self.line.close()
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        if code == _NO_MEMORY:
            return "there was not enough memory"
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _live(work: Callable[[Any, Any], Any], initial: Callable[[], Any], line: Any) -> NoReturn:
    """The life of a worker, from the fork to its end."""
    answer: tuple[bool, Any] | None = None
    try:
        gc.set_threshold(*_RARELY)
        state = None
        while True:
            answer = (True, None)
            batch = line.recv()  # the parent has no more, or is gone: EOFError
            answer = None
            state = initial() if state is None else state
            answer = (True, work(state, batch))
            line.send(answer)
    except MemoryError:  # as good as killed, and the others may still be done
        os._exit(_NO_MEMORY)
    finally:
        if answer is None:
            line.send((False, "".join(traceback.format_exception(sys.exception()))))
        os._exit(0)  # neither the parent's clean-up nor its buffers are ours
