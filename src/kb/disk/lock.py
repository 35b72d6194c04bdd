"""One build at a time into one folder.

The lock is the operating system's, on the output folder itself: it leaves no file behind, and dies with
its holder, so there are no stale ones. Where there is no `flock`, there is no lock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

#: The workers of a build that was killed end within this time, and hold its lock until then.
_GRACE_SECONDS = 1.0


class Busy(Exception):  # noqa: N818 - a state of affairs more than an error
    """Another build writes into this folder."""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Nobody else holds `folder` meanwhile; `Busy` if somebody does."""
    if sys.platform == "win32":
        yield
        return
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(fd, folder)
        yield
    finally:
        os.close(fd)


def _lock(fd: int, folder: Path) -> None:
    deadline = time.monotonic() + _GRACE_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy(f"another build is writing into {folder}") from None
            time.sleep(0.02)
        else:
            return
