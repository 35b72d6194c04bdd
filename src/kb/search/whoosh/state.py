"""What an index consists of, and whether its files are still the ones that were written.

A state is one small file of its own for each commit, `state-N` beside Whoosh's `_MAIN_N.toc`, and put there after
it: its appearance is the commit. It seals every other file: by a stamp, which costs one `stat`, and where the stamp
is another or the machine was started since, by the digest of its bytes. What is not sealed is not read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

NAME = "MAIN"
_TOC = re.compile(rf"_{NAME}_([0-9]+)\.toc")
_STATE = re.compile(r"state-([0-9]+)")
_MAGIC = b"kb-index-1\n"
_DIGEST = 32


class OddIndexError(Exception):
    """The index is not as we left it, or of another making: it is to be made anew."""


class Seal(NamedTuple):
    """What a file was when it was written: its size, times and inode, and the digest of its bytes."""

    name: str
    size: int
    mtime_ns: int
    changed_ns: int
    inode: int
    digest: str


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A segment: `count` documents, of which those numbered in `gone` are no more.

    `total` is the sum of the lengths of those that are left, `indexed` that of all as Whoosh counts it. For each
    word and each term, by its number in the lexicon, `lost_words` and `lost_terms` say how many documents that are
    gone held it.
    """

    id: str
    count: int
    total: int
    indexed: int
    seals: tuple[Seal, ...]
    gone: tuple[int, ...] = ()
    lost_words: dict[int, int] = {}
    lost_terms: dict[int, int] = {}

    @property
    def left(self) -> int:
        """How many documents are left."""
        return self.count - len(self.gone)


class State(msgspec.Struct, frozen=True, array_like=True):
    """An index after a commit.

    `aside`: the digests, by path, of notes that cannot be read, and so are in no index. `fingerprint` names all
    that decides what an index says besides the notes. `plain`: Whoosh's own writer made it.
    """

    fingerprint: str
    parts: tuple[Part, ...] = ()
    aside: dict[str, str] = {}
    plain: bool = False
    toc: Seal | None = None
    boot: str = ""


def latest(folder: Path) -> int:
    """The number of the last commit, -1 if there was none. `OSError` if there is no folder."""
    return _greatest(folder, _STATE)


def latest_toc(folder: Path) -> int:
    """The number of the last of Whoosh's tables of contents, committed or not; -1 if there is none."""
    return _greatest(folder, _TOC)


def toc_name(number: int) -> str:
    """Whoosh's table of contents of this commit."""
    return f"_{NAME}_{number}.toc"


def state_name(number: int) -> str:
    """The file that says what the commit of this number left."""
    return f"state-{number}"


def read_state(folder: Path, number: int) -> State:
    """The state that a commit left, its files sealed still. `OddIndexError`; `FileNotFoundError` if a file is gone."""
    data = (folder / state_name(number)).read_bytes()
    body = data[len(_MAGIC) + _DIGEST :]
    if data[: len(_MAGIC) + _DIGEST] != _MAGIC + _digest(body).encode():
        raise OddIndexError("its state is damaged")
    try:
        state = msgspec.msgpack.decode(body, type=State)
    except msgspec.MsgspecError as error:
        raise OddIndexError("its state is of another version") from error
    trusted = bool(state.boot) and state.boot == boot()
    for part in state.parts:
        _check(folder, part.seals, by_stamp=trusted)
    if state.toc is None or state.toc.name != toc_name(number):
        raise OddIndexError("its table of contents is not sealed")
    _check(folder, (state.toc,), by_stamp=trusted)
    return state


def write_state(folder: Path, number: int, state: State) -> None:
    """Put a state there, whole."""
    body = msgspec.msgpack.encode(state)
    draft = folder / f"{state_name(number)}.new"
    draft.write_bytes(_MAGIC + _digest(body).encode() + body)
    draft.replace(folder / state_name(number))


def sealed(path: Path, name: str) -> Seal:
    """The seal, under this name, of the file that is at `path` now."""
    with path.open("rb") as file:
        state = blake2b(digest_size=_DIGEST // 2)
        while piece := file.read(1 << 20):
            state.update(piece)
        return _seal(name, os.fstat(file.fileno()), state.hexdigest())


def sealed_part(folder: Path, part: str) -> tuple[Seal, ...]:
    """The seals of all files of a segment."""
    names = sorted(name for name in os.listdir(folder) if name.startswith(f"{part}."))  # noqa: PTH208
    return tuple(sealed(folder / name, name) for name in names)


def clean(folder: Path, number: int, state: State, keep: Iterable[str]) -> None:
    """Remove what is no part of the index: what old commits left, and what died before it was one."""
    ours = {state_name(number), toc_name(number), *keep}
    ours |= {seal.name for part in state.parts for seal in part.seals}
    with os.scandir(folder) as entries:
        found = list(entries)
    for entry in found:
        if entry.name not in ours:
            try:
                if entry.is_dir(follow_symlinks=False):
                    for inner in Path(entry.path).iterdir():
                        inner.unlink()
                    Path(entry.path).rmdir()
                else:
                    Path(entry.path).unlink()
            except OSError:  # somebody has it open, where that matters; the next commit tries again
                continue


def boot() -> str:
    """A name for the time since the machine was started; "" where the system has none.

    A power cut can leave a file with the right size and times and other bytes.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _greatest(folder: Path, pattern: re.Pattern[str]) -> int:
    found = (pattern.fullmatch(name) for name in os.listdir(folder))  # noqa: PTH208 - names are all that is wanted
    return max((int(match[1]) for match in found if match), default=-1)


def _check(folder: Path, seals: Iterable[Seal], *, by_stamp: bool) -> None:
    for seal in seals:
        path = folder / seal.name
        if by_stamp and _seal(seal.name, os.lstat(path), seal.digest) == seal:
            continue
        if sealed(path, seal.name).digest != seal.digest:
            raise OddIndexError(f"{seal.name} was altered")


def _seal(name: str, found: os.stat_result, digest: str) -> Seal:
    return Seal(name, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, digest)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=_DIGEST // 2).hexdigest()
