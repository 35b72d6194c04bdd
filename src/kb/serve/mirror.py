"""What the files of the content folder say, kept true while they change.

Filled once, from the note store; then it looks again, at the files it is pointed to or at all of them. The
digest decides whether a file changed. A whole look costs one `stat` for each file and reads those whose
stamp is new, so it may be taken every few seconds; whatever nobody pointed to is found by it.

Not for several threads at a time, except for what `bodies` gave.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from kb.disk.ignore import Skip, skip_for
from kb.disk.inside import NotAFile, open_inside, read_inside
from kb.disk.load import Bodies, load_notes
from kb.disk.looking import attachment, looked_at
from kb.disk.patience import Patient
from kb.disk.scan import is_note, scan
from kb.disk.stamp import Stamp, digest, racy, stamp_of
from kb.disk.store import Row, Store
from kb.model.endless import is_lasting
from kb.model.note import Attachment, Body, Note, Source
from kb.model.problem import Place, Problem
from kb.pipeline.opening import Opened, Progress
from kb.pipeline.reading import analyser_of, analysis_stamp, dialect_stamp, parser_of
from kb.plugin import Plugin

Thing = TypeVar("Thing", Note, Attachment)


@dataclass(frozen=True, slots=True)
class Changes:
    """Notes and attachments that are new or other than they were, or (where ``None``) gone."""

    notes: Mapping[str, Note | None] = field(default_factory=dict)
    files: Mapping[str, Attachment | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.notes or self.files)


class Mirror:
    """The notes and attachments of an opened site, by path."""

    def __init__(self, opened: Opened, plugins: tuple[Plugin, ...], jobs: int, progress: Progress) -> None:
        """Everything as it is now. `OSError` if the content folder cannot be read."""
        self._settings, self._plugins = opened.settings, plugins
        self._parsing = Lock()
        self.root, self.content = opened.root, Path(os.path.realpath(opened.content))
        self._also = (opened.output, opened.cache)
        self._dialect = dialect_stamp(opened.settings, plugins)
        self._analysed = analysis_stamp(opened.settings, plugins)
        self._store = Store(opened.cache, self._dialect, self._analysed)
        self._cache = opened.cache
        taken = time.time_ns()
        found = scan(opened.content, self._skip())
        loaded = load_notes(
            self.content,
            found,
            Store(opened.cache, self._dialect, self._analysed),
            self._parser,
            jobs,
            lambda done, of: progress("reading", done, of),
            analyse=partial(analyser_of, opened.settings) if self._analysed else None,
        )
        self.notes: dict[str, Note] = dict(loaded.notes)
        self.files: dict[str, Attachment] = dict(loaded.attachments)
        self._stamps: dict[str, Stamp] = {**found.notes, **found.attachments}
        self._unsure = {path for path, stamp in self._stamps.items() if racy(stamp, taken)}
        self._twins = _twins(self._stamps)
        self._scan_problems = found.problems
        self._file_problems: dict[str, tuple[Problem, ...]] = {}
        for problem in loaded.problems:
            self._file_problems[problem.place.path] = (problem,)
        self._loaded = loaded.bodies
        self._first = {path: note.digest for path, note in self.notes.items()}
        #: Rows that the store has not yet, by path and digest: the newest text of each note that was edited.
        self._fresh: dict[tuple[str, str], Row] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Files that could not be read, and why."""
        return (*self._scan_problems, *(each for some in self._file_problems.values() for each in some))

    def bodies(self, notes: Mapping[str, Note]) -> Mapping[str, Body]:
        """The body of each of these notes, as it was when the note was what is said here. For any thread."""
        return _Bodies(notes, self._body)

    def analyses(self, digests: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Path and encoded analysis of each of these notes that has one. For any thread."""
        stored = {}
        for path, hashed in digests.items():
            row = self._fresh.get((path, hashed))
            if row is None:
                stored[path] = hashed
            elif row.analysis:
                yield path, row.analysis
        yield from self._store.analyses(stored)

    def keep_analyses(self, rows: Iterable[tuple[str, str, bytes]]) -> None:
        """Remember what search made of notes. For any thread."""
        self._store.keep_analyses(rows)

    def knows(self, path: str) -> bool:
        """Whether this is a file of the vault."""
        return path in self._stamps

    def look_at(self, paths: Iterable[str]) -> Changes:
        """What has become of these files, all of which are known, and of others that are the same file by a link."""
        wanted = dict.fromkeys(paths)
        for path in list(wanted):
            wanted |= dict.fromkeys(self._twins.get(self._stamps[path].inode, ()))
        return self._look({path: self._stamp(path) for path in wanted})

    def look_everywhere(self) -> Changes:
        """What has become of all files. `OSError` if the content folder cannot be read."""
        found = scan(self.content, self._skip())
        now = {**found.notes, **found.attachments}
        self._scan_problems = found.problems
        old, unsure = self._stamps, self._unsure
        changed: dict[str, Stamp | None] = {
            path: stamp for path, stamp in now.items() if old.get(path) != stamp or path in unsure
        }
        changed |= dict.fromkeys(old.keys() - now.keys())
        changes = self._look(changed)
        if changed:
            self._twins = _twins(self._stamps)
        return changes

    def warm(self) -> None:
        """Load the parser, so that the first save does not wait for it."""
        self._parse(Source("warm.md", b"# One\n\n[[two]]\n", ""))

    def settle(self) -> None:
        """Give the store what was parsed since it was last told, so that the next start need not parse it."""
        rows = {known: row for known, row in self._fresh.items() if self._lasts(row)}
        if not rows:
            return
        store = Store(self._cache, self._dialect, self._analysed)
        with store.saving() as save:
            saved = save(rows.values())
        store.close()
        if saved:
            for known in rows:
                self._fresh.pop(known, None)

    def close(self) -> None:
        """Let go of the store, and of the process that helps."""
        self._store.close()
        if "_color" in self.__dict__:
            self._color.close()

    def _skip(self) -> Skip:
        return skip_for(self.root, self._settings, self._also)

    def _look(self, stamps: Mapping[str, Stamp | None]) -> Changes:
        notes: dict[str, Note | None] = {}
        files: dict[str, Attachment | None] = {}
        for path in sorted(stamps):
            stamp = stamps[path]
            was_note, was_file = path in self.notes, path in self.files
            before = self.notes.get(path), self.files.get(path)
            if stamp is None or not self._take(path, stamp):
                self._drop(path)
            if (note := self.notes.get(path)) is not before[0] or (was_note and note is None):
                notes[path] = note
            if (file := self.files.get(path)) is not before[1] or (was_file and file is None):
                files[path] = file
        return Changes(notes, files)

    def _take(self, path: str, stamp: Stamp) -> bool:
        """Read a file if it may be another than before; False if there is nothing to be read."""
        taken = time.time_ns()
        self._stamps[path] = stamp
        self._unsure.discard(path)
        try:
            if is_note(path):
                self._take_note(path)
            else:
                self._take_file(path, stamp)
        except FileNotFoundError:
            return False
        except OSError as error:
            self._file_problems[path] = (_unreadable(path, error),)
            self.notes.pop(path, None)
            self.files.pop(path, None)
            self._unsure.add(path)  # it may be for a moment only: too many files are open, a disk is away
        else:
            self._file_problems.pop(path, None)
        if racy(stamp, taken):
            self._unsure.add(path)
        return True

    def _take_note(self, path: str) -> None:
        data = read_inside(self.content, path)
        hashed = digest(data)
        old = self.notes.get(path)
        if old is not None and old.digest == hashed:
            return
        note, body = self._parse(Source(path, data, hashed))
        encode = msgspec.msgpack.encode
        self._fresh[path, hashed] = Row(path, hashed, encode(note), encode(body), self._analyse(note, body))
        self.notes[path] = note

    def _take_file(self, path: str, stamp: Stamp) -> None:
        with open_inside(self.content, path) as fd:
            known = looked_at(fd, path, stamp)
        old = self.files.get(path)
        if old is None or old.digest != known.digest:
            self.files[path] = attachment(path, known)

    def _drop(self, path: str) -> None:
        self._stamps.pop(path, None)
        self._unsure.discard(path)
        self._file_problems.pop(path, None)
        self.notes.pop(path, None)
        self.files.pop(path, None)

    def forget(self, replaced: Iterable[Note]) -> None:
        """Let go of texts that no site shows any more."""
        for note in replaced:
            self._fresh.pop((note.path, note.digest), None)

    def _stamp(self, path: str) -> Stamp | None:
        try:
            return stamp_of((self.content / path).stat())
        except OSError:
            return None

    def _parse(self, source: Source) -> tuple[Note, Body]:
        with self._parsing:
            return self._parser_kept(source)

    @cached_property
    def _parser_kept(self) -> Callable[[Source], tuple[Note, Body]]:
        return self._parser()

    @cached_property
    def _analyse(self) -> Callable[[Note, Body], bytes]:
        return analyser_of(self._settings) if self._analysed else lambda _note, _body: b""

    def _parser(self) -> Callable[[Source], tuple[Note, Body]]:
        return parser_of(self._settings, self._plugins, self._color)

    @cached_property
    def _color(self) -> Patient:
        from kb.read.rules.code import spans  # noqa: PLC0415 - loads Pygments, which only a parser needs

        return Patient(spans)

    def _lasts(self, row: Row) -> bool:
        note = self.notes.get(row.path)
        return note is None or note.digest != row.digest or is_lasting(note)

    def _body(self, path: str, wanted: str) -> Body:
        row = self._fresh.get((path, wanted))
        if row is not None:
            return msgspec.msgpack.decode(row.body, type=Body)
        if self._first.get(path) == wanted:
            return self._loaded[path]
        return Bodies(self.content, {path: wanted}, self._store, lambda: self._parse)[path]


@dataclass(frozen=True, slots=True)
class _Bodies(Mapping[str, Body]):
    """The bodies of one state of the notes. `StaleNoteError` for a text that is known no more."""

    notes: Mapping[str, Note]
    body: Callable[[str, str], Body]

    def __getitem__(self, path: str) -> Body:
        return self.body(path, self.notes[path].digest)

    def __iter__(self) -> Iterator[str]:
        return iter(self.notes)

    def __len__(self) -> int:
        return len(self.notes)


def _twins(stamps: Mapping[str, Stamp]) -> dict[int, tuple[str, ...]]:
    """The paths of each file that has several, by links."""
    paths: defaultdict[int, list[str]] = defaultdict(list)
    for path, stamp in stamps.items():
        paths[stamp.inode].append(path)
    return {inode: tuple(some) for inode, some in paths.items() if len(some) > 1 and inode}


def _unreadable(path: str, error: OSError) -> Problem:
    if isinstance(error, NotAFile):
        return Problem(
            Place(path), "not-a-file", "this is no regular file, and was not read", "move it out of the vault"
        )
    hint = "let yourself read the file, or name it under `ignore:`"
    return Problem(
        Place(path), "unreadable-file", f"this file cannot be read: {error.strerror or error}", hint
    )


def _difference(old: Mapping[str, Thing], new: Mapping[str, Thing]) -> dict[str, Thing | None]:
    changed: dict[str, Thing | None] = {path: thing for path, thing in new.items() if old.get(path) != thing}
    return changed | dict.fromkeys(old.keys() - new.keys())


def difference(old: Mirror, new: Mirror) -> Changes:
    """What makes the contents of one mirror those of another."""
    return Changes(_difference(old.notes, new.notes), _difference(old.files, new.files))
