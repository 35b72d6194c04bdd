"""The moment when a staged site becomes the site, and how it survives being interrupted.

Everything new lies complete in ``.kb/staging``. The journal says what is to happen: files to be moved into
place, files to be removed, what the manifest says afterwards. From the moment it is there, the change will
happen: now, or, if we are killed, at the beginning of the next build. At every point in between each
file of the site is whole, old or new.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from kb.disk.inside import Outside, safe_name
from kb.disk.manifest import FOLDER, MANIFEST, manifest_bytes, read_manifest, write_whole
from kb.disk.stamp import digest_at

JOURNAL = f"{FOLDER}/journal.json"
STAGING = f"{FOLDER}/staging"
_FOLDER_MODE = 0o755


class Journal(msgspec.Struct):
    """What is to be done, in this order; then `files` is the manifest.

    `first` are files that stand where a folder must go, or in a folder where a file must go; `moves` are
    (name in staging, path); `last` are the files without a page. `public` goes into the manifest, too.
    """

    first: list[str]
    moves: list[tuple[str, str]]
    last: list[str]
    files: dict[str, str]
    public: list[str] | None = None


def commit(out: Path, journal: Journal) -> dict[str, OSError]:
    """Make the staged site the site; what could not be moved or removed, and why.

    Ctrl-C waits until it is done (thousands of files a second).
    """
    with ExitStack() as undo:
        if not journal.first:
            _make_folders(out, (path for _, path in journal.moves), undo)
        (out / FOLDER).mkdir(exist_ok=True)
        (out / FOLDER).chmod(_FOLDER_MODE)
        write_whole(out / JOURNAL, msgspec.json.encode(journal))
        undo.pop_all()
    with _uninterrupted():
        return _apply(out, journal)


def finish(out: Path) -> bool:
    """Do what an interrupted build left undone, and clear its staging away. Whether a journal was damaged.

    A link in place of a folder of ours is removed and not followed: what it leads to is somebody else's.
    """
    damaged = False
    for folder in (out / FOLDER, out / STAGING):
        if folder.is_symlink():
            folder.unlink()
    try:
        journal = msgspec.json.decode((out / JOURNAL).read_bytes(), type=Journal)
        for path in (*journal.first, *journal.last, *(path for move in journal.moves for path in move)):
            safe_name(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (msgspec.MsgspecError, UnicodeDecodeError, Outside):
        damaged = True  # the manifest and the files still say what is ours
    else:
        _apply(out, _still_right(out, journal))
    clear(out)
    return damaged


def clear(out: Path) -> None:
    """Remove the staging folder and the journal, and ``.kb`` if nothing is left in it."""
    staging = out / STAGING
    for _ in range(3):  # a worker of a killed build may still be adding a file
        if not staging.is_dir():
            break
        shutil.rmtree(staging, ignore_errors=True)
    (out / JOURNAL).unlink(missing_ok=True)
    (out / f"{JOURNAL}.new").unlink(missing_ok=True)
    (out / f"{MANIFEST}.new").unlink(missing_ok=True)
    _remove_if_empty(out / FOLDER)


def _make_folders(out: Path, paths: Iterable[str], undo: ExitStack) -> None:
    """Make the folders that hold `paths`. `undo` learns how to remove those that were not there before."""
    known = {""}
    for path in paths:
        parent = path.rpartition("/")[0]
        missing = []
        while parent not in known:
            known.add(parent)
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        for folder in reversed(missing):
            _make_folder(f"{out}/{folder}", undo)


def _make_folder(folder: str, undo: ExitStack) -> None:
    with suppress(FileExistsError):
        os.mkdir(folder, _FOLDER_MODE)  # noqa: PTH102 - ten thousand times
        undo.callback(_remove_if_empty, folder)
        if stat.S_IMODE(os.lstat(folder).st_mode) != _FOLDER_MODE:  # a umask
            Path(folder).chmod(_FOLDER_MODE)


def _remove_if_empty(folder: str | Path) -> None:
    with suppress(OSError):
        os.rmdir(folder)  # noqa: PTH106 - a text or a path


def _apply(out: Path, journal: Journal) -> dict[str, OSError]:
    """Do it, and say what could not be done: that is left as it was, in the manifest too."""
    failed: dict[str, OSError] = {}
    base, staging = str(out), str(out / STAGING)
    for path in journal.first:
        _remove(out, path, failed)
    if journal.first:
        _make_folders(out, (path for _, path in journal.moves), ExitStack())
    for staged, path in journal.moves:
        try:
            os.replace(f"{staging}/{staged}", f"{base}/{path}")  # noqa: PTH105 - ten thousand times
        except OSError as error:
            failed[path] = error
    for path in journal.last:
        _remove(out, path, failed)
    files = journal.files if not failed else _without(journal.files, failed, read_manifest(out).files)
    if files:
        public = None if journal.public is None else files.keys() & journal.public
        write_whole(out / MANIFEST, manifest_bytes(files, public))
    else:
        (out / MANIFEST).unlink(missing_ok=True)
    clear(out)
    return failed


def _without(files: Mapping[str, str], failed: Iterable[str], before: Mapping[str, str]) -> dict[str, str]:
    """The manifest where nothing was done about `failed`."""
    still = {path: before[path] for path in failed if path in before}
    return {path: digest for path, digest in files.items() if path not in set(failed)} | still


def _remove(out: Path, path: str, failed: dict[str, OSError]) -> None:
    """Remove a file, and the folders that it leaves empty."""
    try:
        (out / path).unlink()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:
        failed[path] = error
        return
    parent = path.rpartition("/")[0]
    with suppress(OSError):
        while parent:
            (out / parent).rmdir()
            parent = parent.rpartition("/")[0]


def _still_right(out: Path, journal: Journal) -> Journal:
    """What is left of a journal that was interrupted, perhaps long ago, perhaps by a power cut.

    Not done again: a move whose staged file is gone or torn, and anything to a file that somebody changed
    since.
    """
    before = read_manifest(out).files

    def ours(path: str) -> bool:
        found = digest_at(out / path)
        return found is None or found in (before.get(path), journal.files.get(path))

    moves = [
        (staged, path)
        for staged, path in journal.moves
        if digest_at(out / STAGING / staged) == journal.files.get(path) and ours(path)
    ]
    if not journal.first:
        _make_folders(out, (path for _, path in moves), ExitStack())
    first, last = list(filter(ours, journal.first)), list(filter(ours, journal.last))
    return Journal(first, moves, last, journal.files, journal.public)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
