"""Decisions that are made up: small numbers, so that ties and zeros come about, and odd ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

from kb.features.decision.sums import Mean

SMALL = st.integers(0, 10).map(lambda tenths: tenths / 10)
SCORES = st.one_of(SMALL, st.floats(0, 1))
WEIGHTS = st.one_of(
    st.integers(0, 5).map(float), st.floats(0, 10), st.integers(0, 500).map(lambda each: each / 100)
)


class Case(NamedTuple):
    """Scores of options by criteria, weights, and a mean."""

    scores: list[list[float]]
    weights: list[float]
    mean: Mean


@st.composite
def cases(
    draw: st.DrawFn,
    scores: st.SearchStrategy[float] = SCORES,
    weights: st.SearchStrategy[float] = WEIGHTS,
    most: int = 6,
) -> Case:
    criteria = draw(st.integers(1, 5))
    options = draw(st.integers(1, most))
    row = st.lists(scores, min_size=criteria, max_size=criteria)
    return Case(
        draw(st.lists(row, min_size=options, max_size=options)),
        draw(st.lists(weights, min_size=criteria, max_size=criteria)),
        draw(st.sampled_from(Mean)),
    )


def exact(scores: Sequence[float], weights: Sequence[float], mean: Mean) -> Fraction | None:
    """The arithmetic or the harmonic mean, without rounding; of the geometric one its power by the sum of weights,
    for weights that are whole. None if the weights sum to nothing.
    """
    whole = sum(map(Fraction, weights), Fraction())
    if not whole:
        return None
    pairs = [
        (Fraction(score), Fraction(weight)) for score, weight in zip(scores, weights, strict=True) if weight
    ]
    if mean is Mean.ARITHMETIC:
        return sum((score * weight for score, weight in pairs), Fraction()) / whole
    if any(not score for score, _ in pairs):
        return Fraction()
    if mean is Mean.HARMONIC:
        return whole / sum((weight / score for score, weight in pairs), Fraction())
    product = Fraction(1)
    for score, weight in pairs:
        product *= score ** int(weight)
    return product
