"""The one door to files whose names come from a vault, a theme or a manifest.

A name is opened first and judged afterwards: the kernel says where the open file really lies, so
nobody can swap a folder for a symbolic link between the question and the answer. Symbolic links that
stay inside the folder are followed, others are refused; pipes and devices are refused and, being
opened without blocking, cannot hang us.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READ = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_SEGMENT_BYTES = 255
#: A file that is being written to is read so often, with such pauses.
_TRIES, _PAUSE_S = 8, 0.02
_YOUNG_NS = 1_000_000_000


class Outside(OSError):  # noqa: N818 - says where a name leads
    """A name leads out of the folder it belongs to."""


class NotAFile(OSError):  # noqa: N818 - says what a name is
    """A name that is no regular file: a folder, a pipe, a device."""


@contextmanager
def open_inside(root: Path, name: str) -> Iterator[int]:
    """The descriptor, open for reading, of the regular file `name` below `root`.

    Raises `Outside`, `NotAFile`, or the `OSError` that the system gave. A `root` that was made real
    before (`os.path.realpath`) saves time where many files are opened.
    """
    fd = _open(root, name)
    try:
        yield fd
    finally:
        os.close(fd)


def read_inside(root: Path, name: str) -> bytes:
    """The bytes of the regular file `name` below `root`; raises what `open_inside` raises.

    A file that is written to meanwhile is read again, lest it be half of what it was and half of what it will be. One
    that is written to without an end is taken as it was found at last.
    """
    fd = _open(root, name)
    try:
        tries = 1
        while not _held_still(fd, before := os.fstat(fd), data := _whole(fd, before.st_size)):
            if tries == _TRIES:
                break
            tries += 1
            time.sleep(_PAUSE_S)
        return data
    finally:
        os.close(fd)


def is_inside(root: Path, path: Path) -> bool:
    """Whether `path` really lies in `root` (or is it), all symbolic links resolved."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def safe_name(name: str) -> str:
    """`name` itself, if it can be a path below a folder; else `Outside`.

    No absolute path, no ``..``, no empty segment, no NUL, no segment that a file system cannot hold.
    """
    for segment in name.split("/"):
        if segment in ("", ".", "..") or "\0" in segment:
            raise Outside(f"{name!r} is no path inside a folder")
        if len(segment) * 4 > _SEGMENT_BYTES and len(os.fsencode(segment)) > _SEGMENT_BYTES:
            raise Outside(f"{name!r} has a segment of more than {_SEGMENT_BYTES} bytes")
    if os.sep != "/" and (os.sep in name or ":" in name):
        raise Outside(f"{name!r} is no path inside a folder")
    return name


def _open(root: Path, name: str) -> int:
    path = f"{root}/{safe_name(name)}"
    fd = os.open(path, _READ)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise NotAFile(f"{name} is not a file")
        if not _lies_inside(fd, path, str(root)):
            raise Outside(f"{name} leads out of {root}")
    except OSError:
        os.close(fd)
        raise
    return fd


def _held_still(fd: int, before: os.stat_result, data: bytes) -> bool:
    """Whether nobody wrote into the file while `data` was read.

    Its time tells that, unless it is of this very moment: the system sets it when a writing begins, which may go on.
    """
    after = os.fstat(fd)
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        return False
    return after.st_mtime_ns < time.time_ns() - _YOUNG_NS or _whole(fd, before.st_size) == data


def _whole(fd: int, size: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    data = os.read(fd, size + 1)
    if len(data) == size:  # one byte more was asked for: this is all of it
        return data
    pieces = [data]
    while piece := os.read(fd, 1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def _lies_inside(fd: int, path: str, root: str) -> bool:
    try:
        real = os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115 - ten thousand times
    except OSError:  # no /proc: not Linux
        real = os.path.realpath(path)
        if not os.path.samestat(Path(real).lstat(), os.fstat(fd)):
            return False
    return real.startswith(f"{root}/") or Path(real).is_relative_to(os.path.realpath(root))
