"""Spreadsheets: their values are read, nothing is computed, and a stranger's file does no harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from data.books import Cell, Formula, ods, xlsx, zipped
from kb.disk import sheets
from kb.disk.sheets import as_csv
from kb.model.fenced import Mistake
from website.web import Web, built

Write = Callable[[Mapping[str, Sequence[Sequence[Cell]]]], bytes]
KINDS = pytest.mark.parametrize(("name", "write"), [("book.xlsx", xlsx), ("book.ods", ods)])
ROWS: list[list[Cell]] = [
    ["model", "price"],
    ["Folio, 14", 1149.0],
    ["Slate", 0.5],
    [None, None],
    ["Mule", Formula("A1+1", 7.0)],
]


@KINDS
def test_values_are_read_as_they_were_saved(name: str, write: Write) -> None:
    found = as_csv(name, write({"One": ROWS, "Two": [["other"]]}))
    assert found == b'model,price\n"Folio, 14",1149\nSlate,0.5\n,\nMule,7\n'


@KINDS
def test_a_sheet_is_asked_for_by_its_name(name: str, write: Write) -> None:
    book = write({"One": ROWS, "Two": [["other"], ["x"]]})
    assert as_csv(name, book, "Two") == b"other\nx\n"
    missing = as_csv(name, book, "Three")
    assert isinstance(missing, Mistake)
    assert missing.message == f"{name} cannot be read: it has no sheet 'Three'"
    assert missing.hint == "it has One, Two"


@KINDS
def test_a_formula_without_a_saved_value_is_told_with_its_place(name: str, write: Write) -> None:
    book = write({"One": [["a"]], "Two": [["model", "price"], ["Slate", 5.0], ["Folio", Formula("B2*2")]]})
    assert as_csv(name, book, "One") == b"a\n"
    found = as_csv(name, book, "Two")
    assert isinstance(found, Mistake)
    assert (found.line, found.column, found.harmless, found.in_file) == (3, 2, False, True)
    assert found.message == f"{name} cannot be read: the formula in row 3, column B has no saved value"
    assert found.hint == "open it in a program for spreadsheets, and save it once"


def test_rows_that_are_repeated_count() -> None:
    unsaved = '<table:table-cell table:formula="of:=1"/>'
    text = (
        '<a xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><table:table table:name="x">'
        '<table:table-row table:number-rows-repeated="4"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{unsaved}</table:table-row>'
        "</table:table></a>"
    )
    assert list(sheets._of_ods({"content.xml": text.encode()}, 0)) == [(5, 3)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no whole spreadsheet"),
        (b"model,price\n", "no whole spreadsheet"),
        (xlsx({"One": ROWS})[:-200], "no whole spreadsheet"),
        (zipped({"a.xml": "<a/>"}), "no whole spreadsheet"),
        (zipped({"a.xml": "0" * (65 << 20)}), "unpacks to more than 64 MB"),
        (xlsx({"One": ROWS}, '<!DOCTYPE a [<!ENTITY b "c">]>'), "declares a document type"),
    ],
)
def test_what_is_no_spreadsheet_is_told(data: bytes, message: str) -> None:
    found = as_csv("book.xlsx", data)
    assert isinstance(found, Mistake)
    assert message in found.message


def test_a_path_in_the_archive_leads_nowhere() -> None:
    found = as_csv("book.xlsx", zipped({"../../etc/evil.xml": "<a/>", "/abs.xml": "<a/>"}))
    assert isinstance(found, Mistake)


def test_without_the_library_a_spreadsheet_is_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "can_read_sheets", lambda: False)
    web = made(tmp_path, "![[book.xlsx]]\n", xlsx({"One": ROWS}))
    assert '<a href="../book.xlsx">' in web.text("a/index.html")
    assert [problem.code for problem in web.problems if problem.code.startswith("block")] == ["block-value"]


@KINDS
def test_a_spreadsheet_is_shown_drawn_and_weighed(tmp_path: Path, name: str, write: Write) -> None:
    note = (
        f"![[{name}#Two]]\n\n```chart\ntype: bar\nfile: {name}\nx: model\ny: price\n```\n\n"
        f"```decision\nfile: {name}#One\ncriteria:\n  price: {{weight: 1, direction: lower}}\n```\n"
    )
    web = made(
        tmp_path, note, write({"One": [ROWS[0], ROWS[1], ROWS[2]], "Two": [["other"], ["here"]]}), name
    )
    page = web.text("a/index.html")
    assert "<td>here</td>" in page
    assert '<figure class="chart' in page
    assert "<b>Slate</b> is first" in page
    assert not [problem for problem in web.problems if problem.code.startswith("block")]


@KINDS
def test_a_formula_is_told_of_by_a_build(tmp_path: Path, name: str, write: Write) -> None:
    web = made(tmp_path, f"![[{name}]]\n", write({"One": [["a"], [Formula("1+1")]]}), name)
    (problem,) = [problem for problem in web.problems if problem.code == "block"]
    assert str(problem.place).endswith(f"{name}:2:1")


def made(folder: Path, note: str, book: bytes, name: str = "book.xlsx") -> Web:
    return built(folder, {"a.md": note, name: book})
