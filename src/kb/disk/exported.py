"""What the search index in an output folder was made from, so that the next build can go on from there.

Believed only if the folder is at rest and holds the index that was written then.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kb.disk.inside import read_inside
from kb.disk.journal import JOURNAL
from kb.disk.manifest import read_manifest, write_whole
from kb.disk.stamp import digest

_VERSION = b"kb-exported-1\n"
_DIGEST = 32


class Exported(msgspec.Struct, frozen=True):
    """An index: what all of it depends on, its documents (paths and digests) in order, and its manifest's digest."""

    stamp: str
    documents: tuple[tuple[str, str], ...]
    manifest: str = ""


class ExportedFiles:
    """The files of an index as they lie in the output folder `out`, at `folder` in it.

    Raises `OSError` for one that cannot be read, `ValueError` for one that is not as kb wrote it.
    """

    def __init__(self, out: Path, folder: str) -> None:
        self._out, self._folder = Path(os.path.realpath(out)), folder
        self._digests: Mapping[str, str] | None = None

    def read(self, path: str) -> bytes:
        """The bytes of a file, by its path in the index's folder."""
        if self._digests is None:
            self._digests = read_manifest(self._out).files
        name = f"{self._folder}/{path}"
        data = read_inside(self._out, name)
        if digest(data) != self._digests.get(name):
            raise ValueError(f"{name} is not as kb wrote it")
        return data


def recall_exported(cache: Path, out: Path, manifest: str) -> Exported | None:
    """What is remembered of the index in `out`, if that is still the one that lies there; `manifest` is its path."""
    try:
        data = _file(cache, out).read_bytes()
        body = data[len(_VERSION) + _DIGEST :]
        if data[: len(_VERSION) + _DIGEST] != _VERSION + digest(body).encode():
            return None
        exported = msgspec.msgpack.decode(body, type=Exported)
    except (OSError, msgspec.MsgspecError):
        return None
    at_rest = not (out / JOURNAL).exists()
    return exported if at_rest and exported.manifest == _digest_of(out / manifest) else None


def remember_exported(cache: Path, out: Path, manifest: str, exported: Exported) -> None:
    """Keep what the index in `out` was made from, for the next build."""
    now = msgspec.structs.replace(exported, manifest=_digest_of(out / manifest))
    if now.manifest == "" or now == recall_exported(cache, out, manifest):
        return
    body = msgspec.msgpack.encode(now)
    try:
        write_whole(_file(cache, out), _VERSION + digest(body).encode() + body, lasting=False)
    except OSError:  # a full or read-only cache
        return


def _digest_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""


def _file(cache: Path, out: Path) -> Path:
    return cache / f"exported-{digest(os.fsencode(os.path.realpath(out)))[:20]}.msgpack"
