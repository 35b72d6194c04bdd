"""The options of a decision: their values, which of them are out and why, and the scores of the others.

A limit rules an option out. A value that is missing, or is no number, leaves it unranked, with a message: an option
that nobody looked into must not profit from that. Neither has a part in the scores of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from kb.features.decision.asked import Asked, Criterion, Scale
from kb.features.decision.sums import Mean, total
from kb.model.fenced import Mistake
from kb.read.spelling import nearest
from kb.read.tables import Sheet, number_of


class Standing(Enum):
    """Whether an option takes part."""

    RANKED = "ranked"
    RULED_OUT = "ruled out"
    INCOMPLETE = "not ranked"


class Cell(NamedTuple):
    """A value as written, and where: in the block or (`in_file`) in its file. `row` is that of the table, 0 in YAML."""

    text: str
    line: int
    column: int
    row: int = 0
    in_file: bool = False


class Option(NamedTuple):
    """An option with the values of the criteria in their order. `why` it is not ranked, if so; else its scores."""

    name: str
    cells: tuple[Cell, ...]
    standing: Standing = Standing.RANKED
    why: str = ""
    scores: tuple[float, ...] = ()


class Weighed(NamedTuple):
    """All options, in their order."""

    options: tuple[Option, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def ranked(self) -> tuple[Option, ...]:
        """Those that take part."""
        return tuple(option for option in self.options if option.standing is Standing.RANKED)


#: How many options and criteria are looked at. Each is compared with each.
MOST_OPTIONS = 200
MOST_CRITERIA = 50


def weigh(asked: Asked, sheet: Sheet | None, text: str) -> Weighed:
    """The options of this block. `sheet` holds their rows, unless they stand in YAML; `text` is that of the block."""
    mistakes: list[Mistake] = []
    if len(asked.criteria) > MOST_CRITERIA:
        mistakes.append(
            _of_block(f"{len(asked.criteria)} criteria are more than {MOST_CRITERIA}", "take some out")
        )
        return Weighed((), tuple(mistakes))
    found = list(_in_yaml(asked) if sheet is None else _in_sheet(asked, sheet, text, mistakes))
    if len(found) > MOST_OPTIONS:
        what = f"{len(found)} options are more than {MOST_OPTIONS}, each of which is compared with each"
        mistakes.append(_of_block(what, "take out those that are out of the question"))
        found = []
    if not found and not mistakes:
        mistakes.append(_of_block("there is no option to choose", "write one on each line"))
    if asked.criteria and not any(criterion.weight for criterion in asked.criteria):
        message, hint = "all weights are 0, so there are no totals", "give what matters a weight above 0"
        mistakes.append(Mistake(asked.line, 1, message, hint, harmless=True))
    _tell_of_names(found, mistakes)
    decimal = "." if sheet is None else sheet.decimal
    values = [_values(asked, option, decimal) for option in found]
    judged = [_judged(asked, option, mine, mistakes) for option, mine in zip(found, values, strict=True)]
    return Weighed(tuple(_scored(asked, judged, values, mistakes)), tuple(mistakes))


def _of_block(message: str, hint: str) -> Mistake:
    return Mistake(1, 1, message, hint)


def _in_yaml(asked: Asked) -> Iterable[Option]:
    for name, values in asked.options.items():
        written = [values.get(criterion.name, values[""]) for criterion in asked.criteria]
        yield Option(name, tuple(Cell(*each) for each in written))


def _in_sheet(asked: Asked, sheet: Sheet, text: str, mistakes: list[Mistake]) -> list[Option]:
    head = sheet.head
    names = [_column(head, name, 1, 1, mistakes) for name in asked.option] or [0]
    columns = [_column(head, each.name, each.line, each.column, mistakes) for each in asked.criteria]
    if None in names or None in columns:
        return []
    lines = text.split("\n")
    found = []
    for number, row in enumerate(sheet.rows):
        line = sheet.lines[number] + (0 if asked.file else asked.first_row - 1)
        written = lines[line - 1 : line] if not asked.file else []
        cells = [
            Cell(row[column], line, _column_of(written, row, column), number + 2, bool(asked.file))
            for column in columns
            if column is not None
        ]
        name = " ".join(row[column] for column in names if column is not None).strip()
        found.append(Option(name or f"row {number + 2}", tuple(cells)))
    return found


def _column(head: Sequence[str], name: str, line: int, column: int, mistakes: list[Mistake]) -> int | None:
    """Which column has this name; it need not have its capitals."""
    if name in head:
        return head.index(name)
    folded = [each.casefold() for each in head]
    if name.casefold() in folded:
        return folded.index(name.casefold())
    meant = nearest(name, head)
    shown = ", ".join(head[:10])
    hint = f"did you mean '{meant}'?" if meant else f"its columns are {shown}"
    mistakes.append(Mistake(line, column, f"the table has no column '{name}'", hint))
    return None


def _column_of(lines: Sequence[str], row: Sequence[str], column: int) -> int:
    """Where a cell of this row begins in its line, as far as the line shows it."""
    at = 0
    for text in row[:column] if lines else ():
        at = max(lines[0].find(text, at), at) + len(text)
    found = lines[0].find(row[column], at) if lines else -1
    return max(found, at) + 1


def _values(asked: Asked, option: Option, decimal: str) -> list[float | None]:
    pairs = zip(option.cells, asked.criteria, strict=True)
    return [
        number_of(cell.text.removesuffix(criterion.unit).rstrip() if criterion.unit else cell.text, decimal)
        for cell, criterion in pairs
    ]


def _judged(asked: Asked, option: Option, values: Sequence[float | None], mistakes: list[Mistake]) -> Option:
    """The option, ruled out by the first limit that it breaks, or unranked for the first value that is missing."""
    triples = list(zip(asked.criteria, option.cells, values, strict=True))
    for criterion, cell, value in triples:
        if value is not None and (why := _breaks(criterion, cell, value)):
            return option._replace(standing=Standing.RULED_OUT, why=why)
    gaps = [(criterion, cell) for criterion, cell, value in triples if value is None]
    for criterion, cell in gaps:
        what = f"'{cell.text}' is no number" if cell.text else "there is no value"
        where = f"row {cell.row}, " if cell.row else ""
        message = f"{where}{criterion.label} of {option.name}: {what}, so it is not ranked"
        hint = (
            "write the number alone"
            if cell.text
            else f"find it out, or take {criterion.label} out of the criteria"
        )
        mistakes.append(Mistake(cell.line, cell.column, message, hint, harmless=True, in_file=cell.in_file))
    if not gaps:
        return option
    criterion, cell = gaps[0]
    why = f"{criterion.label}: “{cell.text}” is no number" if cell.text else f"{criterion.label} is not known"
    return option._replace(standing=Standing.INCOMPLETE, why=why)


def _breaks(criterion: Criterion, cell: Cell, value: float) -> str:
    shown = with_unit(cell.text, criterion.unit)
    if criterion.at_most is not None and value > criterion.at_most:
        return f"{criterion.label} {shown}, at most {with_unit(plain(criterion.at_most), criterion.unit)}"
    if criterion.at_least is not None and value < criterion.at_least:
        return f"{criterion.label} {shown}, at least {with_unit(plain(criterion.at_least), criterion.unit)}"
    return ""


def with_unit(text: str, unit: str) -> str:
    """A value with its unit, which it may have already."""
    return f"{text}\u00a0{unit}" if unit and text and not text.endswith(unit) else text


def plain(value: float) -> str:
    """A number of the author's as it was written, or nearly so."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004


def _scored(
    asked: Asked, options: Sequence[Option], values: Sequence[Sequence[float | None]], mistakes: list[Mistake]
) -> list[Option]:
    """The options, those that take part with their scores."""
    part = [number for number, option in enumerate(options) if option.standing is Standing.RANKED]
    scores: list[list[float]] = [[] for _ in options]
    for index, criterion in enumerate(asked.criteria):
        column = [value for number in part if (value := values[number][index]) is not None]
        cells = [options[number].cells[index] for number in part]
        for number, score in zip(part, _scores(criterion, column, cells, mistakes), strict=True):
            scores[number].append(score + 0.0)  # a difference of nothing may have come to -0.0
    if asked.mean is not Mean.ARITHMETIC:
        for number in part:
            _tell_of_zeros(asked, options[number], scores[number], mistakes)
    return [option._replace(scores=tuple(mine)) for option, mine in zip(options, scores, strict=True)]


def _scores(
    criterion: Criterion, values: Sequence[float], cells: Sequence[Cell], mistakes: list[Mistake]
) -> list[float]:
    """The scores of these values. Halves are taken before differences, so that none is too large for a number."""
    if not values:
        return []
    match criterion.scale:
        case Scale.FIXED:
            pairs = zip(values, cells, strict=True)
            return [_on_scale(criterion, value, cell, mistakes) for value, cell in pairs]
        case Scale.SHARE:
            return _shares(criterion, values, cells, mistakes)
        case Scale.RANK:
            return [_rank(criterion, value, values) for value in values]
    low, high = min(values), max(values)
    if low == high:
        return [1.0 for _ in values]
    best, worst = (low, high) if criterion.lower else (high, low)
    return [(value / 2 - worst / 2) / (best / 2 - worst / 2) for value in values]


def _shares(
    criterion: Criterion, values: Sequence[float], cells: Sequence[Cell], mistakes: list[Mistake]
) -> list[float]:
    low, high = min(values), max(values)
    if low < 0:
        cell = cells[values.index(low)]
        message = f"{criterion.label}: no share of the best can be had of {cell.text}, which is below zero"
        mistakes.append(
            Mistake(cell.line, cell.column, message, "normalise it by min-max", in_file=cell.in_file)
        )
        return [0.0 for _ in values]
    if criterion.lower:
        return [1.0 if value == low else low / value for value in values]
    return [1.0 if value == high else value / high for value in values]


def _on_scale(criterion: Criterion, value: float, cell: Cell, mistakes: list[Mistake]) -> float:
    held = min(max(value, criterion.low), criterion.high)
    if held != value:
        ends = f"{plain(criterion.low)} to {plain(criterion.high)}"
        message = (
            f"{criterion.label}: {cell.text} is outside the scale from {ends}, and counts as {plain(held)}"
        )
        hint = "mend the value, or make the scale longer"
        mistakes.append(Mistake(cell.line, cell.column, message, hint, harmless=True, in_file=cell.in_file))
    here = criterion.high - held if criterion.lower else held - criterion.low
    return here / (criterion.high - criterion.low)


def _rank(criterion: Criterion, value: float, values: Sequence[float]) -> float:
    if len(values) == 1:
        return 1.0
    beaten = sum(other > value if criterion.lower else other < value for other in values)
    return beaten / (len(values) - 1)


def _tell_of_zeros(asked: Asked, option: Option, scores: Sequence[float], mistakes: list[Mistake]) -> None:
    """A zero that the author wrote, on a scale, may be meant. One that comes of being the worst is hardly so."""
    for criterion, cell, score in zip(asked.criteria, option.cells, scores, strict=True):
        if score != 0 or criterion.weight == 0:
            continue
        written = criterion.scale is Scale.FIXED
        where = f"row {cell.row}, " if cell.row else ""
        why = "a score of 0" if written else f"the worst of all is 0 by {criterion.scale.value}, and"
        message = f"{where}{criterion.label} of {option.name}: {why} makes the {asked.mean.value} mean 0"
        hint = (
            "if other scores may make up for it, take the arithmetic mean"
            if written
            else "normalise it by share or on a scale such as 0..10, or take the arithmetic mean"
        )
        mistakes.append(
            Mistake(
                cell.line, cell.column, message, hint, harmless=True, in_file=cell.in_file, remark=written
            )
        )


def _tell_of_names(options: Sequence[Option], mistakes: list[Mistake]) -> None:
    """Two options of one name can be told apart by nobody."""
    seen: set[str] = set()
    for option in options:
        if option.name in seen:
            message, hint = f"another option is called '{option.name}', too", "give each a name of its own"
            mistakes.append(_of_option(option, message, hint))
        seen.add(option.name)


def remarks(asked: Asked, weighed: Weighed) -> Iterator[Mistake]:
    """What an author may want to know of the first place: that it is shared, or that nobody else was asked."""
    weights = [criterion.weight for criterion in asked.criteria]
    totals = [total(option.scores, weights, asked.mean) for option in weighed.ranked]
    best = max((each for each in totals if each is not None), default=None)
    first = [option for option, each in zip(weighed.ranked, totals, strict=True) if each == best]
    if not weighed.ranked:
        message, hint = "no option is left to be ranked", "see what rules them out, and whether it has to"
        yield from (_of_option(each, message, hint)._replace(remark=True) for each in weighed.options[:1])
    elif len(weighed.ranked) == 1:
        message = f"{first[0].name} is the only option that is ranked, so that nothing is compared with it"
        yield _of_option(first[0], message, "add what else could be chosen")._replace(remark=True)
    elif best is not None and len(first) > 1:
        message = (
            f"{', '.join(option.name for option in first[:-1])} and {first[-1].name} share the first place"
        )
        hint = "if one is better, a criterion or a weight has to say so"
        yield _of_option(first[-1], message, hint)._replace(remark=True)


def _of_option(option: Option, message: str, hint: str) -> Mistake:
    cell = option.cells[0]
    return Mistake(cell.line, 1, message, hint, harmless=True, in_file=cell.in_file)
