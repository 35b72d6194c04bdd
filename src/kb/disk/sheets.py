"""Spreadsheets (XLSX, ODS) as CSV, which is all that the rest of kb knows of tables. Needs the extra ``sheets``.

A sheet holds formulas, and beside each the value that it had when it was last saved. We read values, and compute
nothing; so a formula that has none, as a program writes it that computes nothing either, is an error and no empty
cell. The library does not tell the two apart, so the sheets are looked through for such cells by themselves.

A file is a zip archive from a stranger: how much is unpacked is limited, and its XML may declare nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Any
from xml.parsers import expat

from kb.model.fenced import Mistake

#: The endings of files that are spreadsheets.
SHEETS = frozenset(("xlsx", "ods"))

_LIBRARY = "python_calamine"
#: How much is unpacked of a file, and how many cells one has.
_MOST_UNPACKED, _MOST_CELLS = 64 << 20, 1 << 20
_SAVE = "open it in a program for spreadsheets, and save it once"


class _Wrong(Exception):  # noqa: N818 - what is wrong with a file
    """The sheet cannot be read."""

    def __init__(self, message: str, hint: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.row, self.column = message, hint, row, column


def can_read_sheets() -> bool:
    """Whether spreadsheets can be read."""
    return find_spec(_LIBRARY) is not None


def as_csv(path: str, data: bytes, sheet: str = "") -> bytes | Mistake:
    """The rows of the sheet of this name, or of the first one, a line for each; or what keeps them from being read."""
    if not can_read_sheets():
        hint = "install it with pip install 'kb[sheets]', or save the sheet as CSV"
        what = f"{path} is a spreadsheet, for which python-calamine is needed"
        return Mistake(1, 1, what, hint, harmless=True, in_file=True)
    try:
        return _read(path, data, sheet)
    except _Wrong as wrong:
        return Mistake(
            wrong.row, wrong.column, f"{path} cannot be read: {wrong.message}", wrong.hint, in_file=True
        )


def _read(path: str, data: bytes, sheet: str) -> bytes:
    import python_calamine as calamine  # noqa: PLC0415 - an extra

    parts = _unpacked(data)
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            names = book.sheet_names
            if sheet and sheet not in names:
                raise _Wrong(f"it has no sheet '{sheet}'", f"it has {', '.join(names)}")
            if not names:
                raise _Wrong("it has no sheet", _SAVE)
            name = sheet or names[0]
            found = book.get_sheet_by_name(name)
            if found.total_height * found.total_width > _MOST_CELLS:
                raise _Wrong(
                    f"it has {found.total_height} rows of {found.total_width} cells", "take a part of it"
                )
            rows = found.to_python(skip_empty_area=False)
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise _Wrong(f"it is no whole spreadsheet ({error})", _SAVE) from error
    number = names.index(name)
    unsaved = _of_ods(parts, number) if path.lower().endswith("ods") else _of_xlsx(parts, name)
    for row, column in unsaved:
        where = f"row {row}, column {_letters(column)}"
        raise _Wrong(f"the formula in {where} has no saved value", _SAVE, row, column)
    into = io.StringIO(newline="")
    csv.writer(into, lineterminator="\n").writerows([_text(cell) for cell in row] for row in rows)
    return into.getvalue().encode()


def _text(value: object) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat().removesuffix("T00:00:00")
    return " ".join(str(value).split())


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The XML of the archive, by the names of its parts."""
    parts: dict[str, bytes] = {}
    room = _MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                with archive.open(info) as part:
                    text = part.read(room + 1)
                room -= len(text)
                if room < 0:
                    raise _Wrong(f"it unpacks to more than {_MOST_UNPACKED >> 20} MB", "take a part of it")
                if info.filename.endswith((".xml", ".rels")):
                    parts[info.filename] = text
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise _Wrong(f"it is no whole spreadsheet ({error})", _SAVE) from error
    return parts


def _of_xlsx(parts: dict[str, bytes], sheet: str) -> Iterator[tuple[int, int]]:
    """Row and column of each formula without a value in the sheet of this name."""
    ids = {
        name["name"]: name.get("r:id", "")
        for tag, name in _tags(parts.get("xl/workbook.xml", b""))
        if tag == "sheet"
    }
    targets = {
        each.get("Id", ""): each.get("Target", "")
        for tag, each in _tags(parts.get("xl/_rels/workbook.xml.rels", b""))
        if tag == "Relationship"
    }
    target = targets.get(ids.get(sheet, ""), "").removeprefix("/")
    text = parts.get(target if target.startswith("xl/") else f"xl/{target}", b"")
    found: list[tuple[int, int]] = []
    cell: dict[str, Any] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            cell.update(at=attributes.get("r", ""), formula=False, value=False)
        elif tag == "f":
            cell["formula"] = True
        elif tag in {"v", "is"}:
            cell["value"] = True

    def end(tag: str) -> None:
        if tag == "c" and cell["formula"] and not cell["value"]:
            found.append(_place(cell["at"]))

    _walk(text, start, end)
    return iter(found)


def _of_ods(parts: dict[str, bytes], number: int) -> Iterator[tuple[int, int]]:
    """Row and column of each formula without a value in the sheet of this number."""
    table = row = column = -1
    found: list[tuple[int, int]] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal table, row, column
        if tag == "table:table":
            table, row = table + 1, 0
        elif tag == "table:table-row":
            row, column = row + _times(attributes, "table:number-rows-repeated"), 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            column += _times(attributes, "table:number-columns-repeated")
            if table == number and "table:formula" in attributes and "office:value-type" not in attributes:
                found.append((row, column))

    _walk(parts.get("content.xml", b""), start, lambda _tag: None)
    return iter(found)


def _times(attributes: dict[str, str], name: str) -> int:
    times = attributes.get(name, "1")
    return int(times) if times.isdecimal() else 1


def _tags(text: bytes) -> Iterable[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    _walk(text, lambda tag, attributes: found.append((tag, attributes)), lambda _tag: None)
    return found


def _walk(text: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]) -> None:
    """Tell of each element of an XML document that declares nothing."""
    if not text:
        return
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat's
    except expat.ExpatError as error:
        raise _Wrong(f"it is no whole spreadsheet ({error})", _SAVE) from error


def _refuse(*_declared: object) -> None:
    raise _Wrong("its XML declares a document type, which no spreadsheet does", _SAVE)


def _place(name: str) -> tuple[int, int]:
    """``B12`` as row 12, column 2."""
    column = 0
    for letter in name.rstrip("0123456789"):
        column = column * 26 + ord(letter.upper()) - 64
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits or 1), max(column, 1)


def _letters(column: int) -> str:
    """Column 2 as ``B``."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text or "A"
