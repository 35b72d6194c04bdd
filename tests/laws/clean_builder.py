"""A process that builds sites from nothing: reads lines ``root<TAB>output<TAB>cache``, answers ``done``.

It runs with another hash seed than the tests, and is shown every folder in another order. A fourth field is a moment at
which the build is killed, counted in what it asks of the disk: then a child of this process builds, and dies.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kb.pipeline.building import build
from kb.pipeline.opening import Ask

_scandir = os.scandir
#: What Python tells of what it asks of the disk. Writing into an open file is not among it.
_ASKED = ("open", "os.", "shutil.", "sqlite3.")


@contextmanager
def _backwards(path: Any) -> Iterator[Iterator[os.DirEntry[str]]]:
    with _scandir(path) as entries:
        yield iter(sorted(entries, key=lambda entry: entry.name[::-1], reverse=True))


def _build(root: str, output: str, cache: str) -> None:
    build(Ask(root=Path(root), output=Path(output), cache=Path(cache), jobs=1), lambda *_: None)


def _killed(root: str, output: str, cache: str, moment: int) -> None:
    """Build in a child, and kill it when it asks the disk for the `moment`-th time."""
    child = os.fork()
    if child == 0:
        left = moment

        def count(event: str, _details: object) -> None:
            nonlocal left
            left -= event.startswith(_ASKED)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            sys.addaudithook(count)
            _build(root, output, cache)
            code = 0
        finally:
            os._exit(code)  # the parent's clean-up is not the child's
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in {0, -signal.SIGKILL}


def main() -> None:
    """Serve until standard input ends."""
    os.scandir = _backwards  # type: ignore[assignment]
    for line in sys.stdin:
        root, output, cache, *moment = line.rstrip("\n").split("\t")
        if moment:
            _killed(root, output, cache, int(moment[0]))
        else:
            _build(root, output, cache)
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
