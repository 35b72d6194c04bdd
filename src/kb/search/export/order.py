"""The documents of a site in their order: their places are their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kb.model.note import Note
from kb.search.index import Known
from kb.search.ratings import rating_of

#: Where in the site the index lies, and what in it is read first.
FOLDER = "_search"
MANIFEST = "manifest.bin"


class Published(NamedTuple):
    """A document of the site: what is known of it, and the digest of the file that it was made from."""

    known: Known
    digest: str


def in_order(notes: Mapping[str, Note]) -> list[Note]:
    """These notes by (date, path)."""
    return sorted(notes.values(), key=lambda note: (note.date, note.path))


def published(note: Note) -> Published:
    """The document that a note makes."""
    return Published(known_of(note), note.digest)


def known_of(note: Note) -> Known:
    """What an index knows of a note besides its terms."""
    return Known(note.path, note.title, note.url, note.date, note.kind, note.tags, rating_of(note.facts))
