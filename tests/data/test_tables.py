"""Tables of data: what is read as rows, numbers and mistakes, and what a page shows of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.read.tables import MOST_COLUMNS, MOST_ROWS, number_of, sheet_of
from website.web import Web, built


@pytest.mark.parametrize(
    ("text", "head", "rows"),
    [
        ("a,b\n1,2\n", ("a", "b"), (("1", "2"),)),
        ("a;b\n1,5;2\n", ("a", "b"), (("1,5", "2"),)),
        ("a\tb\n1\t2", ("a", "b"), (("1", "2"),)),
        ("\ufeffa,b\r\n1,2\r\n", ("a", "b"), (("1", "2"),)),
        ('a,b\n"x, y","two\nlines"\n', ("a", "b"), (("x, y", "two lines"),)),
        ("a,b,c\n1\n\n,,\n2,3,4\n", ("a", "b", "c"), (("1", "", ""), ("2", "3", "4"))),
        ("only\n", ("only",), ()),
    ],
)
def test_rows_are_read_as_they_are_found(
    text: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]
) -> None:
    sheet = sheet_of(text)
    assert (sheet.head, sheet.rows, sheet.fault) == (head, rows, "")


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("", "no rows", 1),
        ("\n , ,\n", "no rows", 1),
        ('a\nb\n"c', "a quote that never ends", 3),
        (",".join("a" * (MOST_COLUMNS + 1)), "61 columns", 1),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, fault: str, line: int) -> None:
    sheet = sheet_of(text)
    assert fault in sheet.fault
    assert sheet.line == line


def test_lines_are_those_of_the_file() -> None:
    assert sheet_of('a\n\n"x\ny"\n\nz\n').lines == (3, 6)


def test_only_what_an_editor_takes_for_the_end_of_a_line_is_one() -> None:
    sheet = sheet_of("a,b\x0c\x0b\u2028\x85c\r1,2\r\n3,4\n")
    assert (len(sheet.head), sheet.rows, sheet.lines) == (2, (("1", "2"), ("3", "4")), (2, 3))
    assert sheet_of('a,b\x0c\n1,"2').line == 2


def test_a_hundred_thousand_rows_are_cut_and_counted() -> None:
    sheet = sheet_of("n\n" + "1\n" * 100_000)
    assert len(sheet.rows) == MOST_ROWS
    assert sheet.more == 100_000 - MOST_ROWS


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("12", ".", 12), ("-1.5", ".", -1.5), ("+.5", ".", 0.5), ("1e3", ".", 1000), ("1 149", ".", 1149), ("\u22123", ".", -3),
        ("1,5", ",", 1.5), ("1.234,5", ",", 1234.5), ("1.5", ",", 1.5), ("1'149", ".", 1149),
        ("1,5", ".", None), ("nan", ".", None), ("inf", ".", None), ("1e308", ".", None), ("1e99", ".", None), ("", ".", None),
        ("7 kg", ".", None), ("0x10", ".", None), ("\u0663", ".", None), ("1_000", ".", None),
    ],
)  # fmt: skip
def test_a_number_is_what_looks_like_one(cell: str, decimal: str, value: float | None) -> None:
    assert number_of(cell, decimal) == value


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_no_text_is_too_odd_for_a_table(text: str) -> None:
    sheet = sheet_of(text)
    assert sheet.fault or all(len(row) == len(sheet.head) for row in sheet.rows)
    assert len(sheet.rows) == len(sheet.lines)


NOTE = """\
# One

```csv What they cost
name,price
<b>Folio</b>,1149
"Mule, 15",99.50
```

![[costs.csv]]
"""


@pytest.fixture
def web(tmp_path: Path) -> Web:
    return built(tmp_path, {"one.md": NOTE, "costs.csv": "what;cost\nink;1,5\n", "two.md": "# Two\n"})


def test_a_block_and_a_file_are_tables_that_say_what_is_a_number(web: Web) -> None:
    page = web.text("one/index.html")
    assert "<caption>What they cost</caption>" in page
    assert '<th scope="col" class="number" data-sort="number">price</th>' in page
    assert "<td>&lt;b&gt;Folio&lt;/b&gt;</td>" in page
    assert '<td class="number"><data value="99.5">99.50</data></td>' in page
    assert '<td class="number"><data value="1.5">1,5</data></td>' in page
    assert "block" not in web.codes()
    assert not list(web.faults())


def test_only_a_page_with_a_table_loads_what_tables_need(web: Web) -> None:
    assert "needs/table." in web.text("one/index.html")
    assert "needs/table." not in web.text("two/index.html")


def test_another_file_makes_another_page(tmp_path: Path) -> None:
    built(tmp_path, {"one.md": NOTE, "costs.csv": "what;cost\nink;1,5\n"})
    (tmp_path / "content" / "costs.csv").write_text("what;cost\nink;2,5\n")
    again = built(tmp_path, {})
    assert '<data value="2.5">2,5</data>' in again.text("one/index.html")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"one.md": "# One\n\n```csv\n```\n"}, ("content/one.md", 4, "there are no rows")),
        (
            {"one.md": '# One\n\n```csv\na,b\n1,2\n"x\n```\n'},
            ("content/one.md", 6, "a quote that never ends"),
        ),
        (
            {"one.md": "# One\n\n![[x.csv]]\n", "x.csv": 'a\n"b'},
            ("content/x.csv", 2, "a quote that never ends"),
        ),
        ({"one.md": "# One\n\n![[x.csv]]\n", "x.csv": b""}, ("content/x.csv", 1, "there are no rows")),
    ],
)
def test_a_mistake_is_told_where_it_is(
    tmp_path: Path, files: dict[str, str], told: tuple[str, int, str]
) -> None:
    web = built(tmp_path, files)
    (problem,) = (each for each in web.problems if each.code == "block")
    assert (problem.place.path, problem.place.line) == told[:2]
    assert told[2] in problem.message
    assert web.text("one/index.html")
