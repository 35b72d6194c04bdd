"""What the ranking asks of an index, whatever it is made of: notes in memory, Whoosh, or published shards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol, overload


class Postings(NamedTuple):
    """The documents that hold a term, ascending, with the term's weight in each and the mask of its fields."""

    docs: Sequence[int]
    weights: Sequence[float]
    masks: Sequence[int]


class Known(NamedTuple):
    """What is known of a document without its text.

    `tags` are as written; `date` is ISO 8601 text or ""; `rating` is in hundredths of five (`ratings.py`).
    """

    path: str
    title: str
    url: str
    date: str
    kind: str
    tags: tuple[str, ...]
    rating: int | None = None


class Places(Sequence[Sequence[int]]):
    """Where a term stands in each of its documents, decoded when asked: mostly only a few are."""

    def __init__(self, encoded: Sequence[bytes], decode: Callable[[bytes], Sequence[int]]) -> None:
        self._encoded, self._decode = encoded, decode

    @overload
    def __getitem__(self, at: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, at: slice) -> Places: ...
    def __getitem__(self, at: int | slice) -> Sequence[int] | Places:
        found = self._encoded[at]
        return self._decode(found) if isinstance(found, bytes) else Places(found, self._decode)

    def __len__(self) -> int:
        return len(self._encoded)


class Index(Protocol):
    """Documents by number, and the terms that they hold. Numbers mean nothing outside of one index.

    Equal collections of documents give equal answers, whatever way the index came about.
    """

    @property
    def count(self) -> int:
        """How many documents there are."""
        ...

    @property
    def average(self) -> float:
        """The mean of all documents' lengths."""
        ...

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        ...

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        """Where a term stands, for each document of its postings, ascending."""
        ...

    def occurrences(self, term: str) -> int:
        """In how many places a term stands, in all documents together."""
        ...

    def length(self, doc: int) -> int:
        """A document's length, as far as one byte can say it: what its `length_to_byte` stands for."""
        ...

    def title_length(self, doc: int) -> int:
        """The number of indexed words of a document's title, at most 255."""
        ...

    def beginning(self, prefix: str) -> Mapping[str, int]:
        """The terms that begin with `prefix` or have a surface that does, with how many documents hold each."""
        ...

    def surfaces(self, first: str) -> Mapping[str, tuple[str, int]]:
        """All surfaces that begin with this letter: the term of each, and how many documents hold the term."""
        ...

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        """The surfaces of these terms, each with its term: what to mark in a text, without stemming all of it."""
        ...

    def order(self, doc: int) -> tuple[str, str]:
        """What decides between equal scores: (date, path)."""
        ...

    def known(self, doc: int) -> Known:
        """What is known of a document."""
        ...

    def documents(self) -> Sequence[int]:
        """All documents' numbers."""
        ...
