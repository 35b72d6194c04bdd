"""Which line of the file each stretch of a note's plain text comes from, and where its sections begin.

Noted down while a note is written, so that a match in the text can be shown as ``path:line`` and a section of
it led to by its heading. Only what cannot be counted on is kept: a stretch whose line is the one behind the
stretch before it needs no entry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kb.read.places import Places

_BLANKS = re.compile(r"\s+")


class Stretches:
    """The plain texts of a note's blocks, in their order, and the parsed line on which each begins."""

    __slots__ = ("_breaks", "_heads", "_notes", "_rows", "_taken", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._rows: list[int] = []
        self._breaks: dict[
            int, Sequence[int]
        ] = {}  # of a text of several lines: where the further ones begin
        self._taken: dict[int, Sequence[int]] = {}
        self._heads: list[int] = []  # numbers of texts
        self._notes = -1

    def add(self, text: str, row: int, breaks: Sequence[int] = (), taken: Sequence[int] = ()) -> None:
        """Another block's text, which begins on the parsed line `row`; a further line begins at each of `breaks`.

        `taken` are pairs of offsets, between which there is code, a formula or the label of a link.
        """
        if taken:
            self._taken[len(self.texts)] = taken
        if breaks:
            self._breaks[len(self.texts)] = breaks
        self.texts.append(text)
        self._rows.append(row)

    def begin_section(self, text: str) -> None:
        """A heading was written whose text, unless it is empty, was the last."""
        self._heads.append(len(self.texts) - bool(text))

    def begin_footnotes(self) -> None:
        """What follows are the footnotes, which belong to no section."""
        if self._notes < 0:
            self._notes = len(self.texts)

    def placed(self, places: Places) -> Placed:
        """Everything joined, with lines of the file."""
        starts, lines, taken = [0], list[int](), list[int]()
        at, expected, line_of = 0, -1, places.line
        for number, (text, row) in enumerate(zip(self.texts, self._rows, strict=True)):
            line = line_of(row)
            if line != expected:
                lines += (at, line)
            if number in self._breaks:
                for further, offset in enumerate(self._breaks[number], 1):
                    if offset >= 0:
                        line = line_of(row + further)
                        lines += (at + offset, line)
            if number in self._taken:
                taken += [at + offset for offset in self._taken[number]]
            expected = line + 1
            if "\n" in text:
                expected += text.count("\n")
            at += len(text) + 1
            starts.append(at)
        end = max(at - 1, 0)
        starts[-1] = end
        sections = [starts[number] for number in self._heads]
        sections.append(starts[self._notes] if self._notes >= 0 else end)
        return Placed("\n".join(self.texts), tuple(lines), tuple(sections), tuple(taken))


class Placed(NamedTuple):
    """A note's plain text, with the lines, the sections and what is taken, as `kb.model.note.Body` keeps them."""

    text: str
    lines: tuple[int, ...]
    sections: tuple[int, ...]
    taken: tuple[int, ...]


def breaks(text: str, written: str, met: Sequence[int]) -> list[int]:
    """Where in `text` the lines of `written` begin, but for the first one. `met` are the line breaks seen in `text`.

    Where a line break hides in code or in a formula, it was not seen: then each line is looked for by its longest
    word, and is -1 where that is not found.
    """
    if len(met) == written.count("\n"):
        return list(met)
    found, at = [], 0
    for line in written.split("\n")[1:]:
        word = max(filter(str.isalnum, line.split()), key=len, default="")
        found.append(text.find(word, at) if word else -1)
        at = max(at, found[-1])
    return found


def closed_up(written: str, offsets: Sequence[int]) -> list[int]:
    """Where these ascending offsets of a text are once each run of blanks in it is one, at its ends none."""
    found, closed, last, blank = [], 0, 0, True
    end = len(written.rstrip())
    for offset in offsets:
        at = min(offset, end)
        if at > last:
            piece = _BLANKS.sub(" ", written[last:at])
            closed += len(piece) - (blank and piece[0] == " ")
            blank, last = piece[-1] == " ", at
        found.append(closed)
    return found
