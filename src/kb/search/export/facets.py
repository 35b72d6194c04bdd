"""What queries filter by: tags, kinds, ratings, dates and paths of all documents, in files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec

from kb.search.analysis import fold
from kb.search.export.coding import from_steps, front_coded, steps
from kb.search.index import Known


class Facet(msgspec.Struct, frozen=True, array_like=True):
    """A tag or a kind: folded, as it is shown, and the documents that have it, as steps."""

    folded: str
    shown: str
    steps: tuple[int, ...]

    @property
    def docs(self) -> list[int]:
        """Who has it."""
        return from_steps(self.steps)


class Rated(msgspec.Struct, frozen=True, array_like=True):
    """A rating, in hundredths of five, and the documents that have it, as steps."""

    rating: int
    steps: tuple[int, ...]

    @property
    def docs(self) -> list[int]:
        """Who has it."""
        return from_steps(self.steps)


class Facets(msgspec.Struct, frozen=True):
    """All tags and kinds, each sorted by its folded form, and all ratings, from the worst to the best."""

    tags: tuple[Facet, ...]
    kinds: tuple[Facet, ...]
    ratings: tuple[Rated, ...]


def facets(documents: Sequence[Known]) -> bytes:
    """The tags, kinds and ratings of these documents. A tag `a/b` counts for `a`, too."""
    tags = _gathered(
        (doc, name) for doc, known in enumerate(documents) for name in _with_ancestors(known.tags)
    )
    kinds = _gathered((doc, known.kind) for doc, known in enumerate(documents))
    return msgspec.json.encode(Facets(tags, kinds, _rated(documents)))


def facets_of(data: bytes) -> Facets:
    """What `facets` made."""
    return msgspec.json.decode(data, type=Facets)


def facts(known: Known) -> tuple[object, ...]:
    """What the files of this module hold of a document: equal facts of all documents, equal files."""
    return (known.date, known.path, known.kind, known.tags, known.rating)


def dates(documents: Sequence[Known]) -> bytes:
    """The dates of these documents."""
    return front_coded(known.date for known in documents)


def paths(documents: Sequence[Known]) -> bytes:
    """The paths of these documents."""
    return front_coded(known.path for known in documents)


def _gathered(having: Iterable[tuple[int, str]]) -> tuple[Facet, ...]:
    shown: dict[str, str] = {}
    docs: dict[str, list[int]] = {}
    folded = cache(fold)
    for doc, name in having:
        key = folded(name)
        shown.setdefault(key, name)
        found = docs.setdefault(key, [])
        if not found or found[-1] != doc:
            found.append(doc)
    return tuple(Facet(key, shown[key], tuple(steps(docs[key]))) for key in sorted(docs))


def _rated(documents: Sequence[Known]) -> tuple[Rated, ...]:
    docs: dict[int, list[int]] = {}
    for doc, known in enumerate(documents):
        if known.rating is not None:
            docs.setdefault(known.rating, []).append(doc)
    return tuple(Rated(rating, tuple(steps(docs[rating]))) for rating in sorted(docs))


def _with_ancestors(tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        parts = tag.split("/")
        yield from ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
