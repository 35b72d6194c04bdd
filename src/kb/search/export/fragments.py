"""A fragment: what is shown of one document, and all that the index holds of it could be made from."""

from __future__ import annotations

import msgspec

from kb.search.document import Document, Section
from kb.search.export.coding import DamagedError, packed, unpacked

#: There are as many fragments as notes; a higher level would save 1 % and take twice the time.
_LEVEL = 6


class Fragment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What `f/ID.bin` holds. `sections` are (anchor, title, text); one without a rating does not speak of any."""

    path: str
    title: str
    url: str
    date: str
    kind: str
    tags: tuple[str, ...]
    sections: tuple[tuple[str, str, str], ...]
    rating: int | None = None


def fragment(document: Document) -> bytes:
    """The file that shows this document."""
    sections = tuple((section.anchor, section.title, section.text) for section in document.sections)
    shown = Fragment(
        document.path,
        document.title,
        document.url,
        document.date,
        document.kind,
        document.tags,
        sections,
        document.rating,
    )
    return packed(msgspec.json.encode(shown), _LEVEL)


def document_of(data: bytes) -> Document:
    """The document that a fragment shows, without its digest and its lines. Raises `DamagedError`."""
    try:
        shown = msgspec.json.decode(unpacked(data), type=Fragment)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedError(str(error)) from error
    sections = tuple(Section(anchor, title, 0, text) for anchor, title, text in shown.sections)
    return Document(
        shown.path, "", shown.title, shown.url, shown.date, shown.kind, shown.tags, sections, shown.rating
    )
