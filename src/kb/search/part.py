"""Some documents of an index, as an index of their own: what a published site may know of an index of all notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import overload

from kb.search.index import Index, Known, Postings


class _Picked(Sequence[Sequence[int]]):
    """Where a term stands in some of its documents, asked of the index when it is asked here."""

    def __init__(self, places: Sequence[Sequence[int]], picked: Sequence[int]) -> None:
        self._places, self._picked = places, picked

    @overload
    def __getitem__(self, at: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        if isinstance(at, slice):
            return _Picked(self._places, self._picked[at])
        return self._places[self._picked[at]]

    def __len__(self) -> int:
        return len(self._picked)


class Part:
    """The documents of `index` with these paths, numbered by (date, path). Nothing of the others shows in any answer.

    What words begin with is not known of a part: an index does not tell who wrote a word.
    """

    def __init__(self, index: Index, paths: AbstractSet[str]) -> None:
        self._index = index
        self._docs = sorted(
            (doc for doc in index.documents() if index.order(doc)[1] in paths), key=index.order
        )
        self._numbers = {doc: number for number, doc in enumerate(self._docs)}
        self.average = sum(map(index.length, self._docs)) / len(self._docs) if self._docs else 0.0

    @property
    def count(self) -> int:
        """How many documents there are."""
        return len(self._docs)

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        found = self._index.postings(term)
        picked = self._picked(found.docs) if found else []
        if found is None or not picked:
            return None
        numbers, docs = self._numbers, found.docs
        return Postings(
            [numbers[docs[at]] for at in picked],
            [found.weights[at] for at in picked],
            [found.masks[at] for at in picked],
        )

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        """Where a term stands, for each document of its postings, ascending."""
        found = self._index.postings(term)
        return _Picked(self._index.positions(term), self._picked(found.docs) if found else [])

    def occurrences(self, term: str) -> int:
        """In how many places a term stands, in all documents together."""
        return sum(map(len, self.positions(term)))

    def length(self, doc: int) -> int:
        """A document's length, as far as one byte can say it."""
        return self._index.length(self._docs[doc])

    def title_length(self, doc: int) -> int:
        """The number of indexed words of a document's title, at most 255."""
        return self._index.title_length(self._docs[doc])

    def beginning(self, _prefix: str) -> Mapping[str, int]:
        """Nothing."""
        return {}

    def surfaces(self, _first: str) -> Mapping[str, tuple[str, int]]:
        """Nothing."""
        return {}

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        """The surfaces of these terms, each with its term."""
        return self._index.written(terms)

    def order(self, doc: int) -> tuple[str, str]:
        """What decides between equal scores: (date, path)."""
        return self._index.order(self._docs[doc])

    def known(self, doc: int) -> Known:
        """What is known of a document."""
        return self._index.known(self._docs[doc])

    def documents(self) -> Sequence[int]:
        """All documents' numbers."""
        return range(len(self._docs))

    def _picked(self, docs: Sequence[int]) -> list[int]:
        """The places in `docs` of those that belong to this part, in the order of their numbers here."""
        numbers = self._numbers
        return sorted([at for at, doc in enumerate(docs) if doc in numbers], key=lambda at: numbers[docs[at]])
