"""The site on which builds are killed and lied to, with commands that begin at once: for hundreds of them.

A command is a child of this process, which has imported everything and has built a site before, so that no command spends
nine tenths of its time on becoming one. What it then asks of the system is what a person's command asks.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NoReturn

from cli.shell import Done
from kb.cli import main
from safety.faults import CONFIG, NEW, Faulty

#: What Python tells of what it asks of the disk. Writing into an open file is not among it.
_ASKED = ("open", "os.", "shutil.", "sqlite3.")
_LONGEST_S = 300


class Running:
    """A command that was begun."""

    def __init__(self, pid: int, out: IO[bytes], err: IO[bytes]) -> None:
        self._pid, self._out, self._err = pid, out, err
        self._handle = os.pidfd_open(pid)

    @property
    def out(self) -> str:
        """What it has said by now."""
        return _said(self._out)

    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(select.select([self._handle], [], [], 0)[0])

    def end(self, number: signal.Signals | None = None) -> Done:
        """Wait for its end, which a signal may bring about. One that takes minutes is killed."""
        if number is not None and not self.is_over():
            os.kill(self._pid, number)
        if not select.select([self._handle], [], [], _LONGEST_S)[0]:
            os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        done = Done(os.waitstatus_to_exitcode(status), self.out, _said(self._err))
        os.close(self._handle)
        self._out.close()
        self._err.close()
        return done


class Warm(Faulty):
    """The site, whose commands are children of this process."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        _warm_up(home / "warm")
        super().__init__(home)

    def _run(self, *arguments: str, before: Sequence[str] = ()) -> Done:
        return self.begun(*arguments, tracer=before).end()

    def killed_at(self, moment: int) -> Done:
        """A build that is killed when it asks the disk for the `moment`-th time; for 0 it is not."""
        return self.begun("build", "-j", "1", moment=moment).end()

    def begun(self, *arguments: str, tracer: Sequence[str] = (), moment: int | None = None) -> Running:
        """A command that begins, and that a tracer follows, or that dies when it asks the disk for the `moment`-th time.

        With 0 for a moment it does not die, and says how often it asked.
        """
        ready, go = os.pipe()
        out, err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - `Running` closes them
        pid = os.fork()
        if pid == 0:
            os.read(ready, 1)
            _become(arguments, moment, self.shell.here, self.env, (out, err))
        if tracer:
            _follow(tracer, pid)
        os.write(go, b"!")
        os.close(ready)
        os.close(go)
        return Running(pid, out, err)


def _become(
    arguments: Sequence[str],
    moment: int | None,
    here: Path,
    env: Mapping[str, str],
    streams: tuple[IO[bytes], IO[bytes]],
) -> NoReturn:
    """Be that command, in a process that was a copy of this one, and end."""
    code = 1
    try:
        for number, stream in enumerate(streams, 1):
            os.dup2(stream.fileno(), number)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(here)
        sys.argv = ["kb", *arguments]
        code = _exit_code() if moment is None else _counted(moment)
    except BaseException:  # noqa: BLE001 - it is told as Python tells it
        sys.excepthook(*sys.exc_info())
    finally:
        for written in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                written.flush()
        os._exit(code)  # what the parent does at its end is not the child's


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


def _counted(moment: int) -> int:
    asked = 0

    def count(event: str, _details: object) -> None:
        nonlocal asked
        if event.startswith(_ASKED):
            asked += 1
            if asked == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    try:
        return _exit_code()
    finally:
        if not moment:
            print("asked", asked)  # noqa: T201 - for whoever began the command


def _follow(tracer: Sequence[str], pid: int) -> None:
    """Wait until the tracer has the process in hand."""
    for_a_running_one = [word for word in tracer if word != "--seccomp-bpf"]
    process = subprocess.Popen([*for_a_running_one, "-p", str(pid)])
    status = Path(f"/proc/{pid}/status")
    while "TracerPid:\t0" in status.read_text():
        assert process.poll() is None, "the tracer has ended"
        time.sleep(0.002)


def _said(stream: IO[bytes]) -> str:
    return os.pread(stream.fileno(), 1 << 24, 0).decode("utf-8", "replace")


def _warm_up(folder: Path) -> None:
    """Build a site in this process, and keep all that it imported and compiled from what it may collect."""
    for name, text in {"config.yaml": CONFIG, **NEW}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    given, sys.argv = (
        sys.argv,
        ["kb", "-C", str(folder), "--cache-dir", str(folder / "cache"), "build", "-j", "1"],
    )
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        code = _exit_code()
    assert code == 0
    sys.argv = given
    gc.collect()
    gc.freeze()
