"""Rows of text from CSV and TSV as they are found, and the numbers in their cells.

What stands between the cells is seen from the first line: a tab, a semicolon, or a comma (RFC 4180). Where it is a
semicolon, as spreadsheets write it in countries with a decimal comma, a comma in a number is one.
"""

from __future__ import annotations

import csv
import re
from typing import NamedTuple

#: More rows or columns than this nobody reads on a page.
MOST_ROWS, MOST_COLUMNS = 2000, 60
#: A cell is text of at most so many characters.
LONGEST_CELL = 2000

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)
#: A line with its end. For `str.splitlines` a form feed ends one, too, and an editor would count otherwise.
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_DIGITS_APART = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
#: Sums of larger numbers lose their last digits, and no sheet needs them.
_LARGEST = 1e15


class Sheet(NamedTuple):
    """A table: the names of its columns, its rows, and the line (from 1) on which each row begins.

    `fault` is what keeps it from being read, "" if nothing does; `decimal` stands before the tenths of a number.
    """

    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    decimal: str = "."
    fault: str = ""
    line: int = 1
    more: int = 0

    def line_of(self, row: int) -> int:
        """The line on which a row begins."""
        return self.lines[row]


def sheet_of(text: str) -> Sheet:
    """The table that this text is. Rows of nothing are left out; short ones are filled up with empty cells.

    `fault` and `line` say what is wrong where it cannot be read: no rows, too many columns, a quote that never ends.
    `more` counts the rows beyond `MOST_ROWS`.
    """
    text = text.removeprefix("\ufeff")
    mark = _between(text)
    found: list[tuple[str, ...]] = []
    lines: list[int] = []
    reader = csv.reader(_LINE.findall(text), delimiter=mark, strict=True)
    more = before = 0
    try:
        for cells in reader:
            row = tuple(" ".join(cell.split())[:LONGEST_CELL] for cell in cells)
            if any(row):
                if len(found) <= MOST_ROWS:
                    found.append(row)
                    lines.append(before + 1)
                else:
                    more += 1
            before = reader.line_num
    except csv.Error:
        return Sheet(fault="a cell is opened with a quote that never ends", line=before + 1)
    if not found:
        return Sheet(fault="there are no rows in it")
    width = max(map(len, found))
    if width > MOST_COLUMNS:
        return Sheet(fault=f"it has {width} columns, where {MOST_COLUMNS} are read", line=lines[0])
    filled = [row + ("",) * (width - len(row)) for row in found]
    return Sheet(
        filled[0], tuple(filled[1:]), tuple(lines[1:]), "," if mark == ";" else ".", "", lines[0], more
    )


def number_of(cell: str, decimal: str = ".") -> float | None:
    """The number that a cell holds, None if it holds none. Spaces between thousands are seen through."""
    text = _DIGITS_APART.sub("", cell.replace("\u2212", "-"))
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".") if "," in text else text
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) <= _LARGEST else None


def _between(text: str) -> str:
    """What stands between cells: whichever there is most of in the first line, outside of quotes."""
    first = re.sub(r'"[^"\n]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max("\t;,", key=lambda mark: (first.count(mark), mark == ","))
