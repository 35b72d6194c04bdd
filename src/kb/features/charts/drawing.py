"""Charts as SVG. Colours and type are the theme's, by classes; nothing here depends on anything but the numbers.

Every drawing is 480 wide. Series have the classes ``s1`` to ``s6``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from kb.features.charts.scales import Scale, bell, bins_of, place, quantile, scale

WIDTH = 480
_HEIGHT = 280
#: Where the rows of numbers are drawn, unless what stands beside them needs more room.
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 454, 12, 246
#: How many letters of a name are shown.
_NAME = 22
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%—…")
_ROW, _CURVE = 20, 160
_COLOURS = 6


class Series(NamedTuple):
    """Numbers with a name; None where a cell is empty."""

    name: str
    values: tuple[float | None, ...]

    @property
    def known(self) -> tuple[float, ...]:
        """Those that are there."""
        return tuple(value for value in self.values if value is not None)


class Bell(NamedTuple):
    """A part of a mixture of Gaussians."""

    weight: float
    mean: float
    deviation: float


def bars(names: Sequence[str], series: Sequence[Series]) -> str:
    """Bars that lie, a name before each group."""
    left = _widest(names) + 12
    across = _over(scale([value for each in series for value in each.known], left, _RIGHT, zero=True), left)
    thick = max(8, _ROW - 4 * (len(series) - 1))
    height = len(names) * (thick * len(series) + 8) + 30
    parts = list(_across(across, 0, height - 26))
    for row, name in enumerate(names):
        top = 4 + row * (thick * len(series) + 8)
        middle = top + thick * len(series) / 2 + 4
        parts.append(
            f'<text class="name" x="{place(left - 8)}" y="{place(middle)}">{escape(_short(name))}</text>'
        )
        for number, each in enumerate(series):
            if (value := each.values[row]) is not None:
                ends = sorted((across.at(0), across.at(value)))
                parts.append(
                    f'<rect class="{_class(number)}" x="{place(ends[0])}" y="{place(top + number * thick)}"'
                    f' width="{place(ends[1] - ends[0])}" height="{place(thick - 2)}"/>'
                )
    return _svg(parts, height)


def lines(x: Series | None, names: Sequence[str], series: Sequence[Series]) -> str:
    """Lines over numbers, or over names that stand at equal distances."""
    up = scale([value for each in series for value in each.known], _BOTTOM, _TOP)
    if x is not None:
        over = _over(scale(x.known, _LEFT, _RIGHT, 7), _beside(up))
        parts = [*_up(up, over), *_across(over, _TOP, _BOTTOM)]
        places = [None if value is None else over.at(value) for value in x.values]
    else:
        half = _widest(names) / 2
        over = Scale(0, max(len(names) - 1, 1), max(_beside(up), half + 2), min(_RIGHT, WIDTH - half - 2))
        places = [over.at(number) for number in range(len(names))]
        parts = [*_up(up, over), *_names(names, over)]
    for number, each in enumerate(series):
        points = [
            None if at is None or value is None else f"{place(at)} {place(up.at(value))}"
            for at, value in zip(places, each.values, strict=True)
        ]
        parts.append(f'<path class="line {_class(number)}" d="{_broken(points)}"/>')
    return _svg(parts, _HEIGHT)


def dots(x: Series, series: Sequence[Series]) -> str:
    """A dot for each pair of numbers."""
    up = scale([value for each in series for value in each.known], _BOTTOM, _TOP)
    over = _over(scale(x.known, _LEFT, _RIGHT, 7), _beside(up))
    parts = [*_up(up, over), *_across(over, _TOP, _BOTTOM)]
    for number, each in enumerate(series):
        parts += [
            f'<circle class="{_class(number)}" cx="{place(over.at(at))}" cy="{place(up.at(value))}" r="2.5"/>'
            for at, value in zip(x.values, each.values, strict=True)
            if at is not None and value is not None
        ]
    return _svg(parts, _HEIGHT)


def histogram(values: Sequence[float], bins: int) -> str:
    """How many values lie in each of some bins."""
    cut, counts = bins_of(values, bins)
    up = scale(counts, _BOTTOM, _TOP, zero=True)
    over = _over(cut, _beside(up))
    return _svg([*_up(up, over), *_columns(over, counts, up, 1), *_edges(over)], _HEIGHT)


def density(values: Sequence[float], bins: int, bells: Sequence[Bell]) -> str:
    """The values as a density, the parts of a mixture over it, and their sum."""
    cut, counts = bins_of(values, bins)
    per = 1 / (len(values) * (cut.ticks[1] - cut.ticks[0]))
    xs = [cut.low + (cut.high - cut.low) * step / _CURVE for step in range(_CURVE + 1)]
    curves = [[part.weight * bell(x, part.mean, part.deviation) for x in xs] for part in bells]
    total = [sum(heights) for heights in zip(*curves, strict=True)] if curves else []
    up = scale([*(count * per for count in counts), *total], _BOTTOM, _TOP, zero=True)
    over = _over(cut, _beside(up))
    parts = [*_up(up, over), *_columns(over, counts, up, per), *_edges(over)]
    parts += [_curve(xs, heights, over, up, "part") for heights in curves if len(curves) > 1]
    parts += [_curve(xs, total, over, up, "sum")] if total else []
    return _svg(parts, _HEIGHT)


def boxes(series: Sequence[Series]) -> str:
    """For each series the middle half as a box, the median in it, what lies near as whiskers, and what lies far."""
    left = _widest([each.name for each in series]) + 12
    across = _over(scale([value for each in series for value in each.known], left, _RIGHT), left)
    height = len(series) * (_ROW + 12) + 30
    parts = list(_across(across, 0, height - 26))
    for row, each in enumerate(series):
        top = 6 + row * (_ROW + 12)
        middle, name = place(top + _ROW / 2 + 4), escape(_short(each.name))
        parts.append(f'<text class="name" x="{place(left - 8)}" y="{middle}">{name}</text>')
        parts += _box(sorted(each.known), across, top)
    return _svg(parts, height)


def five(ordered: Sequence[float]) -> tuple[float, ...]:
    """The least, the quartiles and the greatest of ordered values."""
    return tuple(quantile(ordered, share / 4) for share in range(5))


def _broken(points: Sequence[str | None]) -> str:
    """The path through points that is broken where one is missing; a point between two gaps is a dot."""
    path, before = [], None
    for point in (*points, None):
        if point is not None:
            path.append(f"{'M' if before is None else 'L'}{point}")
        elif before is not None and path[-1].startswith("M"):
            path.append("h0")
        before = point
    return "".join(path)


def _box(ordered: Sequence[float], across: Scale, top: float) -> Iterator[str]:
    _, low, middle, high, _ = five(ordered)
    reach = 1.5 * (high - low)
    near = [value for value in ordered if low - reach <= value <= high + reach]
    line = top + _ROW / 2
    for one, other in ((near[0], low), (high, near[-1])):
        yield f'<path class="whisker" d="M{place(across.at(one))} {place(line)}H{place(across.at(other))}"/>'
    yield (
        f'<rect class="box" x="{place(across.at(low))}" y="{place(top)}"'
        f' width="{place(across.at(high) - across.at(low))}" height="{_ROW}"/>'
    )
    yield f'<path class="median" d="M{place(across.at(middle))} {place(top)}v{_ROW}"/>'
    for value in ordered:
        if value < near[0] or value > near[-1]:
            yield f'<circle class="far" cx="{place(across.at(value))}" cy="{place(line)}" r="2.5"/>'


def _columns(over: Scale, counts: Sequence[int], up: Scale, per: float) -> Iterator[str]:
    for number, count in enumerate(counts):
        left, right = over.at(over.ticks[number]), over.at(over.ticks[number + 1])
        top = up.at(count * per)
        if count:
            yield (
                f'<rect class="column" x="{place(left + 0.5)}" y="{place(top)}"'
                f' width="{place(right - left - 1)}" height="{place(_BOTTOM - top)}"/>'
            )


def _curve(xs: Sequence[float], heights: Sequence[float], over: Scale, up: Scale, name: str) -> str:
    points = " ".join(
        f"{place(over.at(x))},{place(up.at(height))}" for x, height in zip(xs, heights, strict=True)
    )
    return f'<polyline class="curve {name}" points="{points}"/>'


def _up(up: Scale, over: Scale) -> Iterator[str]:
    """The lines of the ticks of an axis that rises, each with its number."""
    for tick in up.ticks:
        at = up.at(tick)
        yield f'<path class="rule" d="M{place(over.start)} {place(at)}H{place(over.end)}"/>'
        yield f'<text class="tick" x="{place(over.start - 6)}" y="{place(at + 4)}">{up.label(tick)}</text>'


def _across(over: Scale, top: float, bottom: float) -> Iterator[str]:
    """The ticks of an axis that lies, with as many of their numbers as have room."""
    for tick in over.ticks:
        yield f'<path class="rule" d="M{place(over.at(tick))} {place(top)}V{place(bottom)}"/>'
    yield from _edges(over, bottom)


def _edges(over: Scale, bottom: float = _BOTTOM) -> Iterator[str]:
    """Numbers below the ticks, as many as have room."""
    gap = (over.end - over.start) / (len(over.ticks) - 1)
    for tick in over.ticks[:: _each(_widest(map(over.label, over.ticks)), gap)]:
        yield f'<text class="under" x="{place(over.at(tick))}" y="{place(bottom + 17)}">{over.label(tick)}</text>'


def _names(names: Sequence[str], over: Scale) -> Iterator[str]:
    """Names below their places, as many as have room."""
    gap = (over.end - over.start) / over.high
    for number in range(0, len(names), _each(_widest(names), gap)):
        name = escape(_short(names[number]))
        yield f'<text class="under" x="{place(over.at(number))}" y="{_BOTTOM + 17}">{name}</text>'


def _each(width: float, gap: float) -> int:
    """Of labels so wide, so far apart, each how-manieth has room."""
    return max(1, -int(-(width + 10) // gap))


def _over(over: Scale, left: float) -> Scale:
    """A scale that lies, beginning here, with room for the halves of its numbers that stick out."""
    half = _widest(map(over.label, over.ticks)) / 2 + 2
    return over._replace(start=max(left, half), end=min(_RIGHT, WIDTH - half))


def _beside(up: Scale) -> float:
    """How much room the numbers beside a rising axis take."""
    return max(_LEFT, _widest(map(up.label, up.ticks)) + 10)


def _widest(texts: Iterable[str]) -> float:
    return max(map(_width, map(_short, texts)), default=0.0)


def _width(text: str) -> float:
    """About how wide a text is, in a wide one of the fonts that a system may have (DejaVu Sans), at 12 pixels."""
    return sum(
        4.3 if each in _NARROW else 11.8 if each in _WIDE else 8.4 if each.isupper() else 7.7 for each in text
    )


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1].rstrip() + "…"


def _class(number: int) -> str:
    return f"s{number % _COLOURS + 1}"


def _svg(parts: Sequence[str], height: float) -> str:
    return "\n".join(
        (f'viewBox="0 0 {WIDTH} {place(height)}" width="{WIDTH}" height="{place(height)}">', *parts)
    )
