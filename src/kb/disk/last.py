"""What the last build of an output folder was made from, and what it told: where nothing changed, that is the answer.

Believed only if the folder is as that build left it, file by file and with the same manifest.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from kb.disk.manifest import MANIFEST, write_whole
from kb.disk.memory import standing
from kb.disk.stamp import digest
from kb.model.problem import Problem

_VERSION = b"kb-last-1\n"
_DIGEST = 32


class Last(msgspec.Struct, frozen=True):
    """A build: the stamp of what it was made from, its problems, and the files it left, in order.

    `quiet`: since then a build has found nothing to do.
    """

    stamp: str
    problems: tuple[Problem, ...]
    quiet: bool = False
    manifest: str = ""
    files: tuple[str, ...] = ()


def recall_last(cache: Path, out: Path, stamp: str) -> Last | None:
    """The last build into `out`, if it was made from just this and the folder is still as it left it."""
    last = _read(cache, out)
    if last is None or last.stamp != stamp:
        return None
    files = standing(out, cache)
    if files is None:
        return None
    if not last.quiet:
        remember_last(cache, out, msgspec.structs.replace(last, quiet=True))
    return msgspec.structs.replace(last, files=files)


def was_quiet(cache: Path, out: Path) -> bool:
    """Whether the last build of `out` found nothing to do."""
    last = _read(cache, out)
    return last is not None and last.quiet


def remember_last(cache: Path, out: Path, last: Last) -> None:
    """Keep what a build was made from, for the next one."""
    body = msgspec.msgpack.encode(msgspec.structs.replace(last, manifest=_manifest(out)))
    try:
        write_whole(_file(cache, out), _VERSION + digest(body).encode() + body, lasting=False)
    except OSError:  # a full or read-only cache
        return


def _read(cache: Path, out: Path) -> Last | None:
    """What is remembered, if it was of a build that left the manifest which is there."""
    try:
        data = _file(cache, out).read_bytes()
        body = data[len(_VERSION) + _DIGEST :]
        if data[: len(_VERSION) + _DIGEST] != _VERSION + digest(body).encode():
            return None
        last = msgspec.msgpack.decode(body, type=Last)
    except (OSError, msgspec.MsgspecError):
        return None
    return last if last.manifest == _manifest(out) else None


def _manifest(out: Path) -> str:
    try:
        return digest((out / MANIFEST).read_bytes())
    except OSError:
        return ""


def _file(cache: Path, out: Path) -> Path:
    return cache / f"last-{digest(os.fsencode(os.path.realpath(out)))[:20]}.msgpack"
