"""Charts: round ticks, drawings that are the same everywhere, and every mistake with its place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.features.charts.block import chart
from kb.features.charts.drawing import Series, five
from kb.features.charts.scales import bell, bins_of, place, quantile, scale
from kb.model.fenced import Fenced, Made
from website.web import Web, built

ROWS = "name,one,two\nA,1,10\nB,2.5,\nC,-3,30\n"
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False)


def made(head: str, rows: str = ROWS) -> Made:
    return chart(Fenced("chart", "", f"{head}\n---\n{rows}"))


def drawing(of: Made) -> ET.Element:
    found = re.search(r"<svg class=\"of-.*?</svg>", of.html, re.DOTALL)
    assert found, of
    return ET.fromstring(found[0])  # noqa: S314 - our own drawing


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.integers(2, 8))
@example([8_589_934_592.0], 6)
@example([0.0, 5e-324], 6)
def test_ticks_hold_all_values_are_few_and_equally_far_apart(values: list[float], most: int) -> None:
    found = scale(values, 0, 100, most)
    slack = 1e-6 * (found.high - found.low)
    assert found.low <= min(values) + slack
    assert found.high >= max(values) - slack
    assert 2 <= len(found.ticks) <= most + 2
    gaps = [after - before for before, after in zip(found.ticks, found.ticks[1:], strict=False)]
    assert max(gaps) - min(gaps) <= slack


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 10], ["0", "2", "4", "6", "8", "10"]),
        ([2019, 2023], ["2019", "2020", "2021", "2022", "2023"]),
        ([0, 120_000], ["0", "50,000", "100,000", "150,000"]),
        ([0.1, 0.42], ["0.1", "0.2", "0.3", "0.4", "0.5"]),
        ([-4, 4], ["\u22124", "\u22122", "0", "2", "4"]),
        ([7], ["6.4", "6.6", "6.8", "7.0", "7.2", "7.4", "7.6"]),
    ],
)
def test_ticks_are_round_numbers(values: list[float], labels: list[str]) -> None:
    found = scale(values, 0, 1)
    assert [found.label(tick) for tick in found.ticks] == labels


@given(st.lists(NUMBERS, min_size=1, max_size=50), st.integers(0, 30))
def test_every_value_is_counted_once(values: list[float], bins: int) -> None:
    assert sum(bins_of(values, bins)[1]) == len(values)


def test_quartiles_are_those_of_a_hand_worked_table() -> None:
    assert five([1, 2, 3, 4]) == (1, 1.75, 2.5, 3.25, 4)
    assert quantile([5], 0.25) == 5


def test_a_bell_holds_one_in_all() -> None:
    assert sum(bell(x / 100, 0.5, 0.8) / 100 for x in range(-800, 900)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("head", "marks"),
    [
        ("type: bar\ny: one", {"rect": 3}),
        ("type: bar", {"rect": 5}),
        ("type: line", {"path.line": 2}),
        ("type: scatter\nx: one\ny: two", {"circle": 2}),
        ("type: box\ny: [one, two]", {"rect.box": 2, "path.median": 2}),
        ("type: histogram\nx: one\nbins: 3", {"rect.column": 3}),
        ("type: density\nx: one", {"rect.column": 3}),
    ],
)
def test_each_type_draws_what_its_rows_hold(head: str, marks: dict[str, int]) -> None:
    found = made(head)
    assert not found.mistakes
    svg = drawing(found)
    for mark, count in marks.items():
        tag, _, name = mark.partition(".")
        elements = [each for each in svg.iter(tag) if not name or name in each.get("class", "").split()]
        assert len(elements) == count
    assert svg.find("title") is not None
    assert "<table" in found.html


def test_a_density_is_drawn_with_its_parts_and_their_sum() -> None:
    rows = "value,weight,mean,sd\n1,0.5,1,0.5\n2,0.5,3,1\n3,,,\n3.5,,,\n"
    svg = drawing(made("type: density\nx: value", rows))
    names = [each.get("class") for each in svg.iter("polyline")]
    assert names == ["curve part", "curve part", "curve sum"]


def test_a_gap_in_a_line_stays_a_gap() -> None:
    svg = drawing(made("type: line\nx: n\ny: v", "n,v\n1,1\n2,\n3,2\n4,3\n"))
    (line,) = (each for each in svg.iter("path") if "line" in each.get("class", "").split())
    assert re.fullmatch(r"M[\d. ]+h0M[\d. ]+L[\d. ]+", line.get("d", ""))


def test_names_are_text_and_nothing_else() -> None:
    found = made('type: bar\ntitle: "<script>x</script>"', "<b>a</b>,v\n<img src=x>,1\n")
    assert "<script" not in found.html
    assert "<img" not in found.html
    assert "<b>" not in found.html
    assert "&lt;img src=x&gt;" in found.html


@pytest.mark.parametrize(
    ("head", "rows", "line", "message", "hint"),
    [
        ("type: pyramid", ROWS, 1, "no chart of type 'pyramid'", "there are bar"),
        ("type: bra", ROWS, 1, "no chart of type 'bra'", "did you mean bar?"),
        ("title: x", ROWS, 1, "has no type", "there are bar"),
        ("- bar", ROWS, 1, "does not say what it is", "type: bar"),
        ("type: bar\ncolour: red", ROWS, 2, "'colour' means nothing", "a chart has type"),
        ("type: histogram\nbins: many", ROWS, 2, "bins should be a number", "leave it out"),
        ("type: bar\ny: thre", ROWS, 4, "no column 'thre'", "the columns are name, one, two"),
        ("type: bar\ny: on", ROWS, 4, "no column 'on'", "did you mean one?"),
        ("type: bar\ny: name", ROWS, 4, "column name holds no number", "another column"),
        ("type: bar", "a\n1", 3, "nothing to draw", "a column of numbers"),
        ("type: bar", "", 3, "no rows", "in the first line"),
        ("type: bar", 'a,b\n"x', 4, "a quote that never ends", "in the first line"),
        ('type: "bar', ROWS, 1, "cannot be read", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(head: str, rows: str, line: int, message: str, hint: str) -> None:
    found = made(head, rows)
    assert not found.html
    (mistake,) = found.mistakes
    assert message in mistake.message
    assert hint in mistake.hint
    assert mistake.line == line


def test_a_cell_that_is_no_number_is_left_out_and_told() -> None:
    found = made("type: bar", "n,v\nA,1\nB,nan\nC,1e308\n")
    assert found.html
    assert [(each.line, each.harmless) for each in found.mistakes] == [(5, True), (6, True)]
    assert len(list(drawing(found).iter("rect"))) == 1


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_block_is_too_odd(head: str, rows: str) -> None:
    found = made(f"type: bar\n{head}", rows)
    assert found.html or found.mistakes


def test_coordinates_are_short_and_never_minus_nothing() -> None:
    assert [place(value) for value in (1.0, 1.26, -0.04, 0.0, -2.0)] == ["1", "1.3", "0", "0", "-2"]


def test_another_process_with_other_hashes_draws_the_same() -> None:
    code = (
        "from kb.features.charts.block import chart; from kb.model.fenced import Fenced;"
        "print(chart(Fenced('chart', '', 'type: density\\nx: v\\n---\\nv,weight,mean,sd\\n1,.5,1,1\\n2,.5,2,1\\n4,,,\\n')).html)"
    )
    outs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1
    assert b"curve sum" in next(iter(outs))


NOTE = "# One\n\n```chart Costs\ntype: bar\nfile: costs.csv\n```\n"


def test_a_chart_of_a_file_changes_with_the_file(tmp_path: Path) -> None:
    web: Web = built(tmp_path, {"one.md": NOTE, "costs.csv": "what,cost\nink,1\n"})
    before = web.text("one/index.html")
    assert "needs/chart." in before
    assert "<figcaption>Costs</figcaption>" in before
    after = built(tmp_path, {"costs.csv": "what,cost\nink,2\n"}).text("one/index.html")
    assert before != after


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    web = built(tmp_path, {"one.md": NOTE})
    assert "missing-attachment" in web.codes()


def test_a_mistake_in_a_file_is_told_in_the_file(tmp_path: Path) -> None:
    web = built(tmp_path, {"one.md": NOTE, "costs.csv": "what,cost\nink,1\npen,dear\n"})
    (problem,) = (each for each in web.problems if each.code == "block-value")
    assert (problem.place.path, problem.place.line) == ("content/costs.csv", 3)


def test_a_series_knows_what_is_there() -> None:
    assert Series("x", (1.0, None, 2.0)).known == (1.0, 2.0)
