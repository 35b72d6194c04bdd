"""What tells whether a file is the one we know.

The digest decides. A stamp (what `stat` says) only saves reading a file: equal stamps mean equal
bytes unless the file is *racy*, that is, was changed so shortly before we looked that another change
would have left the same times. Git has the same rule. The time of the inode's change is part of the
stamp because an editor or `touch -d` can set the other one back, and cannot set this one.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

#: Kernels keep file times by a clock that ticks every 1–10 ms; some file systems keep whole (even) seconds.
_TICK_NS = 20_000_000
_COARSE_NS = 2_000_000_000
_SECOND_NS = 1_000_000_000


class Stamp(NamedTuple):
    """What `stat` says of a regular file. `changed_ns` is the inode's change time (on Windows its birth)."""

    size: int
    mtime_ns: int
    inode: int
    changed_ns: int = 0


def stamp_of(stat: os.stat_result) -> Stamp:
    """The stamp in a `stat` result."""
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns)


def certain_from(stamp: Stamp) -> int:
    """The moment from which on no further change of a file could leave this stamp, in nanoseconds."""
    newest = max(stamp.mtime_ns, stamp.changed_ns)
    return newest + (_TICK_NS if newest % _SECOND_NS else _COARSE_NS)


def racy(stamp: Stamp, taken_ns: int) -> bool:
    """Whether a file could have changed after the moment `taken_ns` and still bear this stamp."""
    return certain_from(stamp) > taken_ns


def digest(data: bytes | memoryview) -> str:
    """What stands for these bytes everywhere: 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


def digest_of(fd: int) -> str:
    """The digest of what is left to read of an open file, whatever its size, in little memory."""
    state = blake2b(digest_size=16)
    while piece := os.read(fd, 1 << 20):
        state.update(piece)
    return state.hexdigest()


def digest_at(path: Path) -> str | None:
    """The digest of the file at `path` itself; None if there is nothing, "" for what is no file or cannot be read."""
    try:
        return file_digest(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return ""


def file_digest(path: str | Path) -> str:
    """The digest of the file at `path` itself, no link followed; raises OSError where it cannot be read."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        return digest_of(fd)
    finally:
        os.close(fd)
