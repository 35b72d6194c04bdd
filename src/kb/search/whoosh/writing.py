"""A segment written directly: the same files that Whoosh's writer makes, in an eighth of the time.

Whoosh sorts a million tuples of (field, term, document) and lays half of them aside on disk. Here postings are
gathered by term as they come, so nothing is sorted but the terms. The documents' part, the hash table of terms and
the table of contents are written by Whoosh's own code; what is ours is how postings are put into blocks
(`_blocks`). The self-test holds it to what Whoosh's writer makes of the same documents.
"""

from __future__ import annotations

import gc
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

from whoosh.codec.whoosh3 import W3Codec, W3Segment, W3TermInfo
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from kb.search.lengths import BYTE_TO_LENGTH, length_to_byte
from kb.search.whoosh.fields import MARKS, PATH, TEXTS
from kb.search.whoosh.pickles import block, pickled
from kb.search.whoosh.schema import schema
from kb.search.whoosh.state import NAME, Part, sealed_part
from kb.search.whoosh.tables import Collected, Entry
from kb.search.whoosh.values import Values

#: Postings that lie together: what Whoosh's own writer takes.
_BLOCK = 128
#: The weight of a word in the body, in halves.
_ONE = 2
_MAGIC = b"W3Bl"
#: Blocks shorter than this grow when they are compressed.
_COMPRESS_FROM, _LEVEL = 96, 1
#: More documents than this are more than one segment: memory stays bounded.
MOST = 20_000

_FIELD = Struct("!H").pack
_LENGTH = Struct("!i").pack
_OFFSET = Struct("!q").pack
_INFO = W3TermInfo._struct.pack  # noqa: SLF001 - Whoosh's own layout, rather than a copy of it


def write_parts(folder: Path, entries: Iterable[Entry]) -> tuple[Part, ...]:
    """Segments that hold these documents, in their order. Nothing refers to them yet."""
    parts = []
    writer = _Writer(folder)
    was_on = gc.isenabled()
    gc.disable()  # nothing here is cyclic, and a collection amid a million lists costs more than their making
    try:
        for entry in entries:
            writer.add(entry)
            if writer.count >= MOST:
                parts.append(writer.finish())
                writer = _Writer(folder)
        if writer.count:
            parts.append(writer.finish())
        else:
            writer.discard()
    finally:
        if was_on:
            gc.enable()
    return tuple(parts)


def commit(folder: Path, number: int, parts: Iterable[Part]) -> None:
    """Whoosh's table of contents for these segments. Its renaming is the moment from which they count."""
    TOC(schema(), [_segment(part) for part in parts], number).write(FileStorage(str(folder)), NAME)


def _segment(part: Part) -> W3Segment:
    """Whoosh's own name for a segment of ours."""
    gone = set(part.gone) or None
    segment = W3Segment(W3Codec(), NAME, part.count, part.id.removeprefix(f"{NAME}_"), gone)
    segment._fieldlengths = {TEXTS: part.indexed}  # noqa: SLF001 - where Whoosh keeps it, and pickles it
    return segment


class _Term(NamedTuple):
    """The postings of a term, in columns. `lengths` are the bytes of the documents' lengths, if they count.

    `halves` are twice the weights: whole numbers. One is enough where all are the same.
    """

    docs: Sequence[int]
    halves: Sequence[int]
    values: Sequence[bytes]
    lengths: Sequence[int]


class _Writer:
    """A segment in the making."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self._folder = folder
        self._storage = FileStorage(str(folder))
        codec = W3Codec()
        self._segment = codec.new_segment(self._storage, NAME)
        self._documents = codec.per_document_writer(self._storage, self._segment)
        self._terms = codec.field_writer(self._storage, self._segment)
        self._collected = Collected()
        self._texts: defaultdict[str, list[Any]] = defaultdict(
            list
        )  # document, half-weight, value, and so on
        self._marks: dict[int, defaultdict[str, list[int]]] = {bit: defaultdict(list) for bit in MARKS}
        self._paths: dict[str, int] = {}
        self._values = Values()
        self._indexed = 0

    def add(self, entry: Entry) -> None:
        """Take in a document."""
        doc, analysis = self.count, entry.analysis
        texts = self._texts
        values = map(self._values.__getitem__, analysis.positions)
        for term, half, value in zip(analysis.terms, analysis.halves, values, strict=True):
            texts[term] += (doc, half, value)
        if analysis.masks.strip(b"\0"):
            for term, mask in zip(analysis.terms, analysis.masks, strict=True):
                if mask:
                    for bit, marked in self._marks.items():
                        if mask & bit:
                            marked[term].append(doc)
        self._paths[entry.known.path] = doc
        self._collected.add(entry, length_to_byte(analysis.length))
        self._indexed += analysis.length
        self._documents.start_doc(doc)
        self._documents.add_field(PATH, None, entry.known.path, 0)
        self._documents.add_field(TEXTS, None, None, analysis.length)
        self._documents.finish_doc()
        self.count += 1

    def finish(self) -> Part:
        """Write it all."""
        self._documents.close()
        lengths = self._collected.lengths
        self._write_terms(lengths)
        self._terms.close()
        self._segment.set_doc_count(self.count)
        part = self._segment.segment_id()
        frequencies = {term: len(column) // 3 for term, column in self._texts.items()}
        self._collected.write(self._folder, part, frequencies)
        total = sum(map(BYTE_TO_LENGTH.__getitem__, lengths))
        return Part(part, self.count, total, self._indexed, sealed_part(self._folder, part))

    def discard(self) -> None:
        """Close what was opened; it is removed by the next commit."""
        self._documents.close()
        self._terms.close()

    def _write_terms(self, lengths: bytes) -> None:
        """The fields in the order of their names, each field's terms in the order of their bytes."""
        fields = self._terms._fieldmap  # noqa: SLF001 - the numbers of the fields, as Whoosh's writer fills them
        names = sorted((PATH, TEXTS, *MARKS.values()))
        marks = {name: self._marks[bit] for bit, name in MARKS.items()}
        for name in names:
            if name == TEXTS:
                terms = self._texts_of(lengths)
            elif name == PATH:
                terms = ((path, self._marked([doc])) for path, doc in sorted(self._paths.items()))
            else:
                terms = ((term, self._marked(docs)) for term, docs in sorted(marks[name].items()))
            self._write_field(_FIELD(len(fields)), terms, name, fields)

    def _texts_of(self, lengths: bytes) -> Iterable[tuple[str, _Term]]:
        for term in sorted(self._texts):
            column = self._texts[term]
            docs = column[0::3]
            yield term, _Term(docs, column[1::3], column[2::3], [lengths[doc] for doc in docs])

    @staticmethod
    def _marked(docs: Sequence[int]) -> _Term:
        return _Term(docs, (2,), (), ())

    def _write_field(
        self, prefix: bytes, terms: Iterable[tuple[str, _Term]], name: str, fields: dict[str, int]
    ) -> None:
        add, write = self._terms._tindex.add, self._terms._postfile.write  # noqa: SLF001 - Whoosh's own files
        offset = self._terms._postfile.tell()  # noqa: SLF001
        for term, postings in terms:
            fields.setdefault(name, len(fields))
            data, total, shortest, longest = _blocks(postings)
            info = (0, total, len(postings.docs), shortest, longest, max(postings.halves) / 2)
            write(data)
            ends = (postings.docs[0], postings.docs[-1])
            add(prefix + term.encode(), _INFO(*info, *ends) + _OFFSET(offset) + _LENGTH(len(data)))
            offset += len(data)


def _blocks(term: _Term) -> tuple[bytes, float, int, int]:
    """A term's postings as Whoosh keeps them, the sum of its weights, the least and the greatest length."""
    pieces = [_MAGIC]
    many = len(term.docs)
    for start in range(0, many, _BLOCK):
        end = start + _BLOCK
        docs, halves = term.docs[start:end], term.halves[start:end] or term.halves
        steps = (docs[0], *[after - before for before, after in pairwise(docs)])
        data = block(steps, _weights(halves), term.values[start:end] if term.values else None)
        level = _LEVEL if len(data) > _COMPRESS_FROM else 0
        if level:
            data = zlib.compress(data, level)
        lengths = term.lengths[start:end] or (0,)
        about = pickled((len(docs), docs[-1], max(halves) / 2, level, min(lengths), max(lengths)))
        size = len(about) + len(data)
        pieces += (_LENGTH(-size if end >= many else size), about, data)
    total = sum(term.halves) / 2 if len(term.halves) == many else float(many)
    lengths = term.lengths or (0,)
    return b"".join(pieces), total, min(lengths), max(lengths)


def _weights(halves: Sequence[int]) -> float | Sequence[float] | None:
    """Weights as Whoosh has them: none where all are 1, one where all are the same."""
    least = min(halves)
    if least == max(halves):
        return None if least == _ONE else least / 2
    if any(half & 1 for half in halves):
        return tuple([half / 2 for half in halves])
    return [half >> 1 for half in halves]
