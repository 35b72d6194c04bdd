"""`WhooshIndex`: what a ranking asks, answered from the segments of a Whoosh index.

Documents are numbered through the segments, those that are gone left out. Their numbers come from the index's history;
nothing else in any answer does. An index shows one commit for ever: a later one gives another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import itemgetter

import msgspec

from kb.search.index import Known, Places, Postings
from kb.search.lengths import BYTE_TO_LENGTH
from kb.search.whoosh.fields import MARKS, TEXTS
from kb.search.whoosh.files import Column, SegmentFiles
from kb.search.whoosh.state import Part, State
from kb.search.whoosh.tables import Letter
from kb.search.whoosh.values import count_of, positions_of

#: How many terms' postings are kept: those of one query.
_KEPT = 64


class WhooshIndex:
    """The documents of one commit. `number` is the commit's; `state` says what its files are."""

    def __init__(self, number: int, state: State, segments: Sequence[SegmentFiles]) -> None:
        self.number, self.state = number, state
        self.segments = tuple(segments)
        self._bases = [0, *accumulate(part.count for part in state.parts)]
        self._gone = [frozenset(part.gone) for part in state.parts]
        self._kept: dict[str, list[Column | None]] = {}
        self._letters: dict[str, dict[str, tuple[str, int]]] = {}

    @property
    def count(self) -> int:
        """How many documents there are."""
        return sum(part.left for part in self.state.parts)

    @property
    def average(self) -> float:
        """The mean of all documents' lengths."""
        return sum(part.total for part in self.state.parts) / self.count if self.count else 0.0

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        docs: list[int] = []
        weights: list[float] = []
        masks: list[int] = []
        for number, column in enumerate(self._columns(term)):
            if column is not None:
                base = self._bases[number]
                docs += [base + doc for doc in column.docs] if base else column.docs
                weights += column.weights
                masks += self._masks(number, term, column.docs)
        return Postings(docs, weights, masks) if docs else None

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        """Where a term stands, for each document of its postings, ascending."""
        columns = (column for column in self._columns(term) if column is not None)
        return Places(list(chain.from_iterable(column.values for column in columns)), positions_of)

    def occurrences(self, term: str) -> int:
        """In how many places a term stands, in all documents together."""
        columns = (column for column in self._columns(term) if column is not None)
        return sum(map(count_of, chain.from_iterable(column.values for column in columns)))

    def length(self, doc: int) -> int:
        """A document's length as one byte can say it."""
        return self._lengths[doc]

    def title_length(self, doc: int) -> int:
        """The number of indexed words of a document's title, at most 255."""
        return self._titles[doc]

    def beginning(self, prefix: str) -> Mapping[str, int]:
        """The terms that begin with `prefix` or have a surface that does, with how many documents hold each."""
        letter = prefix[:1]
        found = {
            term: many
            for word, (term, many) in self.surfaces(letter).items()
            if word.startswith(prefix) or term.startswith(prefix)
        }
        for other in {other for segment in self.segments for other in segment.words.elsewhere(letter)}:
            found |= {term: many for term, many in self.surfaces(other).values() if term.startswith(prefix)}
        return found

    def surfaces(self, first: str) -> Mapping[str, tuple[str, int]]:
        """All surfaces that begin with this letter: the term of each, and how many documents hold the term."""
        found = self._letters.get(first)
        if found is None:
            found = self._letters[first] = self._surfaces(first)
        return found

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        """The surfaces of these terms, each with its term."""
        letters = {term[:1] for term in terms}
        for segment in self.segments:
            letters.update(*(segment.words.elsewhere(term[:1]) for term in terms))
        return {
            word: term
            for letter in letters
            for word, (term, _) in self.surfaces(letter).items()
            if term in terms
        }

    def order(self, doc: int) -> tuple[str, str]:
        """What decides between equal scores: (date, path)."""
        return self._dates[doc], self._paths[doc]

    def known(self, doc: int) -> Known:
        """What is known of a document."""
        number = bisect_right(self._bases, doc) - 1
        raw = self.segments[number].documents.known[doc - self._bases[number]]
        return msgspec.msgpack.decode(raw, type=Known)

    def documents(self) -> Sequence[int]:
        """All documents' numbers."""
        return self._documents

    @property
    def contents(self) -> dict[str, str]:
        """What the index was made from: the digest of each note's source by its path."""
        found = dict(self.state.aside)
        for number, segment in enumerate(self.segments):
            table = segment.documents
            gone = self._gone[number]
            if gone:
                pairs = zip(table.paths, table.digests, strict=True)
                found |= {path: digest for doc, (path, digest) in enumerate(pairs) if doc not in gone}
            else:
                found.update(zip(table.paths, table.digests, strict=True))
        return found

    def place(self, path: str) -> tuple[int, int] | None:
        """The segment of a document, and its number there; None if there is none of this path."""
        for number, segment in enumerate(self.segments):
            doc = segment.place.get(path)
            if doc is not None and doc not in self._gone[number]:
                return number, doc
        return None

    def _columns(self, term: str) -> list[Column | None]:
        """The postings of a term in each segment, without the documents that are gone."""
        found = self._kept.get(term)
        if found is None:
            found = [
                _without(segment.postings(TEXTS, term), gone)
                for segment, gone in zip(self.segments, self._gone, strict=True)
            ]
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[term] = found
        return found

    def _masks(self, number: int, term: str, docs: list[int]) -> list[int]:
        masks: dict[int, int] = {}
        for bit, field in MARKS.items():
            column = self.segments[number].postings(field, term)
            for doc in column.docs if column is not None else ():
                masks[doc] = masks.get(doc, 0) | bit
        return [masks.get(doc, 0) for doc in docs] if masks else [0] * len(docs)

    def _surfaces(self, first: str) -> dict[str, tuple[str, int]]:
        term_of: dict[str, str] = {}
        frequencies: dict[str, int] = {}
        for part, segment in zip(self.state.parts, self.segments, strict=True):
            table = segment.words.letter(first)
            seen: dict[str, int] = {}
            for word, term, many in _left(table, part) if table is not None else ():
                term_of[word] = term
                seen[term] = many
            for term, many in seen.items():
                frequencies[term] = frequencies.get(term, 0) + many
        if len(self.segments) > 1:  # a term may be written with another letter in another segment
            mixed = any(segment.words.elsewhere(first) for segment in self.segments)
            for term in frequencies:
                if mixed or term[:1] != first:
                    postings = self.postings(term)
                    frequencies[term] = len(postings.docs) if postings else 0
        return {word: (term, frequencies[term]) for word, term in term_of.items()}

    @cached_property
    def _documents(self) -> Sequence[int]:
        if not any(self._gone):
            return range(self._bases[-1])
        pairs = zip(self._bases, self.state.parts, self._gone, strict=False)
        return [base + doc for base, part, gone in pairs for doc in range(part.count) if doc not in gone]

    @cached_property
    def _lengths(self) -> list[int]:
        return [BYTE_TO_LENGTH[byte] for segment in self.segments for byte in segment.documents.lengths]

    @cached_property
    def _titles(self) -> bytes:
        return b"".join(segment.documents.titles for segment in self.segments)

    @cached_property
    def _dates(self) -> list[str]:
        return [date for segment in self.segments for date in segment.documents.dates]

    @cached_property
    def _paths(self) -> list[str]:
        return [path for segment in self.segments for path in segment.documents.paths]


def _without(column: Column | None, gone: frozenset[int]) -> Column | None:
    """Postings without these documents."""
    if column is None or not gone or gone.isdisjoint(column.docs):
        return column
    kept = [at for at, doc in enumerate(column.docs) if doc not in gone]
    if not kept:
        return None
    if len(kept) == 1:
        at = kept[0]
        return Column([column.docs[at]], [column.weights[at]], [column.values[at]])
    pick = itemgetter(*kept)
    return Column(list(pick(column.docs)), list(pick(column.weights)), list(pick(column.values)))


def _left(table: Letter, part: Part) -> Iterator[tuple[str, str, int]]:
    """The words of a table that some document still holds: word, term, how many documents hold the term."""
    columns = zip(table.words, table.terms, table.frequencies, strict=True)
    if not part.gone:
        return columns
    lost_words, lost_terms = part.lost_words, part.lost_terms
    return (
        (word, term, many - lost_terms.get(number, 0))
        for at, ((word, term, many), number) in enumerate(zip(columns, table.numbers, strict=True))
        if table.holding[at] > lost_words.get(table.first + at, 0)
    )
