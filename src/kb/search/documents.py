"""A note and its text as search sees them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from kb.model.note import SEARCHED, Body, Heading, Note
from kb.search.document import Document, Section
from kb.search.ratings import rating_of

#: So many characters are given up at most to end with a line.
_NEAR = 10_000


def document(note: Note, body: Body) -> Document:
    """The document that a note makes. Its sections have their headings' ids for anchors."""
    return Document(
        note.path,
        note.digest,
        note.title,
        note.url,
        note.date,
        note.kind,
        note.tags,
        tuple(_sections(note, body)),
        rating_of(note.facts),
    )


def _sections(note: Note, body: Body) -> Iterator[Section]:
    """The text cut at its headings: what stands above the first, the sections, the footnotes.

    Of a text that is very long only the beginning, so that what is searched, and what a page of results fetches of a
    note, has a bound.
    """
    text, starts = body.text, body.sections
    if is_cut := len(text) > SEARCHED:
        text = _beginning(text)
        starts = tuple([min(start, len(text)) for start in starts])
    if len(starts) != len(note.headings) + 1:  # no parser made this body
        yield Section("", "", 1, text)
        return
    lines = _Lines(body)
    if above := text[: starts[0]].rstrip("\n"):
        yield Section("", "", lines.at(0), above, lines.within(0, len(above)))
    for heading, start, end in zip(note.headings, starts, starts[1:], strict=False):
        if is_cut and start == len(text):
            return
        at = (text.find("\n", start, end) + 1 or end) if heading.text else start
        below = text[at:end].rstrip("\n")
        within = lines.within(at, at + len(below))
        if not _gave_title(heading, note):
            yield Section(heading.id, heading.text, heading.line, below, within)
        elif below:
            yield Section("", "", heading.line, below, within)
    if notes := text[starts[-1] :]:
        yield Section("", "", lines.at(starts[-1]), notes, lines.within(starts[-1], len(text)))


def _beginning(text: str) -> str:
    """As much of a long text as is searched: to the end of a line or, where lines are long, of a word."""
    line = text.rfind("\n", SEARCHED - _NEAR, SEARCHED + 1)
    end = line if line > 0 else text.rfind(" ", SEARCHED - _NEAR, SEARCHED + 1)
    return text[: end if end > 0 else SEARCHED]


class _Lines:
    """The lines of a body's text, for its parts."""

    def __init__(self, body: Body) -> None:
        self.at = body.line_at
        self._offsets, self._numbers = body.lines[::2], body.lines[1::2]

    def within(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """The lines of a part of the text: pairs of an offset in that part, and a line."""
        if start >= end:
            return ()
        first, last = bisect_right(self._offsets, start), bisect_left(self._offsets, end)
        rest = zip(self._offsets[first:last], self._numbers[first:last], strict=True)
        return ((0, self.at(start)), *[(at - start, line) for at, line in rest])


def _gave_title(heading: Heading, note: Note) -> bool:
    """Whether this is the H1 that stands above the page as its title, and not in the text."""
    section, title = heading.section, note.title_span
    return title is not None and (section.gap, section.offset) == (title.gap, title.offset)
