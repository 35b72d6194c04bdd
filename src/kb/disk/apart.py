"""Work that a process of its own does for the threads of this one, which is begun when it is first wanted.

It is a new Python and no fork, since a fork of a process with threads can hang. It dies of work that takes too long
(a limit of the system sees to that, whatever the work is busy with), ends when nobody can ask any more, and is
begun again when somebody does.
"""

from __future__ import annotations

import importlib
import math
import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Lock
from typing import IO, Any, cast

import msgspec

from kb.model.endless import Endless, Work

#: What it runs. It finds our modules where we find them (`-P`: and none in the folder that somebody stands in).
_BEGIN = "import sys; from kb.disk.apart import live; live(*sys.argv[1:])"
#: Bytes that say how many follow.
_LENGTH = 8
#: How it ends if its time is over, or if somebody stopped it: nobody should try again.
_STOPPED = frozenset((-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGINT))


class Apart:
    """Such a process. For any thread: one question after the other."""

    def __init__(self) -> None:
        self._asking = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, work: Work, seconds: float, first: str, second: str) -> str:
        """What the work gives there. Raises `Endless`. Where no process can be had, it is done here."""
        with self._asking:
            try:
                process = self._process = self._process or _begun(work, seconds)
            except OSError:
                return work(first, second)
            with suppress(BrokenPipeError):  # it is dead: reading tells
                _send(cast("IO[bytes]", process.stdin), (first, second))
            answer: str | None = _receive(cast("IO[bytes]", process.stdout), str)
            if answer is not None:
                return answer
            ended = self._end()
        if ended in _STOPPED:
            raise Endless
        return work(first, second)  # a mistake of ours: may it fly here

    def close(self) -> None:
        """End it."""
        with self._asking:
            self._end()

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(BrokenPipeError):
                pipe.close()
        return process.wait()


def _begun(work: Work, seconds: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-c", _BEGIN, work.__module__, work.__name__, str(seconds)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603


def live(module: str, name: str, seconds: str) -> None:
    """The life of the process: it answers until nobody asks any more, or a question takes too long."""
    import resource  # noqa: PLC0415 - not on every system

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    work: Work = getattr(importlib.import_module(module), name)
    while (question := _receive(sys.stdin.buffer, tuple[str, str])) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = math.ceil(used.ru_utime + used.ru_stime + float(seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        _send(sys.stdout.buffer, work(*question))


def _send(pipe: IO[bytes], value: object) -> None:
    data = msgspec.msgpack.encode(value)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def _receive(pipe: IO[bytes], kind: Any) -> Any:
    """What was sent; None if the other side is gone."""
    head = pipe.read(_LENGTH)
    data = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    return msgspec.msgpack.decode(data, type=kind) if data else None
