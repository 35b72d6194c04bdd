"""Tables of data: a fenced block ``csv`` or ``tsv``, or a file that a note embeds.

A column of nothing but numbers is set to the right, in figures of one width. A script lets readers sort
(``needs/table.js``); without it the rows stand as they were written.
"""

from __future__ import annotations

from html import escape

from kb.model.fenced import Fenced, Made, Mistake
from kb.plugin import Plugin
from kb.read.tables import MOST_ROWS, Sheet, number_of, sheet_of
from kb.read.text import decode


def table(fenced: Fenced) -> Made:
    """A table in HTML. What stands behind the language is its caption."""
    sheet = read_sheet(fenced)
    if sheet.fault:
        return Made(mistakes=(fault_of(fenced, sheet),))
    mistakes: tuple[Mistake, ...] = ()
    if sheet.more:
        message = f"the table has {sheet.more} more rows than are shown ({MOST_ROWS})"
        mistakes = (
            Mistake(
                1, 1, message, "link to the file for the whole of it", harmless=True, in_file=is_file(fenced)
            ),
        )
    return Made(as_html(sheet, fenced.info.strip("\"'")), ("table",), mistakes)


def is_file(fenced: Fenced) -> bool:
    """Whether the rows are those of a file."""
    return fenced.data is not None


def read_sheet(fenced: Fenced) -> Sheet:
    """The rows of a block: its own, or those of the file that it was given."""
    if fenced.data is None:
        return sheet_of(fenced.text)
    return sheet_of(decode(fenced.name, fenced.data).text)


def fault_of(fenced: Fenced, sheet: Sheet, line: int = 0) -> Mistake:
    """That the rows cannot be read; they begin behind `line` lines of the block."""
    hint = "write the names of the columns in the first line, commas between them, and the rows below"
    what = fenced.name or "the table"
    return Mistake(
        sheet.line + line, 1, f"{what} cannot be read: {sheet.fault}", hint, in_file=is_file(fenced)
    )


def as_html(sheet: Sheet, caption: str = "") -> str:
    """A table that can be sorted, in a frame that scrolls by itself."""
    numeric = [_is_numeric(sheet, column) for column in range(len(sheet.head))]
    marks = [' class="number"' if each else "" for each in numeric]
    head = "".join(map(_head, sheet.head, marks))
    body = "\n".join(
        "<tr>"
        + "".join(
            f"<td{mark}>{_cell(cell, sheet.decimal, mark)}</td>"
            for cell, mark in zip(row, marks, strict=True)
        )
        + "</tr>"
        for row in sheet.rows
    )
    title = f"<caption>{escape(caption)}</caption>\n" if caption else ""
    name = escape(caption or "Table")
    return (
        f'<div class="data" role="group" aria-label="{name}" tabindex="0">\n<table class="data-table">\n{title}'
        f"<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
    )


def _head(name: str, mark: str) -> str:
    """The head of a column; one without a name heads nothing."""
    kind = "number" if mark else "text"
    return f'<th scope="col"{mark} data-sort="{kind}">{escape(name)}</th>' if name else "<td></td>"


def _is_numeric(sheet: Sheet, column: int) -> bool:
    cells = [row[column] for row in sheet.rows if row[column]]
    return bool(cells) and all(number_of(cell, sheet.decimal) is not None for cell in cells)


def _cell(cell: str, decimal: str, mark: str) -> str:
    if not mark or not cell:
        return escape(cell)
    value = f"{number_of(cell, decimal):.15g}"
    return cell if cell == value else f'<data value="{value}">{escape(cell)}</data>'


TABLES = Plugin("tables", "1", fences={"csv": table, "tsv": table})
