"""The arithmetic of a decision: weighted means, places, and what would change them.

A browser does the same sums when somebody moves a weight (``needs/decision.js``), and has to come to the same
numbers, to the last bit. So every step here is one of ``+ - * /`` and comparison on IEEE doubles, in the order
written: those are the same in every language. Logarithm and exponential, which are not, are made of them.

A score is between 0 and 1, 1 the best. A weight is not negative. A total is compared in whole millionths: what is
nearer together than that is a tie.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import ceil, floor
from typing import NamedTuple, TypeAlias

#: Of one option: a score for each criterion.
Scores: TypeAlias = Sequence[float]

#: Totals are compared in such parts.
PARTS = 1_000_000
#: Weights are told in such parts, and are at most so large.
STEPS = 100
MOST_WEIGHT = 1_000_000.0

_LN2 = 0.6931471805599453
#: The same in two parts, so that a small multiple of the first is exact.
_LN2_HIGH, _LN2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
_ROOT_HALF = 0.7071067811865476
_MOST_STEPS = 1_000


class Mean(StrEnum):
    """How scores become one total."""

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"


class Flip(NamedTuple):
    """A change of one weight by which the first two change places: the criterion's number, and its weight then.

    `tie` is the weight at which both are equal; what lies between it and the weight that is changes nothing.
    """

    criterion: int
    weight: float
    tie: float


def ln(x: float) -> float:
    """The natural logarithm of a number that is above 0 and at most 1."""
    halvings = 0
    while x < _ROOT_HALF:
        x *= 2.0
        halvings += 1
    z = (x - 1.0) / (x + 1.0)
    square = z * z
    series = 0.0
    for n in range(25, 1, -2):
        series = (series + 1.0 / n) * square
    return 2.0 * z * (series + 1.0) - halvings * _LN2


def exp(y: float) -> float:
    """The exponential of a number that is not above 0."""
    halvings = floor(0.5 - y / _LN2)
    rest = y + halvings * _LN2_HIGH + halvings * _LN2_LOW
    series = 1.0
    for n in range(17, 0, -1):
        series = 1.0 + series * rest / n
    for _ in range(halvings):
        series *= 0.5
    return series


def total(scores: Scores, weights: Sequence[float], mean: Mean) -> int | None:
    """The weighted mean of the scores in millionths; None if the weights sum to nothing.

    A score of 0 that has a weight makes the geometric and the harmonic mean 0.
    """
    whole = 0.0
    for weight in weights:
        whole += weight
    if whole == 0:
        return None
    if mean is not Mean.ARITHMETIC and _has_zero(scores, weights):
        return 0
    found = 0.0
    for score, weight in zip(scores, weights, strict=True):
        if weight > 0:
            found += weight * _sense(score, mean)
    if mean is Mean.ARITHMETIC:
        value = found / whole
    elif mean is Mean.GEOMETRIC:
        value = exp(min(found / whole, 0.0))
    else:
        value = whole / -found
    return floor(value * PARTS + 0.5)


def order(totals: Sequence[int]) -> tuple[int, ...]:
    """The numbers of the options from the best to the worst; of equal ones, the first comes first."""
    return tuple(sorted(range(len(totals)), key=lambda option: (-totals[option], option)))


def places(totals: Sequence[int]) -> tuple[int, ...]:
    """Of each option its place, from 1; equal totals share one."""
    return tuple(1 + sum(other > mine for other in totals) for mine in totals)


def flip(first: Scores, second: Scores, weights: Sequence[float], mean: Mean) -> Flip | None:
    """The smallest change of one weight, told in hundredths, that puts the second before the first; None if none does.

    Which of two weighted means is larger depends on each single weight as a straight line does, for all three
    means, if scores are taken as they are, by their logarithms, or by their negative reciprocals. So there is one
    weight at which both are equal.
    """
    found = None
    for criterion, weight in enumerate(weights):
        tie = _tie(first, second, weights, mean, criterion)
        here = None if tie is None else _beyond(first, second, weights, mean, criterion, tie)
        if here is not None and (found is None or abs(here.weight - weight) < _change(found, weights)):
            found = here
    return found


def dominated(scores: Sequence[Scores]) -> dict[int, int]:
    """The options that another one equals or beats in everything and beats in something, each with the first such."""
    found = {}
    for worse, low in enumerate(scores):
        for better, high in enumerate(scores):
            pairs = list(zip(low, high, strict=True))
            if all(mine <= other for mine, other in pairs) and any(mine < other for mine, other in pairs):
                found[worse] = better
                break
    return found


def _has_zero(scores: Scores, weights: Sequence[float]) -> bool:
    return any(score == 0 and weight > 0 for score, weight in zip(scores, weights, strict=True))


def _sense(score: float, mean: Mean) -> float:
    """The score in the sense in which this mean is a sum."""
    match mean:
        case Mean.ARITHMETIC:
            return score
        case Mean.GEOMETRIC:
            return ln(score)
        case Mean.HARMONIC:
            return -1.0 / score


def _tie(first: Scores, second: Scores, weights: Sequence[float], mean: Mean, criterion: int) -> float | None:
    """The weight of this criterion beyond which the order changes, both being equal at it; None if there is none."""
    weight = weights[criterion]
    others = [0.0 if number == criterion else each for number, each in enumerate(weights)]
    if mean is not Mean.ARITHMETIC:
        if _has_zero(first, others) or _has_zero(second, others):
            return None  # whatever this weight is, one of them or both are 0
        if first[criterion] == 0 or second[criterion] == 0:
            return 0.0  # a mean of 0 for any weight but none
    lead = 0.0
    for number, each in enumerate(others):
        if each > 0:
            lead += each * (_sense(first[number], mean) - _sense(second[number], mean))
    slope = _sense(first[criterion], mean) - _sense(second[criterion], mean)
    if slope == 0:
        return None
    tie = -lead / slope
    return None if tie < 0 or tie > MOST_WEIGHT or (tie == 0 and weight == 0) else tie


def _beyond(
    first: Scores, second: Scores, weights: Sequence[float], mean: Mean, criterion: int, tie: float
) -> Flip | None:
    """The first weight beyond the tie, in hundredths, that changes the order; None if none does."""
    rises = tie >= weights[criterion]
    step = floor(tie * STEPS) + 1 if rises else ceil(tie * STEPS) - 1
    if tie == 0 and not rises:
        step = 0
    for _ in range(_MOST_STEPS):
        if step < 0:
            return None
        weight = step / STEPS
        changed = [weight if number == criterion else each for number, each in enumerate(weights)]
        mine, other = total(first, changed, mean), total(second, changed, mean)
        if mine is not None and other is not None and other > mine:
            return Flip(criterion, weight, tie)
        step += 1 if rises else -1
    return None


def _change(found: Flip, weights: Sequence[float]) -> float:
    return abs(found.weight - weights[found.criterion])
