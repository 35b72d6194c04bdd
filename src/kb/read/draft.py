"""A note while it is being written down: what the walk over its tokens fills, and `parse` reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from kb.model.note import Link, LinkKind
from kb.model.problem import Place, Problem
from kb.read.pieces import Gap
from kb.read.places import Places
from kb.read.stretches import Stretches


@dataclass(slots=True)
class Draft:
    """The fragments of a note's HTML, its links (one to a gap), and what else was met on the way.

    `whole` are the fragments that are our own and closed in themselves. `stretches` are the plain texts of
    its blocks, `words` counts the words that are prose. `anchors` are the ids that raw HTML gives.
    """

    path: str
    places: Places
    fragments: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    whole: set[int] = field(default_factory=set)
    stretches: Stretches = field(default_factory=Stretches)
    words: int = 0
    summary: str = ""
    needs: set[str] = field(default_factory=set)
    anchors: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    has_raw_html: bool = False
    may_hold_placeholders: bool = False

    def gap(self, kind: LinkKind) -> None:
        """Leave a gap here. An empty fragment keeps what follows it apart from what goes before."""
        self.gaps.append(Gap(len(self.fragments), kind))
        self.fragments.append("")

    def place(self, line: int, column: int) -> Place:
        """A place in this note."""
        return Place(self.path, line, column)
