"""What we wrote into an output folder, and with what bytes. Only that is ever replaced or removed.

It says, too, which of the files are addresses of notes, so that the next build can tell which of them are gone. Of what
is not published it knows nothing, since it is published itself. It lies in the output folder
(``.kb/manifest.json``) and goes where that goes. It holds no times, so that two folders with the same pages have
the same manifest.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kb.disk.inside import Outside, safe_name

FOLDER = ".kb"
MANIFEST = f"{FOLDER}/manifest.json"
_VERSION = 1


class Manifest(NamedTuple):
    """The digest of every file of ours by its path; `state` says whether there was a manifest to read.

    `public` are the files that are addresses of notes, old ones that lead on included; None where that is not known.
    """

    files: dict[str, str]
    state: Literal["ours", "missing", "damaged"]
    public: frozenset[str] | None = None


class _Stored(msgspec.Struct):
    version: int
    files: dict[str, str]
    public: list[str] | None = None


def read_manifest(out: Path) -> Manifest:
    """The manifest of the folder `out`; one that cannot be read, or names paths outside, is damaged."""
    try:
        stored = msgspec.json.decode((out / MANIFEST).read_bytes(), type=_Stored)
        for path in stored.files:
            safe_name(path)
    except FileNotFoundError:
        return Manifest({}, "missing")
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, Outside):
        return Manifest({}, "damaged")
    if stored.version != _VERSION:
        return Manifest({}, "damaged")
    return Manifest(stored.files, "ours", None if stored.public is None else frozenset(stored.public))


def manifest_bytes(files: Mapping[str, str], public: Iterable[str] | None = None) -> bytes:
    """The manifest as it is stored: equal files, equal bytes."""
    stored = _Stored(_VERSION, dict(sorted(files.items())), None if public is None else sorted(public))
    return msgspec.json.format(msgspec.json.encode(stored), indent=1) + b"\n"


def write_whole(path: Path, data: bytes | bytearray, *, lasting: bool = True) -> None:
    """Put `data` at `path` so that whatever happens there is the old file or the new one.

    What is not `lasting` may be torn after a power cut, and has to hold a digest that tells; to be sure of the disk
    takes some milliseconds for each file.
    """
    draft = path.with_name(f"{path.name}.new")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        write_all(fd, data)
        if hasattr(os, "fchmod"):
            os.fchmod(fd, 0o644)
        if lasting:
            os.fsync(fd)
    finally:
        os.close(fd)
    draft.replace(path)


def write_all(fd: int, data: bytes | bytearray) -> None:
    """Every byte of `data`, or an `OSError`."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
