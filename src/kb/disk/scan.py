"""What is there: the notes and attachments of a content folder, by `stat` alone.

No file is opened except ``.gitignore``.

A symbolic link that stays inside the vault is followed, once: below a linked folder no further link
to a folder is taken (what it leads to is in the vault under its own name), so that no web of links can
multiply. One that leads out is never read. Nothing here can hang on a pipe or a device.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from kb.disk.ignore import Skip
from kb.disk.stamp import Stamp, stamp_of
from kb.model.problem import Place, Problem

_NOTE_SUFFIXES = (".md", ".markdown", ".ipynb")


@dataclass(frozen=True)
class Found:
    """The files of a content folder by their path in it (POSIX, spelled as on disk), in path order."""

    notes: Mapping[str, Stamp]
    attachments: Mapping[str, Stamp]
    problems: tuple[Problem, ...] = ()


def scan(content: Path, skip: Skip) -> Found:
    """Every file below `content` that `skip` does not leave out; `OSError` if `content` cannot be read."""
    walk = _Walk(content, Path(os.path.realpath(content)))
    top = content.stat()
    pending = [_Folder("", skip, (_identity(top),), linked=False)]
    while pending:  # not recursion: folders may be nested deeper than Python's stack
        pending += walk.folder(pending.pop())
    return Found(
        dict(sorted(walk.notes.items())),
        dict(sorted(walk.attachments.items())),
        tuple(sorted(walk.problems)),
    )


def is_note(path: str) -> bool:
    """Whether a file of this name is a note rather than an attachment."""
    return path.lower().endswith(_NOTE_SUFFIXES)


class _Folder(NamedTuple):
    """A folder to walk: its path ("" or "a/b/"), what to skip, the identities of it and its parents."""

    path: str
    skip: Skip
    above: tuple[tuple[int, int], ...]
    linked: bool


_UNLINK = "remove the link, or let it lead to a file of the vault"
_IGNORE = "move it out of the vault, or name it under `ignore:`"


@dataclass
class _Walk:
    """One walk in progress."""

    content: Path
    real: Path
    notes: dict[str, Stamp] = field(default_factory=dict)
    attachments: dict[str, Stamp] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def folder(self, here: _Folder) -> list[_Folder]:
        """Take in the files of a folder; the folders in it that are to be walked."""
        entries = self._entries(here.path)
        skip = here.skip
        if any(entry.name == ".gitignore" for entry in entries):
            skip = skip.below(self.content, here.path)
        folders = []
        for entry in entries:
            path = here.path + entry.name
            try:
                is_folder = entry.is_dir()
            except OSError:  # a link that leads to itself
                is_folder = False
            if skip.ignores(path, entry.name, folder=is_folder):
                continue
            if not entry.name.isascii() and not _is_text(entry.name):
                self._complain("unreadable-file", path, "the file's name is not UTF-8", "rename the file")
            elif is_folder:
                folders += self._enter(entry, path, here, skip)
            else:
                self._file(entry, path)
        return folders

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self.content / folder if folder else self.content) as entries:
                return list(entries)
        except FileNotFoundError:
            if not folder:
                raise
            return []  # removed since we saw it
        except OSError as error:
            if not folder:
                raise
            self._complain(
                "unreadable-file",
                folder.rstrip("/"),
                f"this folder cannot be read: {error.strerror}",
                _IGNORE,
            )
            return []

    def _enter(self, entry: os.DirEntry[str], path: str, here: _Folder, skip: Skip) -> list[_Folder]:
        if is_note(entry.name):
            hint = "its notes are read all the same; rename the folder"
            self._complain("not-a-file", path, "this is a folder, though its name is a note's", hint)
        is_link = entry.is_symlink()
        if is_link and self._leads_out(path):
            return []
        try:
            identity = _identity(Path(entry.path).stat())
        except FileNotFoundError:
            return []
        except OSError as error:  # a path that is too long, among others
            self._complain("unreadable-file", path, f"this folder cannot be read: {error.strerror}", _IGNORE)
            return []
        if identity in here.above:
            hint = "remove the link; what it leads to is read under its own name"
            self._complain("symlink-loop", path, "this link leads back to a folder above it", hint)
            return []
        if is_link and here.linked:
            return []
        return [_Folder(f"{path}/", skip, (*here.above, identity), here.linked or is_link)]

    def _file(self, entry: os.DirEntry[str], path: str) -> None:
        is_link = entry.is_symlink()
        if is_link and self._leads_out(path):
            return
        try:
            found = entry.stat()
        except FileNotFoundError:  # vanished, or a link to nothing
            if is_link and is_note(path):
                self._complain(
                    "unreadable-file", path, "this link leads to a file that is not there", _UNLINK
                )
        except OSError as error:
            code, why = (
                ("symlink-loop", "this link leads to itself")
                if is_link
                else ("unreadable-file", error.strerror)
            )
            self._complain(code, path, str(why), _UNLINK if is_link else _IGNORE)
        else:
            if stat.S_ISREG(found.st_mode):
                (self.notes if is_note(path) else self.attachments)[path] = stamp_of(found)
            elif is_note(path):
                what = "a pipe" if stat.S_ISFIFO(found.st_mode) else "no regular file"
                self._complain("not-a-file", path, f"this is {what}, and was not read", _IGNORE)

    def _leads_out(self, path: str) -> bool:
        if Path(os.path.realpath(self.content / path)).is_relative_to(self.real):
            return False
        hint = "copy the file into the vault, or remove the link"
        self._complain(
            "symlink-outside", path, "this symbolic link leads out of the vault and was not followed", hint
        )
        return True

    def _complain(self, code: str, path: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(printable(path)), code, message, hint))


def printable(path: str) -> str:
    r"""`path` with the bytes that are no UTF-8 spelled out (``\xff``)."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_text(name: str) -> bool:
    return not any("\udc80" <= letter <= "\udcff" for letter in name)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino
