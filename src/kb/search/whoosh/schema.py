"""What Whoosh is told of a document: its path, its terms with their positions, and which of them stand where.

The fields take what an `Analysis` says ready made, so that Whoosh never analyses any text of ours. Their
classes are named in Whoosh's table of contents: this module must stay importable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from whoosh.analysis import IDAnalyzer
from whoosh.fields import ID, TEXT, Schema

from kb.search.analysis import positions_of
from kb.search.document import Analysis
from kb.search.whoosh.fields import MARKS


class Marked(NamedTuple):
    """The value of a field that says whether a term stands there."""

    terms: tuple[str, ...]


class Terms(TEXT):  # type: ignore[misc]
    """All terms of a document, with their weights and positions. Its value is an `Analysis`."""

    def index(self, value: Analysis, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh's own writer asks of a field: term, count, weight, value."""
        for term, half, data in zip(value.terms, value.halves, value.positions, strict=True):
            positions = positions_of(data)
            yield term.encode(), len(positions), half / 2, self.format.encode(positions)


class Marks(ID):  # type: ignore[misc]
    """The terms that stand in one part of a document. Its value is a `Marked`."""

    def index(self, value: Marked, **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh's own writer asks of a field."""
        return ((term.encode(), 1, 1.0, b"") for term in value.terms)


def schema() -> Schema:
    """The schema of every index of ours."""
    marks = {name: Marks() for name in MARKS.values()}
    return Schema(path=ID(stored=True, unique=True), text=Terms(analyzer=IDAnalyzer()), **marks)


def marked(analysis: Analysis, bit: int) -> Marked:
    """The terms that stand in the part of a document that this bit of the mask names."""
    pairs = zip(analysis.terms, analysis.masks, strict=True)
    return Marked(tuple(term for term, mask in pairs if mask & bit))
