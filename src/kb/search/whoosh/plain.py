"""The same index by Whoosh's public interface alone: for a Whoosh whose insides are not those that we know.

Four times slower, and it reads by Whoosh's own readers, which load pickles; by then every file is known to be one
that we wrote (`state`). Our tables beside the segments are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from whoosh.index import create_in, exists_in, open_dir

from kb.search.lengths import BYTE_TO_LENGTH, length_to_byte
from kb.search.whoosh.fields import MARKS, PATH, TEXTS
from kb.search.whoosh.files import Column, SegmentFiles
from kb.search.whoosh.schema import marked, schema
from kb.search.whoosh.state import Part, sealed_part
from kb.search.whoosh.tables import Collected, Entry


def commit_plainly(
    folder: Path, old: Sequence[Part], left: Sequence[Part], entries: Iterable[Entry]
) -> Part | None:
    """Of the segments that there are, these are `left`, with more of their documents gone; the new one is returned."""
    if not old or not exists_in(str(folder)):
        for state in folder.glob("state-*"):  # Whoosh counts from the beginning, and so do states
            state.unlink()
        create_in(str(folder), schema())
    writer = open_dir(str(folder)).writer()
    start = 0
    kept = {part.id: part for part in left}
    for part in old:
        now = kept.get(part.id)
        for doc in sorted(set(now.gone) - set(part.gone)) if now else ():
            writer.delete_document(start + doc)
        start += part.count
    collected, count, indexed = Collected(), 0, 0
    frequencies: dict[str, int] = {}
    for entry in entries:
        analysis = entry.analysis
        marks = {name: marked(analysis, bit) for bit, name in MARKS.items()}
        writer.add_document(**{PATH: entry.known.path, TEXTS: analysis}, **marks)
        collected.add(entry, length_to_byte(analysis.length))
        for term in analysis.terms:
            frequencies[term] = frequencies.get(term, 0) + 1
        count += 1
        indexed += analysis.length
    writer.commit(mergetype=lambda _, segments: [each for each in segments if each.segment_id() in kept])
    if not count:
        return None
    (name,) = {reader.segment().segment_id() for reader in _readers(folder)} - kept.keys()
    collected.write(folder, name, frequencies)
    total = sum(map(BYTE_TO_LENGTH.__getitem__, collected.lengths))
    return Part(name, count, total, indexed, sealed_part(folder, name))


class PlainSegment(SegmentFiles):
    """A segment whose postings Whoosh reads."""

    def __init__(self, folder: Path, part: Part) -> None:
        self._folder, self._part = folder, part
        self.map_tables(folder, part)
        _ = self._reader  # opened now: a later commit may remove the files

    def postings(self, field: str, term: str) -> Column | None:
        """Who holds a term in this field, and how; None if nobody does."""
        if (field, term.encode()) not in self._reader:
            return None
        matcher = self._reader.postings(field, term.encode())
        column = Column([], [], [])
        while matcher.is_active():
            column.docs.append(matcher.id())
            column.weights.append(matcher.weight())
            if field == TEXTS:
                column.values.append(matcher.value())
            matcher.next()
        return column

    @cached_property
    def _reader(self) -> Any:
        for reader in _readers(self._folder):
            if reader.segment().segment_id() == self._part.id:
                return reader
        raise FileNotFoundError(self._part.id)


def _readers(folder: Path) -> list[Any]:
    return [reader for reader, _ in open_dir(str(folder)).reader().leaf_readers()]
