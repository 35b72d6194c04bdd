"""Terms out of analyses: from what each document holds to who holds each term."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from kb.search.document import Analysis
from kb.search.export.coding import put_varint, steps, varint_at, varints, varints_at
from kb.search.export.terms import Term
from kb.search.lengths import length_to_byte

#: A term that weighs less than this, doubled, stands there fewer than 128 times: that is one byte.
_HEAVY = 256


class _Column:
    """What is known of a term so far. There are millions of postings: none of them is an object."""

    def __init__(self) -> None:
        self.docs: list[int] = []
        self.halves: list[int] = []
        self.counts = bytearray()
        self.places = bytearray()
        self.masks = bytearray()
        self.masked = 0
        self.last = -1
        #: What adds a posting, each method looked up once.
        self.add = self.docs.append, self.halves.append, self.counts.append, self.places.extend


class Gathered:
    """The sum of analyses, in the order of their documents: the terms, and the lengths of all documents."""

    def __init__(self, analyses: Iterable[Analysis]) -> None:
        self.lengths = bytearray()
        self.title_lengths = bytearray()
        self._columns: defaultdict[str, _Column] = defaultdict(_Column)
        self._pairs: Counter[tuple[str, str]] = Counter()
        for doc, analysis in enumerate(analyses):
            self.lengths.append(length_to_byte(analysis.length))
            self.title_lengths.append(min(analysis.title_length, 255))
            self._add(doc, analysis)
            self._pairs.update(analysis.surfaces)

    def terms(self) -> Iterator[Term]:
        """All terms, ascending. They are let go of as they are drawn."""
        surfaces: dict[str, list[tuple[bytes, int]]] = {}
        for (word, term), count in sorted(self._pairs.items()):
            surfaces.setdefault(term, []).append((word.encode(), count))
        for text in sorted(self._columns):
            column = self._columns.pop(text)
            masked = varints((column.masked,))
            yield Term(
                text.encode(),
                tuple(surfaces.get(text, ())),
                len(column.docs),
                varints(steps(column.docs)) + varints(column.halves) + masked + column.masks,
                sum(varints_at(bytes(column.counts), 0, len(column.docs))[0]),
                bytes(column.counts + column.places),
            )

    def _add(self, doc: int, analysis: Analysis) -> None:
        columns = list(map(self._columns.__getitem__, analysis.terms))
        heavy = max(analysis.halves, default=0) >= _HEAVY
        for number in [number for number, mask in enumerate(analysis.masks) if mask]:
            column = columns[number]
            put_varint(column.masks, len(column.docs) - column.last - 1)
            column.masks.append(analysis.masks[number])
            column.last = len(column.docs)
            column.masked += 1
        for column, half, positions in zip(columns, analysis.halves, analysis.positions, strict=True):
            add_doc, add_half, add_count, add_places = column.add
            add_doc(doc)
            add_half(half)
            if heavy and positions[0] > 127:  # noqa: PLR2004 - more than a byte
                count, at = varint_at(positions, 0)
                put_varint(column.counts, count)
                add_places(positions[at:])
            else:
                add_count(positions[0])
                add_places(positions[1:])
