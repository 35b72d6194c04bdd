"""A note as search sees it, and what its analysis comes to.

A `Document` is made from one note and its text alone. Its `Analysis` is remembered by the note's digest beside
the note itself, so no text is analysed twice; every index is a sum of analyses.
"""

from __future__ import annotations

import msgspec

#: Bits that say in which fields a term stands in a document besides the body.
TITLE, HEADING, TAGS = 1, 2, 4


class Section(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A stretch of a note's text: from a heading to the next one. The first of a note may have no heading.

    `anchor` is the heading's id, "" for what stands above the first. `line` is the heading's in the file. `text` is
    plain, blocks separated by newlines, without the heading. `lines` are pairs of an offset in the text and the line
    of the file that stands there; from there on each newline is one line further.
    """

    anchor: str
    title: str
    line: int
    text: str
    lines: tuple[tuple[int, int], ...] = ()

    def line_at(self, offset: int) -> int:
        """The line of the file on which this offset of the text stands."""
        before = [(at, line) for at, line in self.lines if at <= offset]
        if not before:
            return self.line
        at, line = before[-1]
        return line + self.text.count("\n", at, offset)


class Document(msgspec.Struct, frozen=True, array_like=True):
    """What search may find of one note.

    `tags` are as written; `url` is relative to the site's root; `rating` is in hundredths of five (`ratings.py`).
    """

    path: str
    digest: str
    title: str
    url: str
    date: str = ""
    kind: str = "note"
    tags: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    rating: int | None = None


class Analysis(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one document adds to an index, in columns: there are hundreds of terms in each of thousands of notes.

    For term number i, in the order of their bytes: `terms[i]`; `halves[i]`, twice its weight, which is whole;
    `masks[i]`, the bits of the fields it stands in; `positions[i]`, where: how many, the first, then the
    steps from each to the next, all as variable-length integers (seven bits a byte, the lowest first).

    `length` counts the indexed tokens of all fields, `title_length` those of the title. `surfaces` are the
    folded words that terms of this document were written as, in pairs (surface, term), each once, sorted.
    """

    terms: tuple[str, ...]
    halves: tuple[int, ...]
    masks: bytes
    positions: tuple[bytes, ...]
    length: int
    title_length: int
    surfaces: tuple[tuple[str, str], ...]
