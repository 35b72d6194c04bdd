"""An index in memory, made from analyses: for tests, for a small vault, and for an export from nothing.

Documents are numbered by (date, path), so equal collections make equal indexes, whatever order they came in.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile

from kb.search.analysis import count_of, positions_of
from kb.search.document import Analysis, Document
from kb.search.index import Known, Places, Postings
from kb.search.lengths import BYTE_TO_LENGTH, length_to_byte, mean_length


def known_of(document: Document) -> Known:
    """What an index knows of a document besides its terms."""
    return Known(
        document.path,
        document.title,
        document.url,
        document.date,
        document.kind,
        document.tags,
        document.rating,
    )


class Inverted:
    """The index of these documents; a path is taken once, the last time it comes."""

    def __init__(self, entries: Iterable[tuple[Known, Analysis]]) -> None:
        by_path = {known.path: (known, analysis) for known, analysis in entries}
        self._entries = sorted(by_path.values(), key=lambda entry: (entry[0].date, entry[0].path))
        self._lengths = bytes([length_to_byte(analysis.length) for _, analysis in self._entries])
        self._postings: dict[str, tuple[list[int], list[float], list[int]]] = {}
        self._positions: dict[str, list[bytes]] = defaultdict(list)
        words: dict[str, str] = {}
        for doc, (_, analysis) in enumerate(self._entries):
            columns = zip(analysis.terms, analysis.halves, analysis.masks, analysis.positions, strict=True)
            for term, halves, mask, positions in columns:
                docs, weights, masks = self._postings.setdefault(term, ([], [], []))
                docs.append(doc)
                weights.append(halves / 2)
                masks.append(mask)
                self._positions[term].append(positions)
            words.update(analysis.surfaces)
        self._surfaces = words
        self._written = sorted({*words.items(), *((term, term) for term in self._postings)})

    @property
    def count(self) -> int:
        """How many documents there are."""
        return len(self._entries)

    @property
    def average(self) -> float:
        """The mean of all documents' lengths."""
        return mean_length(self._lengths)

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        found = self._postings.get(term)
        return Postings(*found) if found else None

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        """Where a term stands, for each document of its postings, ascending."""
        return Places(self._positions.get(term, ()), positions_of)

    def occurrences(self, term: str) -> int:
        """In how many places a term stands, in all documents together."""
        return sum(map(count_of, self._positions.get(term, ())))

    def length(self, doc: int) -> int:
        """A document's length, as far as one byte can say it."""
        return BYTE_TO_LENGTH[self._lengths[doc]]

    def title_length(self, doc: int) -> int:
        """The number of indexed words of a document's title, at most 255."""
        return self._entries[doc][1].title_length

    def beginning(self, prefix: str) -> Mapping[str, int]:
        """The terms that begin with `prefix` or have a surface that does, with how many documents hold each."""
        found = {term for _, term in self._from(prefix)}
        return {term: len(self._postings[term][0]) for term in sorted(found)}

    def surfaces(self, first: str) -> Mapping[str, tuple[str, int]]:
        """All surfaces that begin with this letter: the term of each, and how many documents hold the term."""
        found = [(word, term) for word, term in self._from(first) if self._surfaces.get(word) == term]
        return {word: (term, len(self._postings[term][0])) for word, term in found}

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        """The surfaces of these terms, each with its term."""
        return {word: term for word, term in self._surfaces.items() if term in terms}

    def order(self, doc: int) -> tuple[str, str]:
        """What decides between equal scores: (date, path)."""
        known = self._entries[doc][0]
        return known.date, known.path

    def known(self, doc: int) -> Known:
        """What is known of a document."""
        return self._entries[doc][0]

    def documents(self) -> Sequence[int]:
        """All documents' numbers."""
        return range(len(self._entries))

    def _from(self, prefix: str) -> Iterable[tuple[str, str]]:
        """Surfaces and terms that begin with `prefix`, each with its term."""
        start = bisect_left(self._written, (prefix, ""))
        rest = (self._written[at] for at in range(start, len(self._written)))
        return takewhile(lambda pair: pair[0].startswith(prefix), rest)
