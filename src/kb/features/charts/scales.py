"""From numbers to places on a chart: round ticks, and how a number is written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

#: Steps between ticks are one of these times a power of ten (Heckbert, "Nice numbers for graph labels", 1990).
_STEPS = (1, 2, 5, 10)
#: From here on thousands are set apart: below it a number may be a year.
_LONG = 10_000
#: A reach of less than this, or than such a part of the numbers, is none: no ticks could tell it.
_LEAST, _NOTHING = 1e-100, 1e-9


class Scale(NamedTuple):
    """A stretch of numbers from `low` to `high`, drawn from `start` to `end`; `ticks` are round numbers in it."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...] = ()
    decimals: int = 0

    def at(self, value: float) -> float:
        """Where a number is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def label(self, tick: float) -> str:
        """A tick's number, with as many decimals as tell it from the next."""
        apart = "," if max(abs(self.low), abs(self.high)) >= _LONG else ""
        return f"{tick:{apart}.{self.decimals}f}".replace("-", "\u2212") if tick else "0"


def scale(values: Sequence[float], start: float, end: float, most: int = 6, *, zero: bool = False) -> Scale:
    """A scale whose ends are round numbers and hold all values, and 0 if `zero`; with at most `most` ticks."""
    low, high = min(values), max(values)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    nothing = max(abs(low), abs(high)) * _NOTHING
    if high - low <= max(nothing, _LEAST):
        low, high = low - max(nothing, 0.5), high + max(nothing, 0.5)
    step, decimals = step_of(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(number * step, decimals) for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], start, end, ticks, decimals)


def step_of(reach: float, most: int) -> tuple[float, int]:
    """The smallest round step that cuts `reach` into fewer than `most` parts, and the decimals that it needs."""
    power = math.floor(math.log10(reach / most))
    step = next(each for each in _STEPS if reach / (each * 10.0**power) < most) if most else 1
    decimals = max(0, -power - (step == 10))  # noqa: PLR2004 - ten times a power of ten
    return step * 10.0**power, decimals


def place(value: float) -> str:
    """A coordinate, to a tenth."""
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace("-0", "0") if text in ("-0.0", "0.0") else text.removesuffix(".0")


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies (Hyndman and Fan 1996, type 7)."""
    at = (len(ordered) - 1) * share
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def bins_of(values: Sequence[float], wanted: int) -> tuple[Scale, tuple[int, ...]]:
    """The values counted in bins of a round width: about `wanted`, or as many as Sturges (1926) holds right if 0."""
    wanted = wanted or math.ceil(math.log2(len(values))) + 1
    cut = scale(values, 0, 1, wanted + 1)
    width = cut.ticks[1] - cut.ticks[0]
    counts = [0] * (len(cut.ticks) - 1)
    for value in values:
        counts[min(int((value - cut.low) / width + 1e-9), len(counts) - 1)] += 1
    return cut, tuple(counts)


def bell(value: float, mean: float, deviation: float) -> float:
    """The density of a Gaussian."""
    return math.exp(-(((value - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))
