"""Where in its file a piece of a note stands.

What the parser sees is the file without its front matter and its comments, each block without the
``>`` and ``-`` before its lines. `Places` finds the way back: from an offset in a block's text to
the line and the column that an editor shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from markdown_it.token import Token


class _Row(NamedTuple):
    """A line of a block's text: from `start` up to `end` in it, and where in the file and there it stands."""

    block: Token
    start: int
    end: int
    number: int  # which of the block's lines
    line: int  # of the parsed text
    column: int


class Places:
    """The way from parsed text to the file.

    `numbers` are the file's line numbers of the parsed lines, None where they are counted on from `first`.
    """

    def __init__(self, source: str, parsed: str, first: int, numbers: Sequence[int] | None) -> None:
        self._source = source
        self._parsed = parsed
        self._first = first
        self._numbers = numbers
        self._row: _Row | None = None

    def line(self, index: int) -> int:
        """The file's line number of the parsed line `index`, which counts from zero."""
        if self._numbers is None:
            return self._first + index
        return self._numbers[min(index, len(self._numbers) - 1)] if self._numbers else self._first

    def of(self, block: Token, at: int, cells: Sequence[str] | None = None) -> tuple[int, int]:
        """Line and column of the offset `at` in the text of `block`.

        In a table, `cells` are the texts of the cells before it in its row; elsewhere None.
        """
        row = self._row
        if row is None or row.block is not block or not row.start <= at <= row.end:
            row = self._row = self._row_of(block, at, cells)
        column = row.column + at - row.start
        if cells is not None:
            column += block.content.count("|", row.start, at)  # each has a backslash before it in the file
        return self.line(row.line), self._true(row.line, max(column, 0))

    def raw(self, index: int) -> str:
        """The parsed line `index`, "" where there is none."""
        return self._lines[index] if index < len(self._lines) else ""

    def _row_of(self, block: Token, at: int, cells: Sequence[str] | None) -> _Row:
        content, known = block.content, self._row
        start = content.rfind("\n", 0, at) + 1
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        if known and known.block is block and known.end < start:
            number = known.number + content.count("\n", known.end, start)
        else:
            number = content.count("\n", 0, start)
        index = self._index(block) + number
        line, text = self.raw(index), content[start:end]
        if cells is not None:
            return _Row(block, start, end, number, index, _after(line, cells, text))
        column = line.rfind(text)
        if column < 0:  # tabs in front of it were read as spaces
            bare = text.lstrip()
            column = max(line.rfind(bare), 0) - (len(text) - len(bare))
        return _Row(block, start, end, number, index, column)

    def _index(self, block: Token) -> int:
        """The parsed line on which a block's text begins."""
        if block.map:
            return block.map[0]
        return self._parsed.count("\n", 0, max(self._parsed.find(block.content), 0))

    def _true(self, index: int, column: int) -> int:
        """The column in the file, from one. It differs where a comment was taken out of the line."""
        number = self.line(index) - 1
        if self._numbers is None or number >= len(self._file):
            return column + 1
        line, true = self.raw(index), self._file[number]
        if line == true:
            return column + 1
        found = true.find(line[column : column + 12], column)
        return (found if found >= 0 else column) + 1

    @cached_property
    def _lines(self) -> list[str]:
        return self._parsed.split("\n")

    @cached_property
    def _file(self) -> list[str]:
        return self._source.split("\n")


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def _after(line: str, cells: Sequence[str], cell: str) -> int:
    """Where `cell` begins in the table row `line`, in which `cells` come before it."""
    at = 0
    for text in cells:
        at = max(line.find(_escaped(text), at), 0) + len(_escaped(text))
        at = max(line.find("|", at), at)
    return max(line.find(_escaped(cell), at), 0)
