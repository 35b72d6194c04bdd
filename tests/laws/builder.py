"""A process that builds sites: reads lines ``root<TAB>output<TAB>cache<TAB>how``, answers ``done``.

It is started once for each hash seed, and has everything imported. It is shown every folder in an order that follows
from its seed. `how` is

- ``here``: it builds itself, as a process that goes on does;
- ``fresh N``: a child of it builds, with up to N workers, and ends, as a person's command does;
- ``killed N``: a child builds, and dies when it asks the disk for the N-th time.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kb.disk.parallel import workers_for
from kb.pipeline.building import build
from kb.pipeline.opening import Ask
from laws.remembered import remember

_scandir = os.scandir
#: What Python tells of what it asks of the disk. Writing into an open file is not among it.
_ASKED = ("open", "os.", "shutil.", "sqlite3.")
_ORDER = os.environ["PYTHONHASHSEED"].encode()


@contextmanager
def _shuffled(path: Any) -> Iterator[Iterator[os.DirEntry[str]]]:
    with _scandir(path) as entries:
        yield iter(sorted(entries, key=lambda entry: blake2b(os.fsencode(entry.name), key=_ORDER).digest()))


def _spread_even_little() -> None:
    """Let several processes do what otherwise one would: the sites of the laws are small. For a child, which ends."""
    workers_for.__defaults__ = (2,)


def _build(root: str, output: str, cache: str, jobs: int = 1) -> None:
    build(Ask(root=Path(root), output=Path(output), cache=Path(cache), jobs=jobs), lambda *_: None)


def _in_a_child(root: str, output: str, cache: str, *, jobs: int = 1, killed_at: int = 0) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if jobs > 1:
                _spread_even_little()
            if killed_at:
                _dies_at(killed_at)
            _build(root, output, cache, jobs)
            code = 0
        finally:
            os._exit(code)  # the parent's clean-up is not the child's
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == 0 or (killed_at and ended == -signal.SIGKILL)


def _dies_at(moment: int) -> None:
    left = moment

    def count(event: str, _details: object) -> None:
        nonlocal left
        left -= event.startswith(_ASKED)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main() -> None:
    """Serve until standard input ends."""
    remember()
    os.scandir = _shuffled  # type: ignore[assignment]
    gc.freeze()  # children need not copy what they do not change
    for line in sys.stdin:
        root, output, cache, how = line.rstrip("\n").split("\t")
        match how.split():
            case ["fresh", jobs]:
                _in_a_child(root, output, cache, jobs=int(jobs))
            case ["killed", moment]:
                _in_a_child(root, output, cache, killed_at=int(moment))
            case _:
                _build(root, output, cache)
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
