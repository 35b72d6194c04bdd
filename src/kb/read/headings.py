"""Headings: the ids that links and readers use. Which section each one opens is known to the renderer."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


class Slugs:
    """Gives each heading an id by GitHub's rules; equal headings get ``-1``, ``-2``, in linear time."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def add(self, text: str) -> str:
        """The id of the next heading, whose plain text is `text`."""
        base = slug = _NOT_IN_SLUG.sub(_mark, text.strip().lower()).replace(" ", "-") or "section"
        while slug in self._taken:
            self._taken[base] += 1
            slug = f"{base}-{self._taken[base]}"
        self._taken[slug] = 0
        return slug


def _mark(match: re.Match[str]) -> str:
    r"""Vowel signs and accents of their own belong to the word; Python's ``\w`` leaves them out."""
    return match[0] if unicodedata.category(match[0]).startswith("M") else ""


class Section(NamedTuple):
    """A heading, and the marks between which its section lies. `end` is -1 while it is open."""

    level: int
    text: str
    id: str
    line: int
    start: int
    end: int


class Sections:
    """Keeps book of which sections are open, in which container, while a note is written.

    A container's depth is the number of blocks around it. `all` are the headings in their order.
    """

    def __init__(self) -> None:
        self.all: list[Section] = []
        self._open: list[tuple[int, int, int]] = []  # depth, level, index in `all`

    def begin(self, heading: Section, depth: int) -> None:
        """A heading opens a section, and closes those of its level and below beside it."""
        while self._open and self._open[-1][:2] >= (depth, heading.level):
            self._close(heading.start)
        self._open.append((depth, heading.level, len(self.all)))
        self.all.append(heading)

    def leave(self, depth: int, end: int) -> None:
        """The container is closed whose content stood deeper than `depth`."""
        while self._open and self._open[-1][0] > depth:
            self._close(end)

    def _close(self, end: int) -> None:
        index = self._open.pop()[2]
        self.all[index] = self.all[index]._replace(end=end)
