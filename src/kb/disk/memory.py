"""What we remember of an output folder between builds, in the cache: hints that save work.

For each page the key that it was made from, the digest of its bytes, and the stamp of its file. Without
it every page is rendered and compared, and the result is the same. After the machine was started anew
the stamps are not trusted: a power cut can leave a file with the right size and other bytes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from kb.disk.manifest import FOLDER, MANIFEST, write_whole
from kb.disk.stamp import Stamp, certain_from, digest, racy, stamp_of

_KIND = b"kb-output-"
_VERSION = _KIND + b"4\n"
_DIGEST = 32
#: So long is waited for the stamps of files just written to become certain: a tick of the kernel's clock, no more.
_SOON_NS = 100_000_000


class Written(NamedTuple):
    """A page as it was last written. No stamp: look at the file itself. `ground`: what the page was made from.

    `near` is the finer ground of the page that has this key, "" where nobody asked for it. `before` is the key that the
    last build found; the page was rewritten if `key` is another.
    """

    key: str
    digest: str
    stamp: Stamp | None = None
    before: str = ""
    ground: str = ""
    near: str = ""


class Memory(msgspec.Struct):
    """All that is remembered of one output folder; `damaged` if what was there could not be read."""

    files: dict[str, Written]
    manifest: Stamp | None = None
    boot: str = ""
    damaged: bool = False


def recall(cache: Path, out: Path) -> Memory:
    """What `remember` was given last for the output folder with the real path `out`."""
    try:
        data = _file(cache, out).read_bytes()
    except OSError:
        return Memory({})
    if not data.startswith(_VERSION) and data.startswith(_KIND):
        return Memory({})  # another version of kb wrote it
    body = data[len(_VERSION) + _DIGEST :]
    if data[: len(_VERSION) + _DIGEST] != _VERSION + digest(body).encode():
        return Memory({}, damaged=True)
    try:
        memory = msgspec.msgpack.decode(body, type=Memory)
    except msgspec.MsgspecError:
        return Memory({}, damaged=True)
    if memory.boot == _boot():
        return memory
    return Memory({path: each._replace(stamp=None) for path, each in memory.files.items()})


def remember(cache: Path, out: Path, files: Mapping[str, Written], before: Memory) -> None:
    """Keep `files`, and the manifest's stamp, for the next build, unless `before` says the same."""
    stamps = [each.stamp for each in files.values() if each.stamp is not None]
    manifest = manifest_stamp(out)
    taken = time.time_ns()
    moments = [certain_from(stamp) for stamp in (*stamps, manifest) if stamp]
    if soon := [moment for moment in moments if taken < moment < taken + _SOON_NS]:
        time.sleep((max(soon) - taken) / 10**9)
        taken = time.time_ns()
    trusted = {
        path: each._replace(stamp=None) if each.stamp is not None and racy(each.stamp, taken) else each
        for path, each in files.items()
    }
    memory = Memory(trusted, None if manifest is None or racy(manifest, taken) else manifest, _boot())
    if memory == before:
        return
    head = len(_VERSION) + _DIGEST
    data = bytearray(head)
    msgspec.msgpack.Encoder().encode_into(memory, data, head)  # of a large site it is many megabytes: no copy
    data[:head] = _VERSION + digest(memoryview(data)[head:]).encode()
    try:
        write_whole(_file(cache, out), data, lasting=False)
    except OSError:  # a full or read-only cache
        return


def untouched(out: Path, cache: Path) -> bool:
    """Whether every file of ours in `out` is as the last build left it, by its stamp alone."""
    return standing(out, cache) is not None


def standing(out: Path, cache: Path) -> tuple[str, ...] | None:
    """The paths of our files in `out`, if each is as the last build left it, by its stamp alone; else None."""
    real = Path(os.path.realpath(out))
    memory = recall(cache, real)
    if memory.manifest is None or memory.manifest != manifest_stamp(real):
        return None
    try:
        if [entry.name for entry in (real / FOLDER).iterdir()] != [
            Path(MANIFEST).name
        ]:  # a journal to finish, a staging folder
            return None
        same = all(each.stamp == stamp_of(os.lstat(f"{real}/{path}")) for path, each in memory.files.items())
    except OSError:
        return None
    return tuple(memory.files) if same else None


def remembered_keys(out: Path, cache: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The keys of the pages of `out`, by path, and those that the last build found there; "" where unknown."""
    files = recall(cache, Path(os.path.realpath(out))).files
    return {path: each.key for path, each in files.items()}, {
        path: each.before for path, each in files.items()
    }


def manifest_stamp(out: Path) -> Stamp | None:
    """The stamp of the manifest that the last build left in `out`; None where there is none."""
    try:
        return stamp_of(os.lstat(out / MANIFEST))
    except OSError:
        return None


def _file(cache: Path, out: Path) -> Path:
    return cache / f"output-{digest(os.fsencode(out))[:20]}.msgpack"


def _boot() -> str:
    """A name for the time since the machine was started; the same for ever where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""
