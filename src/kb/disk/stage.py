"""One page at a time: is the file that is there the page, and if not, write it into the staging folder.

This is what runs in the worker processes. Nothing here changes the site.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from kb.disk.inside import NotAFile, Outside, open_inside
from kb.disk.journal import STAGING
from kb.disk.manifest import write_all
from kb.disk.memory import Written
from kb.disk.pictures import Pictures
from kb.disk.stamp import Stamp, digest, digest_of, file_digest, stamp_of
from kb.model.problem import Place, Problem
from kb.view.pages import CopyPage, DataPage, Page, PicturePage

if sys.platform != "win32":
    import fcntl

_FICLONE = 0x40049409
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_MODE = 0o644
#: A file that is being written to is copied so often, with such pauses.
_COPIES, _PAUSE_S = 8, 0.02


class Verdict(Enum):
    """What is to be done about a page's file."""

    KEEP = "keep"
    WRITE = "write"
    CLASH = "clash"  # there is a file that is not ours, or that cannot be read
    FAILED = "failed"  # the page could not be made
    STOP = "stop"  # the staging folder could not be written; `key` says why


class Outcome(NamedTuple):
    """What became of a page. `edited`: somebody changed its file. `stamp`: of a file that is kept."""

    path: str
    verdict: Verdict
    key: str = ""
    digest: str = ""
    stamp: Stamp | None = None
    staged: str = ""
    edited: bool = False
    problem: Problem | None = None


@dataclass(frozen=True)
class Stage:
    """All that deciding about a page takes. `out` and `content` are real; `manifest` is what is ours."""

    out: Path
    content: Path
    plan: Mapping[str, Callable[[], Page]]
    paths: Sequence[str]
    key: Callable[[Page], str]
    render: Callable[[Page], bytes]
    failures: tuple[type[Exception], ...]
    complain: Callable[[str, Exception], Problem]
    manifest: Mapping[str, str]
    memory: Mapping[str, Written]
    grounds: Mapping[str, str]
    pictures: Pictures
    series: str = ""
    """Tells the staged files of one lot of pages from those of another."""


def kept_unmade(state: Stage, path: str, near: str = "") -> Outcome | None:
    """That a page is kept, if that can be told without making it: it would be made from what it was made from.

    With `near`, its near ground says so, else its wide one.
    """
    known, ground = state.memory.get(path), near or state.grounds.get(path, "")
    if known is None or not ground or known.stamp is None:
        return None
    if ground != (known.near if near else known.ground):
        return None
    ours = state.manifest.get(path)
    try:
        stamp = stamp_of(os.lstat(f"{state.out}/{path}"))
    except OSError:
        return None
    if stamp != known.stamp or ours != known.digest:
        return None
    return Outcome(path, Verdict.KEEP, known.key, known.digest, stamp)


def stage(state: Stage, batch: Sequence[int]) -> list[Outcome]:
    """What becomes of the pages whose numbers (in ``state.paths``) are in `batch`."""
    return [_page(state, number, state.paths[number]) for number in batch]


def _page(state: Stage, number: int, path: str) -> Outcome:
    known, ours = state.memory.get(path), state.manifest.get(path)
    there = _there(f"{state.out}/{path}", known, ours)
    failures: tuple[type[Exception], ...] = (_NoPicture, *state.failures)
    try:
        page = state.plan[path]()
        key = _key(state, page)
        if known is not None and known.key == key and ours == known.digest == there.digest and there.plain:
            return Outcome(path, Verdict.KEEP, key, ours, there.stamp)
        if isinstance(page, CopyPage):
            return _copied(state, number, page, key, there)
        data = _data(state, page)
    except failures as error:
        return Outcome(path, Verdict.FAILED, problem=_unmade(state, path, error))
    made = digest(data)
    if (settled := _settled(path, key, made, ours, there)) is not None:
        return settled
    staged = f"{state.series}{number}"
    try:
        _write(state.out, staged, data)
    except OSError as error:
        return Outcome(path, Verdict.STOP, _reason(error))
    return Outcome(path, Verdict.WRITE, key, made, staged=staged, edited=_edited(there, ours))


class _There(NamedTuple):
    """What is where the page goes: "" for nothing, "folder", "other" or a digest; is its mode ours.

    `why` the system refuses to let us read it, where it does: then it may be ours or not, and is "other".
    """

    digest: str
    stamp: Stamp | None = None
    plain: bool = True
    why: str = ""


def _there(target: str, known: Written | None, ours: str | None) -> _There:
    try:
        found = os.lstat(target)
    except (FileNotFoundError, NotADirectoryError):
        return _There("")
    except OSError as error:  # a folder that we may not enter
        return _There("other", why=_reason(error))
    if not stat.S_ISREG(found.st_mode):
        return _There("folder" if stat.S_ISDIR(found.st_mode) else "other")
    stamp = stamp_of(found)
    if known is not None and known.stamp == stamp and known.digest == ours:
        return _There(known.digest, stamp)
    plain = os.name != "posix" or stat.S_IMODE(found.st_mode) == _MODE
    return _read(target, stamp, plain=plain)


def _read(target: str, stamp: Stamp, *, plain: bool) -> _There:
    try:
        return _There(file_digest(target), stamp, plain)
    except FileNotFoundError:  # it went away meanwhile
        return _There("")
    except OSError as error:
        return _There("other", stamp, plain, _reason(error))


def _settled(path: str, key: str, made: str, ours: str | None, there: _There) -> Outcome | None:
    """The outcome for a page that need not be written or cannot be."""
    if there.digest == made and there.plain:
        return Outcome(path, Verdict.KEEP, key, made, there.stamp)
    if there.why:
        return Outcome(path, Verdict.CLASH, problem=_unreadable(path, there.why))
    if there.digest == "other" or (ours is None and there.digest not in ("", "folder", made)):
        hint = "move it away, or choose another output folder"
        message = f"a file that kb did not write stands at {path} in the output folder; it was left alone"
        return Outcome(path, Verdict.CLASH, problem=Problem(Place(f"/{path}"), "output-clash", message, hint))
    return None


def _unreadable(path: str, why: str) -> Problem:
    message = f"the file at {path} in the output folder cannot be read: {why}; it was left alone"
    hint = "let yourself read it, and build again"
    return Problem(Place(f"/{path}"), "unreadable-file", message, hint)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _edited(there: _There, ours: str | None) -> bool:
    return ours is not None and there.digest not in ("", "folder", ours)


class _NoPicture(Exception):  # noqa: N818 - a fact about a file
    """The file of a picture cannot be read."""

    def __init__(self, source: str, why: OSError) -> None:
        super().__init__(source)
        self.source, self.why = source, why


def _unmade(state: Stage, path: str, error: Exception) -> Problem:
    if isinstance(error, _NoPicture):
        return _no_source(error.source, error.why)
    return state.complain(path, error)


def _data(state: Stage, page: Page) -> bytes:
    match page:
        case DataPage():
            return page.data()
        case PicturePage():
            try:
                return state.pictures(page)
            except OSError as error:
                raise _NoPicture(page.source, error) from error
    return state.render(page)


def _key(state: Stage, page: Page) -> str:
    match page:
        case CopyPage():
            return f"copy-{page.digest}"
        case DataPage():
            return f"data-{page.key}"
        case PicturePage():
            return f"picture-{page.key}"
        case _:
            return state.key(page)


def _copied(state: Stage, number: int, page: CopyPage, key: str, there: _There) -> Outcome:
    ours = state.manifest.get(page.path)
    if (settled := _settled(page.path, key, page.digest, ours, there)) is not None:
        return settled
    staged = f"{state.series}{number}"
    try:
        with open_inside(state.content, page.source) as source:
            try:
                made = _copied_whole(state.out, staged, source, page.digest)
            except OSError as error:
                return Outcome(page.path, Verdict.STOP, _reason(error))
    except OSError as error:
        return Outcome(page.path, Verdict.FAILED, problem=_no_source(page.source, error))
    if made == there.digest and there.plain:  # edited back since it was hashed
        return Outcome(page.path, Verdict.KEEP, key, made, there.stamp)
    return Outcome(page.path, Verdict.WRITE, key, made, staged=staged, edited=_edited(there, ours))


def _no_source(source: str, error: OSError) -> Problem:
    place = Place(source)
    match error:
        case Outside():
            return Problem(
                place,
                "symlink-outside",
                "this leads out of the vault and was not copied",
                "copy it into the vault",
            )
        case NotAFile():
            return Problem(
                place, "not-a-file", "this is no regular file, and was not copied", "replace it by a file"
            )
        case FileNotFoundError():
            return Problem(
                place, "missing-attachment", "this file was removed during the build", "build again"
            )
        case _:
            return Problem(
                place,
                "unreadable-file",
                f"this file cannot be read: {error.strerror}",
                "let yourself read it",
            )


def _create(out: Path, staged: str) -> int:
    path = f"{out}/{STAGING}/{staged}"
    try:
        return os.open(path, _WRITE, _MODE)
    except FileNotFoundError:  # the first file: a build that changes nothing makes no folder
        (out / STAGING).mkdir(parents=True, exist_ok=True)
        return os.open(path, _WRITE, _MODE)


def _write(out: Path, staged: str, data: bytes) -> None:
    fd = _create(out, staged)
    try:
        write_all(fd, data)
        _set_mode(fd)
    finally:
        os.close(fd)


def _copied_whole(out: Path, staged: str, source: int, expected: str) -> str:
    """Copy an open file, again until two copies in a row are equal where it is not as expected; the digest of the last.

    It was written to since it was hashed, and may be half of what it was and half of what it will be. One that is
    written to without an end is taken as it was found at last.
    """
    made, before = _copy(out, staged, source), expected
    for _ in range(_COPIES - 1):
        if made == before:
            break
        time.sleep(_PAUSE_S)
        made, before = _copy(out, staged, source), made
    return made


def _copy(out: Path, staged: str, source: int) -> str:
    """Copy an open file, sharing its blocks where the file system can; the digest of what was copied."""
    os.lseek(source, 0, os.SEEK_SET)
    fd = _create(out, staged)
    try:
        _set_mode(fd)
        if _cloned(fd, source):
            copy = os.open(f"{out}/{STAGING}/{staged}", os.O_RDONLY)
            try:
                return digest_of(copy)
            finally:
                os.close(copy)
        state = blake2b(digest_size=16)
        while piece := os.read(source, 1 << 20):
            state.update(piece)
            write_all(fd, piece)
        return state.hexdigest()
    finally:
        os.close(fd)


def _cloned(fd: int, source: int) -> bool:
    if sys.platform == "win32":
        return False
    try:
        fcntl.ioctl(fd, _FICLONE, source)
    except OSError:  # most file systems cannot
        return False
    return True


def _set_mode(fd: int) -> None:
    if hasattr(os, "fchmod") and stat.S_IMODE(os.fstat(fd).st_mode) != _MODE:  # a umask
        os.fchmod(fd, _MODE)
