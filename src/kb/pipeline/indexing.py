"""The index of a site, brought up to date: what it holds is compared with what the files say.

The index holds every note that can be read, drafts and private ones, too: it lies in the cache, for the person alone.
A published site takes from it only what is published.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import msgspec

from kb.disk.load import StaleNoteError
from kb.disk.stamp import digest
from kb.disk.store import Store
from kb.model.endless import is_lasting
from kb.model.note import Body, Note
from kb.model.settings import Settings
from kb.pipeline.looking import Stamps, remember
from kb.pipeline.opening import Opened, Progress, unheard
from kb.pipeline.reading import Files, analyser_of, analysis_stamp, dialect_stamp
from kb.plugin import Plugin
from kb.search.document import Analysis
from kb.search.export.order import known_of
from kb.search.whoosh import upkeep
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.tables import Entry
from kb.search.whoosh.versions import whoosh_version


@dataclass(frozen=True, slots=True)
class Supply:
    """Where an index gets what it takes in of each note: its `analyses`, by path and digest, as far as they are kept.

    What is not kept is made of the note's body, and kept by `keep`.
    """

    notes: Mapping[str, Note]
    bodies: Mapping[str, Body]
    analyses: Callable[[Mapping[str, str]], Iterable[tuple[str, bytes]]]
    analyse: Callable[[], Callable[[Note, Body], bytes]]
    keep: Callable[[Iterable[tuple[str, str, bytes]]], None] = lambda _rows: None

    def entries(self, paths: Iterable[str]) -> Iterator[Entry]:
        """What the index takes in of these notes. One that was edited meanwhile and is known no more is left out."""
        wanted = {path: self.notes[path].digest for path in paths if path in self.notes}
        decode = msgspec.msgpack.Decoder(Analysis).decode
        missing = dict(wanted)
        for path, data in self.analyses(wanted):
            try:
                analysis = decode(data)
            except msgspec.MsgspecError:
                continue
            yield Entry(known_of(self.notes[path]), missing.pop(path), analysis)
        if missing:
            analyse, made = self.analyse(), []
            for path, hashed in missing.items():
                try:
                    data = analyse(self.notes[path], self.bodies[path])
                except StaleNoteError:
                    continue
                made.append((path, hashed, data))
                yield Entry(known_of(self.notes[path]), hashed, decode(data))
            self.keep(made)

    def added(self, paths: Iterable[str]) -> Iterator[tuple[str, Analysis]]:
        """What these notes add to an index, by path."""
        return ((entry.known.path, entry.analysis) for entry in self.entries(paths))


def fingerprint(settings: Settings, plugins: Iterable[Plugin]) -> str:
    """All that decides what an index of the same notes says, and how it lies on the disk."""
    return digest(f"{analysis_stamp(settings, plugins)} {whoosh_version()} {sys.byteorder}".encode())


def supply_of(files: Files) -> Supply:
    """What an index of these files is made of."""
    settings, plugins = files.opened.settings, files.plugins
    store = Store(files.opened.cache, dialect_stamp(settings, plugins), analysis_stamp(settings, plugins))
    return Supply(
        files.notes, files.bodies, store.analyses, partial(analyser_of, settings), store.keep_analyses
    )


def index_of(files: Files, progress: Progress = unheard) -> WhooshIndex:
    """The index of these files, brought up to date, and remembered. May be called in a forked child."""
    opened, plugins = files.opened, files.plugins
    settings = opened.settings
    named = fingerprint(settings, plugins)
    index = index_from(opened, named, supply_of(files), progress)
    dialect, analysed = dialect_stamp(settings, plugins), analysis_stamp(settings, plugins)
    remember(opened, Stamps(dialect, analysed, named, len(files.notes)))
    return index


def index_from(opened: Opened, named: str, supply: Supply, progress: Progress = unheard) -> WhooshIndex:
    """The index of these notes, brought up to date; `named` is its fingerprint."""
    wanted, aside = _parted(supply.notes)

    def told(paths: Iterable[str]) -> Iterator[Entry]:
        some = list(paths)
        for done, entry in enumerate(supply.entries(some)):
            progress("indexing", done, len(some))
            yield entry

    return upkeep.bring_up_to_date(opened.index, named, wanted, aside, told)


def brought_up_to_date(files: Files) -> WhooshIndex | None:
    """The same; None where the cache cannot be written to, which whoever searches will be told."""
    try:
        return index_of(files)
    except (OSError, upkeep.IndexBusyError):
        return None


def rebuilt(files: Files) -> WhooshIndex:
    """A new index of these files. May be called in a forked child."""
    opened, supply = files.opened, supply_of(files)
    wanted, aside = _parted(files.notes)
    named = fingerprint(opened.settings, files.plugins)
    return upkeep.rebuild(opened.index, named, supply.entries(wanted), aside)


def refreshed(
    opened: Opened, index: WhooshIndex, changed: Mapping[str, Note | None], supply: Supply
) -> WhooshIndex:
    """The index after these changes of its notes."""
    wanted, aside = _parted({path: note for path, note in changed.items() if note is not None})
    removed = changed.keys() - wanted.keys()
    entries = supply.entries(wanted)
    return upkeep.apply(opened.index, index, entries, removed, supply.entries, aside)


def _parted(notes: Mapping[str, Note]) -> tuple[dict[str, str], dict[str, str]]:
    """The digests of the notes that can be read, and of those that cannot: "" where the same text may be some day."""
    wanted = {path: note.digest for path, note in notes.items() if note.readable}
    others = (note for note in notes.values() if not note.readable)
    return wanted, {note.path: note.digest if is_lasting(note) else "" for note in others}
