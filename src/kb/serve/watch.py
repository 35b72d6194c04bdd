"""Hears that files changed, and has the site brought up to date.

What the system says is a hint and never believed: it tells of saves that changed nothing, tells one save in
five events, and under load loses most of them. So a hint only says where to look, after one quiet moment; and every
few seconds everything is looked at, hint or none. Where the system cannot tell (a network drive, no watches
left), looking has to do.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Protocol, Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

#: With so many paths named, looking at everything is quicker.
_MOST_HINTS = 500
#: No editor's save names so many paths: more are a checkout or a sync, and it is waited for their end.
_HANDFUL = 16
#: Seconds of quiet that end a flood, and the longest wait for its end.
_FLOOD = (0.15, 3.0)
#: Seconds between two looks at everything where nothing tells of changes.
_POLL = 0.5
#: Where files are changed from elsewhere, the kernel does not hear of it.
_REMOTE = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p afs ceph fuse.sshfs fuse.rclone fuse.grpcfuse vboxsf prl_fs virtiofs drvfs".split()
)
#: What is listened for. Reading a file is nobody's business, and would be told of each one of a whole look.
_HEARD: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
#: Seconds of quiet after which what was learned is put aside, and the longest that it is kept where it is never quiet.
_REST, _UNREST = 20.0, 300.0


class Watched(Protocol):
    """What is kept up to date: a preview (`kb.serve.live.Live`), or a built site."""

    def refresh(self, hints: frozenset[str] | None = None, /) -> bool:
        """Look at these files, or at all."""

    def concerns(self, path: str, /) -> bool:
        """Whether something that happens at this absolute path is of interest."""

    def watched(self) -> dict[Path, bool]:
        """The folders of interest, and whether with all that is below."""

    def warm(self) -> None:
        """Make ready for the first change."""

    def settle(self) -> None:
        """It is quiet."""


class Watcher:
    """Keeps a site up to date until it is stopped. `notice` says why it has to look where it could have listened."""

    def __init__(
        self,
        site: Watched,
        *,
        poll: bool,
        quiet: float,
        most: float,
        rescan: float,
        say: Callable[[str], None],
    ) -> None:
        self._site, self._quiet, self._most, self._rescan = site, quiet, most, rescan
        self._say = say
        self.notice = ""
        self._hints: set[str] = set()
        self._lock, self._woken, self._stopped = Lock(), Event(), Event()
        self._heard = 0.0
        self._poll = poll
        self._observer: BaseObserver | None = None
        self._ears: dict[Path, tuple[bool, tuple[int, int]]] = {}
        self._listen()
        self._thread = Thread(target=self._run, name="kb watcher", daemon=True)
        self._thread.start()

    @property
    def polls(self) -> bool:
        """Whether it looks at everything again and again, since nothing tells of changes."""
        return self._poll

    def stop(self) -> None:
        """Stop, and wait for what is being done."""
        self._stopped.set()
        self._woken.set()
        self._thread.join()
        self._deafen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def hear(self, path: str) -> None:
        """Something may have happened at this absolute path. For any thread."""
        if not self._site.concerns(path):
            return
        with self._lock:
            if len(self._hints) <= _MOST_HINTS:
                self._hints.add(path)
            self._heard = time.monotonic()
        self._woken.set()

    def _run(self) -> None:
        self._site.warm()
        anew = True  # between the loading of the site and the first listening nobody listened
        first = last = 0.0  # when something changed since what was learned was put aside
        while not self._stopped.is_set():
            hints = None if anew else self._next()
            if self._stopped.is_set():
                return
            changed = self._site.refresh(hints)
            anew = (changed or hints is None) and self._listen()
            now = time.monotonic()
            if changed:
                first, last = first or now, now
            if first and (now - last > _REST or now - first > _UNREST):
                first = 0.0
                self._site.settle()

    def _next(self) -> frozenset[str] | None:
        """Where to look next, as soon as something is heard; after a while everywhere, heard or not."""
        heard = self._woken.wait(_POLL if self._poll else self._rescan)
        return self._after_quiet() if heard else None

    def _after_quiet(self) -> frozenset[str] | None:
        """What was heard, once nothing has been heard for a moment; ``None`` if it was too much to be told."""
        start = time.monotonic()
        while not self._stopped.is_set():
            quiet, most = self._patience()
            left = min(self._heard + quiet, start + most) - time.monotonic()
            if left <= 0:
                break
            time.sleep(left)
        with self._lock:
            self._woken.clear()
            hints, self._hints = frozenset(self._hints), set()
        return None if len(hints) > _MOST_HINTS else hints

    def _patience(self) -> tuple[float, float]:
        """So long it has to be quiet, and so long that is waited for, in view of what was heard up to now."""
        with self._lock:
            hints = list(self._hints)
        if len(hints) > _HANDFUL:
            return _FLOOD
        is_midway = not all(map(os.path.lexists, hints))  # some editors take the old file away first
        return (self._most if is_midway else self._quiet), self._most

    def _listen(self) -> bool:
        """Listen to the folders as they are now; whether they are others, so that something may have been missed.

        A folder that came back, or that is another under the same name, is heard only by listening anew.
        """
        if self._poll:
            return False
        folders = self._site.watched()
        ears = {path: (deep, _identity(path)) for path, deep in folders.items()}
        if ears == self._ears and self._observer is not None and _is_well(self._observer):
            return False
        self._deafen()
        if remote := [path for path in folders if _file_system(path) in _REMOTE]:
            self._look_instead(f"{remote[0]} is on a drive that does not tell of changes")
            return False
        try:
            self._observer = _observer(folders, self.hear)
        except OSError as error:
            hint = "; more can be had with: sysctl fs.inotify.max_user_watches=524288"
            self._look_instead(f"this system cannot watch more files ({error.strerror or error}){hint}")
            return False
        before, self._ears = self._ears, ears
        return before != ears

    def _look_instead(self, why: str) -> None:
        self._poll = True
        self.notice = f"{why}: looking for changes every {_POLL} seconds"
        self._say(self.notice)

    def _deafen(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None


def watch(
    site: Watched,
    *,
    poll: bool = False,
    quiet: float = 0.02,
    most: float = 0.05,
    rescan: float = 3.0,
    say: Callable[[str], None] = lambda _notice: None,
) -> Watcher:
    """Keep `site` up to date.

    All times are seconds: of quiet before a look, the longest wait for it, and between looks at everything.
    `say` is told why it looks again and again where nobody asked it to `poll`.
    """
    # A folder that appears is at times added twice by the library, which warns of it and takes the second: no harm.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
    return Watcher(site, poll=poll, quiet=quiet, most=most, rescan=rescan, say=say)


class _Handler(FileSystemEventHandler):
    def __init__(self, hear: Callable[[str], None]) -> None:
        self._hear = hear

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass on where something happened."""
        for path in (event.src_path, event.dest_path):
            if path:
                self._hear(os.fsdecode(path))


def _observer(folders: dict[Path, bool], hear: Callable[[str], None]) -> BaseObserver:
    observer = Observer()
    handler = _Handler(hear)
    try:
        for path, deep in folders.items():
            observer.schedule(handler, str(path), recursive=deep, event_filter=_HEARD)
        observer.start()
    except OSError:
        observer.stop()
        observer.unschedule_all()
        raise
    return observer


def _is_well(observer: BaseObserver) -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _file_system(path: Path) -> str:
    """The kind of file system that `path` is on, as Linux tells it; "" elsewhere."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounts = [line.split(" ")[1:3] for line in lines]
    holding = [(where.replace("\\040", " "), kind) for where, kind in mounts]
    inside = [(len(where), kind) for where, kind in holding if path.is_relative_to(where)]
    return max(inside, default=(0, ""))[1]
