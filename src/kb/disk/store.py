"""Remembers what was read from a file, so that no text is parsed twice and no unchanged file is read.

One SQLite file in the cache folder. Four tables: what a note says, its body beside it (ten times as
large, fetched only for pages that are rendered), what search makes of it, and hints: the digest of a file that
had this stamp. A note is found by dialect, path and digest of the source, so it can be missing but never stale.
Values are msgspec, never pickle. Losing the store costs time: a damaged one is thrown away, one that
cannot be used (locked, read-only, disk full) is done without.
"""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from kb.disk.stamp import Stamp, digest
from kb.disk.store_file import NAME, Draft, opened
from kb.model.note import Note
from kb.model.problem import Place, Problem

#: So many rows are asked for one by one; of more, all are looked through.
_FEW = 500
#: What no build uses is kept this long: another process may still show it.
_GRACE_SECONDS = 3600
#: A dialect of analyses begins with that of the notes that they were made of.
_DELETE_ANALYSES = (
    "DELETE FROM analysis WHERE path = ? AND digest = ? AND substr(dialect, 1, length(?3)) = ?3"
)
_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR}
_SHORT_READ = sqlite3.SQLITE_IOERR_SHORT_READ

Answer = TypeVar("Answer")


class Known(NamedTuple):
    """What a file was when it last had this stamp. What follows the digest is of pictures, as in `Attachment`."""

    stamp: Stamp
    digest: str
    width: int = 0
    height: int = 0
    format: str = ""
    moving: bool = False
    flaw: str = ""


class Row(NamedTuple):
    """A note as it is stored: all values encoded by msgspec. No `analysis` where search sees nothing of it."""

    path: str
    digest: str
    note: bytes
    body: bytes
    analysis: bytes = b""


class Store:
    """The note store in `folder`, for notes read in one `dialect` (a text that names all that decides it).

    `analysed` names in the same way what decides what search makes of them, "" where nothing is searched. Opened at
    the first question. `problems` says whether it had to be thrown away.
    """

    def __init__(self, folder: Path, dialect: str, analysed: str = "") -> None:
        # Short names: each stands in four rows of every note.
        self._dialect = digest(dialect.encode())
        self._analysed = self._dialect + digest(analysed.encode()) if analysed else ""
        self.problems: tuple[Problem, ...] = ()
        self._path = folder / NAME
        self._connection: sqlite3.Connection | None = None
        self._draft: Draft | None = None  # a new store, while it is filled
        self._process = 0
        self._inherited: list[
            sqlite3.Connection
        ] = []  # of the process we were forked from: never used, never closed
        self._usable = True
        self._to_prune = False
        self._saving = False

    def hints(self) -> dict[str, Known]:
        """What is known of each file by its path. Nothing, if another version of kb looked at them."""
        row = self._ask(lambda connection: connection.execute("SELECT value FROM hints").fetchone(), None)
        try:
            dialect, known = (
                msgspec.msgpack.decode(row[0], type=tuple[str, dict[str, Known]]) if row else ("", {})
            )
        except (msgspec.MsgspecError, TypeError):
            return {}
        return known if dialect == self._dialect else {}

    def notes(self, digests: Mapping[str, str]) -> dict[str, Note]:
        """The notes known for these digests by path. One that cannot be decoded is not known."""
        wanted = "SELECT path, digest, note FROM note WHERE dialect = ?"
        nothing: list[tuple[str, str, bytes]] = []
        rows = self._ask(lambda connection: connection.execute(wanted, (self._dialect,)).fetchall(), nothing)
        decode = msgspec.msgpack.Decoder(Note).decode
        notes = {}
        with _without_collector():
            for path, digest, blob in rows:
                if digests.get(path) == digest:
                    try:
                        note = decode(blob)
                    except (msgspec.MsgspecError, TypeError):
                        continue
                    if note.path == path and note.digest == digest:
                        notes[path] = note
        self._to_prune = len(notes) < len(rows)
        return notes

    def body(self, path: str, digest: str) -> bytes | None:
        """The encoded body of a note, or None. May be asked in any process, also one forked from this."""
        wanted = "SELECT body FROM body WHERE path = ? AND digest = ? AND dialect = ?"
        row = self._ask(
            lambda connection: connection.execute(wanted, (path, digest, self._dialect)).fetchone(), None
        )
        return row[0] if row and isinstance(row[0], bytes) else None

    def stored(self, path: str, digest: str) -> Note | None:
        """One note, or None."""
        wanted = "SELECT note FROM note WHERE path = ? AND digest = ? AND dialect = ?"
        row = self._ask(
            lambda connection: connection.execute(wanted, (path, digest, self._dialect)).fetchone(), None
        )
        try:
            return msgspec.msgpack.decode(row[0], type=Note) if row else None
        except (msgspec.MsgspecError, TypeError):
            return None

    def analyses(self, digests: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Path and encoded analysis of each of these notes that has one, some at a time."""
        if len(digests) > _FEW:
            wanted = "SELECT path, digest, analysis FROM analysis WHERE dialect = ?"
            rows = self._ask(lambda connection: connection.execute(wanted, (self._analysed,)), None)
            for path, digest, data in rows or ():
                if digests.get(path) == digest and isinstance(data, bytes):
                    yield path, data
            return
        wanted = "SELECT analysis FROM analysis WHERE path = ? AND digest = ? AND dialect = ?"
        for path, digest in digests.items():
            key = (path, digest, self._analysed)
            row = self._ask(partial(_row, wanted, key), None)
            if row and isinstance(row[0], bytes):
                yield path, row[0]

    @contextmanager
    def saving(self) -> Iterator[Callable[[Iterable[Row]], bool]]:
        """One transaction. The function given takes rows and says whether the store has them now.

        What was given is kept even if the block is left by an exception: it is true all the same.
        """
        now = time.time()
        insert_note = "INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?)"
        insert_body = "INSERT OR REPLACE INTO body VALUES (?, ?, ?, ?)"
        insert_analysis = "INSERT OR REPLACE INTO analysis VALUES (?, ?, ?, ?)"

        def save(rows: Iterable[Row]) -> bool:
            rows = list(rows)

            def insert(connection: sqlite3.Connection) -> bool:
                if not connection.in_transaction:
                    connection.execute("BEGIN IMMEDIATE")
                notes = ((row.path, row.digest, self._dialect, now, row.note) for row in rows)
                bodies = ((row.path, row.digest, self._dialect, row.body) for row in rows)
                analyses = (
                    (row.path, row.digest, self._analysed, row.analysis) for row in rows if row.analysis
                )
                connection.executemany(insert_note, notes)
                connection.executemany(insert_body, bodies)
                connection.executemany(insert_analysis, analyses)
                self._to_prune = self._draft is None  # in a new store nothing is old
                return True

            return self._try(insert, otherwise=False)

        self._saving = True
        try:
            yield save
        finally:
            self._saving = False
            self._try(sqlite3.Connection.commit, None)
            self._place()

    def keep_analyses(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """Keep what search made of notes that are stored already: path, digest, analysis."""
        insert = "INSERT OR REPLACE INTO analysis VALUES (?, ?, ?, ?)"
        keyed = [(path, digest, self._analysed, data) for path, digest, data in rows]

        def keep(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(insert, keyed)
            connection.commit()

        self._try(keep, None)
        self._place()

    def settle(
        self, digests: Mapping[str, str], known: Mapping[str, Known], old: Mapping[str, Known]
    ) -> None:
        """End a build: keep what is `known` of the files in place of `old`, drop notes not in `digests`.

        Within `saving` it is a part of that transaction, so that the disk is waited for once.
        """
        new_hints = known != old
        if not (new_hints or self._to_prune):
            return

        def settle(connection: sqlite3.Connection) -> None:
            within = connection.in_transaction
            if not within:
                connection.execute("BEGIN IMMEDIATE")
            if new_hints:
                connection.execute(
                    "INSERT OR REPLACE INTO hints VALUES (1, ?)",
                    (msgspec.msgpack.encode((self._dialect, known)),),
                )
            if self._to_prune:
                self._prune(connection, digests)
            if not within:
                connection.commit()

        self._try(settle, None)
        if not self._saving:
            self._place()

    def _prune(self, connection: sqlite3.Connection, digests: Mapping[str, str]) -> None:
        now = time.time()
        # The keys alone are all in the index: the table, with its notes, is forty times as large.
        keys: Iterator[tuple[str, str, str]] = connection.execute("SELECT path, digest, dialect FROM note")
        others = [key for key in keys if digests.get(key[0]) != key[1] or key[2] != self._dialect]
        wanted = "SELECT made FROM note WHERE path = ? AND digest = ? AND dialect = ?"
        unused = [
            key for key in others if abs(now - connection.execute(wanted, key).fetchone()[0]) > _GRACE_SECONDS
        ]
        connection.executemany("DELETE FROM note WHERE path = ? AND digest = ? AND dialect = ?", unused)
        connection.executemany("DELETE FROM body WHERE path = ? AND digest = ? AND dialect = ?", unused)
        connection.executemany(_DELETE_ANALYSES, unused)

    def close(self) -> None:
        """Let go of the file. The store may be asked again."""
        if self._connection is None:
            return
        if self._process != os.getpid():
            self._inherited.append(self._connection)
            self._draft = None
        elif self._draft is not None:
            self._draft.discard()
            self._draft = None
        else:
            self._connection.close()
        self._connection = None

    @staticmethod
    def forget(folder: Path) -> None:
        """Remove the store in `folder`, so that every note is parsed anew."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            (folder / f"{NAME}{suffix}").unlink(missing_ok=True)

    def _ask(self, ask: Callable[[sqlite3.Connection], Answer], otherwise: Answer) -> Answer:
        """What `ask` reads in the store, if there is one."""
        new = self._draft is not None and self._process == os.getpid()
        return self._try(ask, otherwise) if new or self._path.exists() else otherwise

    def _try(self, ask: Callable[[sqlite3.Connection], Answer], otherwise: Answer) -> Answer:
        """What `ask` gets from the store; `otherwise` if it has none to give. A damaged store is replaced."""
        for _ in range(2):
            if not self._usable:
                break
            try:
                return ask(self._open())
            except (sqlite3.Error, OSError) as error:
                self.close()
                self._usable = isinstance(error, sqlite3.Error) and _is_damage(error) and self._throw_away()
        return otherwise

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        self.close()
        if self._path.exists():
            connection = opened(self._path)
        else:
            self._draft = Draft(self._path)
            connection = self._draft.connection
        self._connection, self._process = connection, os.getpid()
        return connection

    def _place(self) -> None:
        """If the store is new, it becomes one for others, too."""
        draft = self._draft
        if draft is None or self._process != os.getpid():
            return
        self._draft = self._connection = None
        try:
            draft.place()
        except (sqlite3.Error, OSError):  # no room
            self._usable = False

    def _throw_away(self) -> bool:
        message = "the store of parsed notes was damaged and has been rebuilt"
        self.problems = (Problem(Place(str(self._path)), "cache", message, "there is nothing to do"),)
        try:
            self.forget(self._path.parent)
        except OSError:
            return False
        return True


def _row(wanted: str, key: tuple[str, ...], connection: sqlite3.Connection) -> tuple[object, ...] | None:
    row: tuple[object, ...] | None = connection.execute(wanted, key).fetchone()
    return row


@contextmanager
def _without_collector() -> Iterator[None]:
    """No garbage collection meanwhile: making ten thousand values at once, it costs more than the making."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)  # None: raised by us, or by the module over odd values
    return code is None or code & 0xFF in _DAMAGE or code == _SHORT_READ
