"""Terms out of analyses: from what each document holds to who holds each term."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from kb.search.document import Analysis
from kb.search.export.coding import put_varint, varint_at, varints
from kb.search.export.terms import Term
from kb.search.lengths import length_to_byte

#: So many postings, or this part of all before them, are gathered as objects; then they are written down as bytes.
_AT_LEAST, _PART = 200_000, 8
#: A term that weighs less than this, doubled, stands there fewer than 128 times: that is one byte.
_HEAVY = 256


class _Column:
    """What is written down of a term. There are millions of postings: each is some bytes of these, none an object."""

    __slots__ = ("counts", "df", "docs", "halves", "last", "marked", "masked", "masks", "places", "times")

    def __init__(self) -> None:
        self.docs = self.halves = self.masks = self.counts = self.places = b""
        self.df = self.times = self.last = self.masked = 0
        self.marked = -1

    def add(self, docs: Sequence[int], halves: Sequence[int], positions: Sequence[bytes]) -> None:
        """More documents that hold the term, twice its weight in each, and where it stands."""
        self.docs += varints([after - before for before, after in pairwise((self.last, *docs))])
        self.halves += varints(halves)
        if max(halves) < _HEAVY:
            counts = [each[0] for each in positions]
            self.places += b"".join([each[1:] for each in positions])
        else:
            split = [varint_at(each, 0) for each in positions]
            counts = [count for count, _ in split]
            self.places += b"".join([each[at:] for each, (_, at) in zip(positions, split, strict=True)])
        self.counts += varints(counts)
        self.times += sum(counts)
        self.df += len(docs)
        self.last = docs[-1]

    def mark(self, masks: Iterable[tuple[int, int]]) -> None:
        """Fields other than the body: of postings, by their numbers among those of the term, ascending."""
        noted = bytearray()
        for number, mask in masks:
            put_varint(noted, number - self.marked - 1)
            noted.append(mask)
            self.marked = number
            self.masked += 1
        self.masks += noted


class Gathered:
    """The sum of analyses, in the order of their documents: the terms, and the lengths of all documents."""

    def __init__(self, analyses: Iterable[Analysis]) -> None:
        self.lengths = bytearray()
        self.title_lengths = bytearray()
        self._columns: defaultdict[str, _Column] = defaultdict(_Column)
        self._counts: Counter[str] = Counter()
        self._terms: dict[str, str] = {}
        #: What is not written down yet: for each term document, half-weight, positions, and so on; and its masks.
        self._came: defaultdict[str, list[Any]] = defaultdict(list)
        self._masks: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        written = waiting = 0
        for doc, analysis in enumerate(analyses):
            self.lengths.append(length_to_byte(analysis.length))
            self.title_lengths.append(min(analysis.title_length, 255))
            self._add(doc, analysis)
            waiting += len(analysis.terms)
            if waiting > max(_AT_LEAST, written // _PART):
                self._write_down()
                written, waiting = written + waiting, 0
        self._write_down()

    def terms(self) -> Iterator[Term]:
        """All terms, ascending. They are let go of as they are drawn."""
        surfaces: defaultdict[str, list[tuple[bytes, int]]] = defaultdict(list)
        for word, count in sorted(self._counts.items()):
            surfaces[self._terms[word]].append((word.encode(), count))
        for text in sorted(self._columns):
            column = self._columns.pop(text)
            postings = column.docs + column.halves + varints((column.masked,)) + column.masks
            positions = column.counts + column.places
            written_as = tuple(surfaces.pop(text, ()))
            yield Term(text.encode(), written_as, column.df, postings, column.times, positions)

    def _add(self, doc: int, analysis: Analysis) -> None:
        came = self._came
        for term, half, positions in zip(analysis.terms, analysis.halves, analysis.positions, strict=True):
            came[term] += (doc, half, positions)
        if analysis.masks.strip(b"\0"):
            for term, mask in zip(analysis.terms, analysis.masks, strict=True):
                if mask:
                    self._masks[term].append((len(came[term]) // 3 - 1, mask))
        words = dict(analysis.surfaces)
        self._counts.update(list(words))
        self._terms |= words

    def _write_down(self) -> None:
        for term, masks in self._masks.items():
            df = self._columns[term].df
            self._columns[term].mark((df + number, mask) for number, mask in masks)
        for term, flat in self._came.items():
            self._columns[term].add(flat[0::3], flat[1::3], flat[2::3])
        self._masks.clear()
        self._came.clear()
