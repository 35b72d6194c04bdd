"""Filters: what can be told of a document without its words."""

from __future__ import annotations

from kb.search.analysis import fold
from kb.search.dates import covers
from kb.search.index import Index
from kb.search.query import Date, Kind, Node, Or, Path, Rating, Tag


def passes(node: Node, doc: int, index: Index) -> bool:
    """Whether a document passes a filter, or any of several."""
    match node:
        case Date(start, end):
            return covers(start, end, index.order(doc)[0])
        case Path(text):
            return text in fold(index.order(doc)[1])
        case Kind(text):
            return fold(index.known(doc).kind) == text
        case Rating(least, most):
            rating = index.known(doc).rating
            return rating is not None and least <= rating <= most
        case Tag(text):
            return any(is_below(fold(tag), text) for tag in index.known(doc).tags)
        case Or(parts):
            return any(passes(part, doc, index) for part in parts)
        case _:
            raise TypeError(node)


def is_below(tag: str, other: str) -> bool:
    """Whether a folded tag is another, or one below it."""
    return tag == other or tag.startswith(f"{other}/")
