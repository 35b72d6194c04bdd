"""One build at a time into one folder.

The lock is the operating system's, on the output folder itself: it leaves no file behind, and dies with
its holder, so there are no stale ones. Where there is no `flock`, there is no lock: not on Windows, and not in a folder
on a network whose server keeps none.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.disk.refused import Refused

if sys.platform != "win32":
    import fcntl

#: The workers of a build that was killed end within this time, and hold its lock until then.
_GRACE_SECONDS = 1.0
#: What a file system answers that keeps no locks.
_WITHOUT_LOCKS = frozenset((errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP))


class Busy(Exception):  # noqa: N818 - a state of affairs more than an error
    """Another build writes into this folder."""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Nobody else holds `folder` meanwhile; `Busy` if somebody does, `Refused` if the system does not let us ask."""
    if sys.platform == "win32":
        yield
        return
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _refused(folder, error) from error
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
        except OSError as error:
            if error.errno in _WITHOUT_LOCKS:
                return
            raise _refused(folder, error) from error
        else:
            return


def _refused(folder: Path, error: OSError) -> Refused:
    hint = "let yourself read and write that folder, or choose another one"
    return Refused(f"{folder} cannot be kept from other builds meanwhile: {error.strerror}", hint)
