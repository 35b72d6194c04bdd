"""The block ``chart``: what its author wrote, read and drawn.

Above a line ``---`` stands what is to be drawn, below it the rows as CSV, unless ``file`` names some::

    ```chart
    type: bar
    title: What candidates cost
    x: model
    y: price
    ---
    model,price
    Folio 14,1149
    ```
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple, TypeAlias

from kb.features.charts.drawing import Bell, Series, bars, boxes, density, dots, five, histogram, lines
from kb.features.charts.scales import bins_of
from kb.features.tables import as_html, fault_of, is_file, read_sheet
from kb.model.fenced import Fenced, Made, Mistake
from kb.read.spelling import nearest
from kb.read.tables import Sheet, number_of
from kb.read.yaml12 import Mapping, Node, Scalar, Sequence, load

TYPES = ("bar", "line", "scatter", "histogram", "box", "density")
KEYS = ("type", "title", "file", "x", "y", "bins", "weight", "mean", "sd")
_MOST_BINS, _MOST_SERIES, _SHOWN = 100, 6, 200
_RULE = "---"


#: Gives a column by its name.
Column: TypeAlias = Callable[[str], Series]


class Chart(NamedTuple):
    """What an author wants drawn. `y` are columns; `rows` is where the rows begin, in lines of the block."""

    type: str
    title: str
    file: str
    x: str
    y: tuple[str, ...]
    bins: int
    rows: int
    fits: tuple[str, str, str]


class _Wrong(Exception):  # noqa: N818 - what an author wrote
    """The block cannot be drawn."""

    def __init__(self, line: int, column: int, message: str, hint: str, *, in_file: bool = False) -> None:
        super().__init__(message)
        self.mistake = Mistake(line, column, message, hint, in_file=in_file)


def chart(fenced: Fenced) -> Made:
    """A chart as a figure: the drawing, its title, and the numbers behind it."""
    try:
        wanted = _wanted(fenced)
        if wanted.file and fenced.data is None:
            return Made(file=wanted.file, needs=("chart", "table"))
        return _drawn(fenced, wanted)
    except _Wrong as wrong:
        return Made(mistakes=(wrong.mistake,))


def _wanted(fenced: Fenced) -> Chart:
    head, rows = _halves(fenced.text)
    document = load(head)
    if document.mistakes:
        first = document.mistakes[0]
        raise _Wrong(first.line, first.column, f"the chart cannot be read: {first.message}", first.hint)
    if not isinstance(document.root, Mapping):
        raise _Wrong(1, 1, "the chart does not say what it is", "write type: bar, and below it x: and y:")
    said: dict[str, Any] = {}
    for key, value in document.root.entries:
        if key.text not in KEYS:
            near = nearest(key.text, KEYS)
            hint = f"did you mean {near}?" if near else f"a chart has {', '.join(KEYS)}"
            raise _Wrong(key.line, key.column, f"'{key.text}' means nothing in a chart", hint)
        said[key.text] = _value(key.text, value)
    kind = said.get("type", "")
    if kind not in TYPES:
        near = nearest(kind, TYPES)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(TYPES)}"
        raise _Wrong(1, 1, f"there is no chart of type '{kind}'" if kind else "the chart has no type", hint)
    fits = (said.get("weight", "weight"), said.get("mean", "mean"), said.get("sd", "sd"))
    y = said.get("y", ())
    return Chart(
        kind,
        said.get("title", fenced.info),
        said.get("file", ""),
        said.get("x", ""),
        y,
        said.get("bins", 0),
        rows,
        fits,
    )


def _value(key: str, node: Node) -> object:
    if key == "y":
        items = node.items if isinstance(node, Sequence) else (node,)
        if all(isinstance(item, Scalar) for item in items) and len(items) <= _MOST_SERIES:
            return tuple(item.text for item in items if isinstance(item, Scalar))
        raise _Wrong(
            node.line, node.column, "y should name columns", f"write y: [one, other]; {_MOST_SERIES} at most"
        )
    if not isinstance(node, Scalar):
        raise _Wrong(node.line, node.column, f"{key} should be one word or number", "write it on one line")
    if key == "bins":
        if type(node.value) is int and 1 <= node.value <= _MOST_BINS:
            return node.value
        raise _Wrong(
            node.line,
            node.column,
            f"bins should be a number from 1 to {_MOST_BINS}",
            "leave it out, and kb chooses",
        )
    return node.text.strip("[]") if key == "file" else node.text


def _halves(text: str) -> tuple[str, int]:
    """What is above the line ``---``, and on which line what is below it begins."""
    above = text.split("\n")
    for number, line in enumerate(above):
        if line.strip() == _RULE:
            return "\n".join(above[:number]), number + 1
    return text, len(above)


def _drawn(fenced: Fenced, wanted: Chart) -> Made:
    below = "" if wanted.file else "\n".join(fenced.text.split("\n")[wanted.rows :])
    source = fenced if wanted.file else fenced._replace(text=below)
    sheet = read_sheet(source)
    line = 0 if wanted.file else wanted.rows
    if sheet.fault:
        return Made(mistakes=(fault_of(source, sheet, line),))
    odd: list[Mistake] = []

    def series(name: str) -> Series:
        column = _column(sheet, name, source, line)
        values = [number_of(row[column], sheet.decimal) for row in sheet.rows]
        for number, (row, value) in enumerate(zip(sheet.rows, values, strict=True)):
            if value is None and row[column]:
                message = f"'{row[column]}' in column {name} is no number, and is left out"
                odd.append(
                    Mistake(
                        sheet.line_of(number) + line,
                        1,
                        message,
                        "write a number, or leave it empty",
                        harmless=True,
                        in_file=is_file(source),
                    )
                )
        found = Series(name, tuple(values))
        if not found.known:
            raise _Wrong(
                sheet.line + line,
                1,
                f"column {name} holds no number",
                "name another column",
                in_file=is_file(source),
            )
        return found

    if wanted.type in _OF_COLUMNS and not _numbers(sheet, wanted):
        hint = "add a column of numbers, and name it with y:"
        raise _Wrong(sheet.line + line, 1, "there is nothing to draw beside the first column", hint)
    drawing, behind = _DRAW[wanted.type](sheet, wanted, series)
    return Made(_figure(wanted, drawing, behind), ("chart", "table"), tuple(odd))


def _column(sheet: Sheet, name: str, source: Fenced, line: int) -> int:
    if name in sheet.head:
        return sheet.head.index(name)
    near = nearest(name, sheet.head)
    hint = f"did you mean {near}?" if near else f"the columns are {', '.join(sheet.head)}"
    raise _Wrong(sheet.line + line, 1, f"there is no column '{name}'", hint, in_file=is_file(source))


def _numbers(sheet: Sheet, wanted: Chart) -> tuple[str, ...]:
    """The columns to draw: those named, or all but that of `x`."""
    first = wanted.x or sheet.head[0]
    return wanted.y or tuple(name for name in sheet.head if name != first)[:_MOST_SERIES]


def _bar(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    names = _names(sheet, wanted)
    return bars(names, (each := [series(name) for name in _numbers(sheet, wanted)])), _table(sheet) + _legend(
        each
    )


def _line(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    names = _names(sheet, wanted)
    over = None
    if all(number_of(name, sheet.decimal) is not None for name in names):
        over = series(wanted.x or sheet.head[0])
    each = [series(name) for name in _numbers(sheet, wanted)]
    return lines(over, names, each), _table(sheet) + _legend(each)


def _scatter(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    each = [series(name) for name in _numbers(sheet, wanted)]
    return dots(series(wanted.x or sheet.head[0]), each), _table(sheet) + _legend(each)


def _histogram(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    values = series(wanted.x or sheet.head[0]).known
    return histogram(values, wanted.bins), _counted(values, wanted)


def _density(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    values = series(wanted.x or sheet.head[0]).known
    bells: list[Bell] = []
    if all(name in sheet.head for name in wanted.fits):
        parts = zip(*(series(name).known for name in wanted.fits), strict=False)
        bells = [Bell(*part) for part in parts if part[2] > 0]
    rows = tuple((f"{part.weight:.3g}", f"{part.mean:.3g}", f"{part.deviation:.3g}") for part in bells)
    fitted = (
        as_html(Sheet(("weight", "mean", "standard deviation"), rows), "The Gaussians fitted") if rows else ""
    )
    return density(values, wanted.bins, bells), fitted + _counted(values, wanted)


def _box(sheet: Sheet, wanted: Chart, series: Column) -> tuple[str, str]:
    each = [series(name) for name in wanted.y or sheet.head[:_MOST_SERIES]]
    rows = tuple((one.name, *(f"{value:.6g}" for value in five(sorted(one.known)))) for one in each)
    return boxes(each), as_html(
        Sheet(("", "least", "first quarter", "middle", "third quarter", "greatest"), rows)
    )


#: Types that draw columns of numbers over another column.
_OF_COLUMNS = frozenset(("bar", "line", "scatter"))
_DRAW = {
    "bar": _bar,
    "line": _line,
    "scatter": _scatter,
    "histogram": _histogram,
    "density": _density,
    "box": _box,
}


def _names(sheet: Sheet, wanted: Chart) -> list[str]:
    column = sheet.head.index(wanted.x) if wanted.x in sheet.head else 0
    return [row[column] for row in sheet.rows]


def _counted(values: tuple[float, ...], wanted: Chart) -> str:
    cut, counts = bins_of(values, wanted.bins)
    edges = [cut.label(tick) for tick in cut.ticks]
    rows = tuple((low, high, str(count)) for low, high, count in zip(edges, edges[1:], counts, strict=False))
    return as_html(Sheet(("from", "to below", "how many"), rows), f"{len(values)} values")


def _table(sheet: Sheet) -> str:
    return as_html(sheet._replace(rows=sheet.rows[:_SHOWN]))


def _legend(series: list[Series]) -> str:
    if len(series) < 2:  # noqa: PLR2004 - one needs no name
        return ""
    mark = '<svg width="12" height="12" aria-hidden="true"><rect class="s{}" width="12" height="12"/></svg>'
    keys = "".join(
        f"<li>{mark.format(number % 6 + 1)} {escape(each.name)}</li>" for number, each in enumerate(series)
    )
    return f'\x00<ul class="legend">{keys}</ul>\n'


def _figure(wanted: Chart, drawing: str, behind: str) -> str:
    table, _, legend = behind.partition("\x00")
    columns = f" of {', '.join(wanted.y)}" if wanted.y else ""
    about = (
        f"{wanted.type} chart{columns}{f' over {wanted.x}' if wanted.x else ''}; the numbers stand below it"
    )
    named = f"<title>{escape(wanted.title or f'A {wanted.type} chart')}</title><desc>{escape(about)}</desc>"
    caption = f"<figcaption>{escape(wanted.title)}</figcaption>\n" if wanted.title else ""
    opened, _, parts = drawing.partition("\n")
    return (
        f'<figure class="chart">\n{caption}{legend}'
        '<div class="drawing" role="group" aria-label="Chart" tabindex="0">\n'
        f'<svg class="of-{wanted.type}" role="img" {opened}{named}\n{parts}\n</svg>\n</div>\n'
        f"<details><summary>The numbers</summary>\n{table}</details>\n</figure>\n"
    )
