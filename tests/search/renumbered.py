"""An index whose documents have other numbers, as one that has seen many changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from random import Random

from kb.search.index import Index, Known, Postings


class Renumbered:
    """The same collection under numbers drawn by chance."""

    def __init__(self, index: Index, chance: Random) -> None:
        self._index = index
        self._numbers = [7 * doc + 3 for doc in index.documents()]
        chance.shuffle(self._numbers)
        self._of = {number: doc for doc, number in enumerate(self._numbers)}

    @property
    def count(self) -> int:
        return self._index.count

    @property
    def average(self) -> float:
        return self._index.average

    def postings(self, term: str) -> Postings | None:
        found = self._index.postings(term)
        if found is None:
            return None
        rows = sorted(
            zip(map(self._numbers.__getitem__, found.docs), found.weights, found.masks, strict=True)
        )
        docs, weights, masks = zip(*rows, strict=True)
        return Postings(docs, weights, masks)

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        found = self._index.postings(term)
        if found is None:
            return ()
        numbers = map(self._numbers.__getitem__, found.docs)
        return [places for _, places in sorted(zip(numbers, self._index.positions(term), strict=True))]

    def occurrences(self, term: str) -> int:
        return self._index.occurrences(term)

    def length(self, doc: int) -> int:
        return self._index.length(self._of[doc])

    def title_length(self, doc: int) -> int:
        return self._index.title_length(self._of[doc])

    def beginning(self, prefix: str) -> Mapping[str, int]:
        return dict(reversed([*self._index.beginning(prefix).items()]))

    def surfaces(self, first: str) -> Mapping[str, tuple[str, int]]:
        return dict(reversed([*self._index.surfaces(first).items()]))

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        return dict(reversed([*self._index.written(terms).items()]))

    def order(self, doc: int) -> tuple[str, str]:
        return self._index.order(self._of[doc])

    def known(self, doc: int) -> Known:
        return self._index.known(self._of[doc])

    def documents(self) -> Sequence[int]:
        return sorted(self._of)
