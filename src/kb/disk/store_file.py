"""The file of the note store: what it must look like, how it is opened, and how a new one comes to be.

A new one is filled in a draft that nobody else sees, without a journal, and then put in its place whole: ten
thousand notes are written once rather than three times, and a half-made store never looks like a damaged one.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

VERSION = 2
NAME = f"notes-{VERSION}.sqlite"
_SCHEMA = f"""
CREATE TABLE note (path TEXT, digest TEXT, dialect TEXT, made REAL, note BLOB,
    PRIMARY KEY (path, digest, dialect));
CREATE TABLE body (path TEXT, digest TEXT, dialect TEXT, body BLOB, PRIMARY KEY (path, digest, dialect));
CREATE TABLE analysis (path TEXT, digest TEXT, dialect TEXT, analysis BLOB, PRIMARY KEY (path, digest, dialect));
CREATE TABLE hints (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB);
PRAGMA user_version = {VERSION};
"""
_TABLES = ["analysis", "body", "hints", "note"]


def opened(path: Path) -> sqlite3.Connection:
    """A connection to the store at `path`; `sqlite3.Error` if it is none, or of another version."""
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        names = [name for (name,) in tables.fetchall()]
        if names != _TABLES or connection.execute("PRAGMA user_version").fetchone() != (VERSION,):
            raise sqlite3.DatabaseError("not a store, or of another version")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Draft:
    """An empty store that is to stand at `path` when it has been filled through its `connection`."""

    def __init__(self, path: Path) -> None:
        _clear_away(path)
        self._path = path
        self._file = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
        self.connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA page_size = 16384")  # bodies are some kilobytes: fewer pages to write
        self.connection.execute("PRAGMA journal_mode = OFF")
        self.connection.execute("PRAGMA synchronous = OFF")
        self.connection.executescript(_SCHEMA)

    def place(self) -> None:
        """Put it where it belongs, safe from a power cut. What another process has put there meanwhile is kept, too."""
        try:
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.close()
            _sync(self._file)
            try:
                os.link(self._file, self._path)  # fails, unlike a rename, where another process was quicker
            except FileExistsError:
                self._add()
            except OSError:  # no hard links here
                self._file.replace(self._path)
        finally:
            self.discard()

    def discard(self) -> None:
        """Take the draft away."""
        self.connection.close()
        self._file.unlink(missing_ok=True)

    def _add(self) -> None:
        """Add all of it to the store that is there."""
        with closing(opened(self._path)) as connection:
            connection.execute("ATTACH ? AS draft", (str(self._file),))
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(f"INSERT OR REPLACE INTO main.{table} SELECT * FROM draft.{table}")  # noqa: S608
            connection.commit()


def _clear_away(path: Path) -> None:
    """Remove the drafts of this store that dead processes left, and stores of versions that no kb of today reads."""
    for version in range(1, VERSION):
        for file in path.parent.glob(f"notes-{version}.sqlite*"):
            file.unlink(missing_ok=True)
    for file in path.parent.glob(f"{path.name}.*"):
        process = file.suffix[1:].partition("-")[0]
        if process.isascii() and process.isdigit() and not _is_at_work(int(process)):
            file.unlink(missing_ok=True)


def _is_at_work(process: int) -> bool:
    """Whether a process may be there."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        pass
    return True


def _sync(file: Path) -> None:
    fd = os.open(file, os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
