"""Files become notes. What was read before, from the same bytes in the same dialect, is not read again.

A file whose stamp we know is not opened; one whose digest we know is not parsed. Files are read and hashed
here, in one process, so that what is parsed is what was hashed, whatever happens to the file meanwhile.
Parsing is spread over processes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import msgspec

from kb.disk.inside import NotAFile, Outside, open_inside, read_inside
from kb.disk.looking import attachment, looked_at
from kb.disk.parallel import MANY, Died, batch_sizes, beside, spread, workers_for
from kb.disk.scan import Found
from kb.disk.stamp import Stamp, digest, racy
from kb.disk.store import Known, Row, Store
from kb.model.endless import is_lasting
from kb.model.note import Attachment, Body, Note, Source
from kb.model.problem import Place, Problem

#: Makes the parser. Called only in a process that parses, so that nothing is imported where all is known.
Parser = Callable[[Source], tuple[Note, Body]]
ParserFactory = Callable[[], Parser]
#: Makes what makes of a note and its body what search will want to know: bytes, none where it sees nothing of it.
Analyser = Callable[[Note, Body], bytes]
AnalyserFactory = Callable[[], Analyser]
Progress = Callable[[int, int], None]

#: So many edited notes are parsed at once; of more, parsing is spread as usual.
_FEW_EDITED = 16
#: A note of so many bytes is parsed apart from everything else.
_LARGE_BYTES = 4 << 20
#: So many bytes of sources go to a worker at once: what it makes of them takes ten times their room and more.
_BATCH_BYTES = 1 << 20
#: So much of what was read for its digest is held until it is parsed; the rest is read again.
_HELD_BYTES = 64 << 20
#: So much of what was just parsed is held until its pages are made; the rest is asked of the store.
_HELD_BODIES = 16 << 20


@dataclass(frozen=True)
class Loaded:
    """What the files say, in path order; `parsed` counts the notes that were not known before."""

    notes: dict[str, Note]
    attachments: dict[str, Attachment]
    bodies: Mapping[str, Body]
    problems: tuple[Problem, ...] = ()
    parsed: int = 0


class StaleNoteError(Exception):
    """A note was edited while its body was wanted, and what it said before is no longer known."""


def load_notes(  # noqa: PLR0913 - two of its parts have a cost that only some commands pay
    content: Path,
    found: Found,
    store: Store,
    parse: ParserFactory,
    jobs: int = 0,
    progress: Progress | None = None,
    *,
    spare: Callable[[], None] | None = None,
    analyse: AnalyserFactory | None = None,
) -> Loaded:
    """The notes and attachments that `found` names.

    Files that are gone are left out, unreadable ones are problems.
    (Those of `found` are not repeated.)

    `progress` hears (notes parsed, notes to parse). `spare` is called once if this process has time to spare
    while others parse. What is parsed is also analysed if `analyse` is given.
    """
    return _Load(
        Path(os.path.realpath(content)),
        found,
        store,
        parse,
        jobs,
        progress or (lambda _done, _all: None),
        spare,
        analyse,
    ).run()


class Bodies(Mapping[str, Body]):
    """The body of each note by its path, fetched when asked for. Asking in a forked process is safe."""

    def __init__(self, content: Path, digests: dict[str, str], store: Store, parse: ParserFactory) -> None:
        self._content, self._digests, self._store, self._parse = content, digests, store, parse
        self._held: dict[str, bytes] = {}
        self._room = _HELD_BODIES
        self._decode = msgspec.msgpack.Decoder(Body).decode

    def __getitem__(self, path: str) -> Body:
        """The body; `KeyError` if there is no such note, `StaleNoteError` if it cannot be had any more."""
        wanted = self._digests[path]
        data = self._held.get(path) or self._store.body(path, wanted)
        if data is not None:
            try:
                return self._decode(data)
            except msgspec.MsgspecError:
                pass  # damaged: as good as absent
        return self._again(path, wanted)

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)

    def hold(self, path: str, body: bytes) -> None:
        """Keep an encoded body: the store would not take it, or it is wanted soon."""
        self._held[path] = body
        self._room -= len(body)

    def has_room(self, size: int) -> bool:
        """Whether so many bytes more may be kept only to save asking the store for them."""
        return size <= self._room

    def _again(self, path: str, wanted: str) -> Body:
        try:
            data = read_inside(self._content, path)
        except OSError as error:
            raise StaleNoteError(path) from error
        if digest(data) != wanted:
            raise StaleNoteError(path)
        body = self._parse()(Source(path, data, wanted))[1]
        self.hold(path, msgspec.msgpack.encode(body))
        return body


@dataclass
class _Load:
    """One load in progress."""

    content: Path
    found: Found
    store: Store
    parse: ParserFactory
    jobs: int
    progress: Progress
    spare: Callable[[], None] | None
    analyse: AnalyserFactory | None

    def run(self) -> Loaded:
        """All of it."""
        self.taken = time.time_ns()
        self.problems: list[Problem] = []
        self.old = self.store.hints()
        self.known: dict[str, Known] = {}
        self.fresh: dict[str, bytes] = {}  # files read for their digest that may have to be parsed
        self.room = _HELD_BYTES
        digests = self._digests()
        edited = self._begin(digests)
        notes = self.store.notes(digests)
        bodies = Bodies(self.content, digests, self.store, self.parse)
        unknown = [path for path in digests if path not in notes]
        for path in self.fresh.keys() & notes.keys():
            del self.fresh[path]
        attachments = self._attachments()
        with self.store.saving() as save:
            self._parse_all(unknown, digests, notes, bodies, edited, save)
            for path in digests.keys() - notes.keys():
                del digests[path]
            self.store.settle(digests, self.known, self.old)
        self.store.close()
        ordered = {path: notes[path] for path in self.found.notes if path in notes}
        problems = tuple(sorted((*self.problems, *self.store.problems)))
        return Loaded(ordered, attachments, bodies, problems, len(unknown))

    def _digests(self) -> dict[str, str]:
        """The digest of each note; only files with an unknown stamp are read for it."""
        digests = {}
        for path, stamp in self.found.notes.items():
            known = self.old.get(path)
            if known is None or known.stamp != stamp:
                data = self._read(path)
                if data is None:
                    continue
                known = Known(stamp, digest(data))
                if len(data) < self.room:
                    self.room -= len(data)
                    self.fresh[path] = data
            self._remember(path, known)
            digests[path] = known.digest
        return digests

    def _begin(self, digests: Mapping[str, str]) -> Callable[[], list[Row]]:
        """The rows of notes that were edited, if they are few among many.

        They are read by a process of their own, which loads what parses, while this one takes the others out of the
        store. That is a guess, and no row may be wanted in the end.
        """
        edited = [
            Source(path, data, digests[path])
            for path, data in self.fresh.items()
            if path not in self.old or self.old[path].digest != digests[path]
        ]
        if len(digests) < MANY or not 0 < len(edited) <= _FEW_EDITED or self.jobs == 1:
            return list
        rows = beside(lambda: msgspec.msgpack.encode(_parse(self._crafts(), edited)))
        return lambda: msgspec.msgpack.decode(rows(), type=list[Row])

    def _parse_all(
        self,
        unknown: Sequence[str],
        digests: dict[str, str],
        notes: dict[str, Note],
        bodies: Bodies,
        edited: Callable[[], list[Row]],
        save: Callable[[Iterable[Row]], bool],
    ) -> None:
        ready = {row.path: row for row in edited() if digests[row.path] == row.digest}
        rest = [path for path in unknown if path not in ready]
        workers = workers_for(len(rest), self.jobs)
        sizes = batch_sizes(len(rest), workers, most=32)
        decode = msgspec.msgpack.Decoder(Note).decode
        done = 0
        batches = self._sources(rest, digests, sizes)
        make = self._crafts
        if workers > 1:  # what all workers would load, they find loaded
            crafts = make()
            make = lambda: crafts  # noqa: E731
        begun = [row for path in unknown if (row := ready.get(path))]
        with closing(spread(_parse, batches, workers, make, apart=self._is_large(rest))) as results:
            for number, result in enumerate(chain([begun] if begun else [], results)):
                if number == 0 and workers > 1 and self.spare is not None:
                    self.spare()
                if isinstance(result, Died):
                    hint = "take parts of the note away until it can be read, and report what was left"
                    message = f"the process that read this note ended ({result.why})"
                    self._complain("unreadable-file", result.item.path, message, hint)
                    done += 1
                    continue
                read = [(row, decode(row.note)) for row in result]
                notes.update((row.path, note) for row, note in read)
                saved = save(row for row, note in read if is_lasting(note))
                for row, note in read:
                    if not (saved and is_lasting(note)) or bodies.has_room(len(row.body)):
                        bodies.hold(row.path, row.body)
                done += len(result)
                self.progress(done, len(unknown))

    def _is_large(self, paths: Iterable[str]) -> bool:
        """Whether these notes may take so much memory that a process of their own should parse them.

        It gives the memory back when it ends, and if there is too little, we can still say which note it was.
        """
        return self.jobs != 1 and any(self.found.notes[path].size > _LARGE_BYTES for path in paths)

    def _crafts(self) -> tuple[Parser, Analyser]:
        return self.parse(), self.analyse() if self.analyse is not None else lambda _note, _body: b""

    def _sources(
        self, unknown: Sequence[str], digests: dict[str, str], sizes: Iterator[int]
    ) -> Iterator[list[Source]]:
        """The sources of `unknown` in batches, made when wanted: all at once would fill the memory."""
        batch: list[Source] = []
        size, held = next(sizes, 1), 0
        for path in unknown:
            data = self.fresh.pop(path, None)
            if data is None:
                data = self._read(path)
                if data is None:
                    continue
                if digests[path] != (now := digest(data)):  # edited since we hashed it: this is what counts
                    digests[path] = now
                    self.known.pop(path, None)
            batch.append(Source(path, data, digests[path]))
            held += len(data)
            if len(batch) >= size or held >= _BATCH_BYTES:
                yield batch
                batch, size, held = [], next(sizes, 1), 0
        if batch:
            yield batch

    def _attachments(self) -> dict[str, Attachment]:
        attachments = {}
        for path, stamp in self.found.attachments.items():
            known = self.old.get(path)
            if known is None or known.stamp != stamp:
                known = self._look(path, stamp)
                if known is None:
                    continue
            self._remember(path, known)
            attachments[path] = attachment(path, known)
        return attachments

    def _look(self, path: str, stamp: Stamp) -> Known | None:
        try:
            with open_inside(self.content, path) as fd:
                return looked_at(fd, path, stamp)
        except OSError as error:
            self._unreadable(path, error)
            return None

    def _remember(self, path: str, known: Known) -> None:
        if not racy(known.stamp, self.taken):
            self.known[path] = known

    def _read(self, path: str) -> bytes | None:
        try:
            return read_inside(self.content, path)
        except OSError as error:
            self._unreadable(path, error)
            return None

    def _unreadable(self, path: str, error: OSError) -> None:
        match error:
            case FileNotFoundError():
                pass  # gone since the scan
            case Outside():
                hint = "copy the file into the vault, or remove the link"
                self._complain("symlink-outside", path, "this leads out of the vault and was not read", hint)
            case NotAFile():
                self._complain(
                    "not-a-file",
                    path,
                    "this is no regular file, and was not read",
                    "move it out of the vault",
                )
            case _:
                hint = "let yourself read the file, or name it under `ignore:`"
                self._complain("unreadable-file", path, f"this file cannot be read: {error.strerror}", hint)

    def _complain(self, code: str, path: str, message: str, hint: str) -> None:
        self.problems.append(Problem(Place(path), code, message, hint))


def _parse(crafts: tuple[Parser, Analyser], batch: Sequence[Source]) -> list[Row]:
    parse, analyse = crafts
    encode = msgspec.msgpack.Encoder().encode
    rows = []
    for source in batch:
        note, body = parse(source)
        rows.append(Row(source.path, source.digest, encode(note), encode(body), analyse(note, body)))
    return rows
