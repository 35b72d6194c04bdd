"""Fenced blocks that are more than code: ``csv``, ``chart``, ``decision`` and whatever else a plugin knows.

A block is made into HTML while its note is parsed, unless it names a file: what is in another file, a note does not
know. Then its place stays open, and the block is made when the page is, from the bytes of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from kb.model.note import Json


class Mistake(NamedTuple):
    """What is wrong with a block: where, in an author's words, and what to do.

    `line` and `column` count from 1, from the block's first line of content; or, if `in_file`, in the file that it
    names. `harmless`: the block is shown all the same. `remark`: so it is, and what is said may well be meant.
    `not_installed`: nothing is wrong with it, but what would draw it is missing, and it is shown as code.
    `not_loaded`: so it is, though what would draw it is installed; the system lacks something.
    """

    line: int
    column: int
    message: str
    hint: str
    harmless: bool = False
    in_file: bool = False
    not_installed: bool = False
    not_loaded: bool = False
    remark: bool = False

    @property
    def code(self) -> str:
        """The problem that it is."""
        if self.not_loaded:
            return "not-loaded"
        if self.not_installed:
            return "not-installed"
        if self.remark:
            return "block-remark"
        return "block-value" if self.harmless else "block"


class Fenced(NamedTuple):
    """A block: its language, what stands behind that, its text; and the file that it names, if it was given one."""

    language: str
    info: str
    text: str
    name: str = ""
    data: bytes | None = None


class Made(NamedTuple):
    """What becomes of a block: HTML that is closed in itself, what a page with it must load, and what is wrong.

    `file` is the file that it wants to be given, as it is named in a link; then there is no HTML yet. `facts` is what
    it adds to those of its note, if the note is of the kind that is called as the language: the first such block does.
    """

    html: str = ""
    needs: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    file: str = ""
    facts: Mapping[str, Json] = MappingProxyType({})


class LaidOut(NamedTuple):
    """A graph as SVG, and what was said of it, a line each."""

    svg: bytes
    said: tuple[str, ...] = ()


#: Makes a block of its language. Pure; for a block that cannot be read, HTML is "", and its text is shown as code.
Fence: TypeAlias = Callable[[Fenced], Made]
#: Lays a graph in DOT out by an engine of Graphviz; or says what keeps it from that. Behind the wall.
Layout: TypeAlias = Callable[[str, str], LaidOut | Mistake]
#: A `Fence` for graphs that somebody else lays out.
GraphFence: TypeAlias = Callable[[Fenced, Layout], Made]
