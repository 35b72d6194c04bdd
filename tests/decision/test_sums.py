"""The arithmetic of a decision, held against sums of fractions, against hand-worked tables, and against all there is."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count, takewhile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from decision.world import SMALL, Case, cases, exact
from kb.features.decision.sums import PARTS, STEPS, Flip, Mean, dominated, exp, flip, ln, order, places, total

WHOLE = st.integers(0, 6).map(float)


@pytest.mark.parametrize(
    ("mean", "millionths"),
    [
        # 0.9 and 0.4 with the weights 2 and 3: (1.8 + 1.2) / 5; (0.81 · 0.064)^(1/5); 5 / (2/0.9 + 3/0.4)
        (Mean.ARITHMETIC, 600_000),
        (Mean.GEOMETRIC, 553_265),
        (Mean.HARMONIC, 514_286),
    ],
)
def test_means_are_those_worked_out_by_hand(mean: Mean, millionths: int) -> None:
    assert total([0.9, 0.4], [2, 3], mean) == millionths


def test_three_means_of_one_row_fall() -> None:
    scores, weights = [0.9, 0.9, 0.7, 0.8, 0.9, 0.3], [5, 4, 3, 3, 4, 3]
    assert [total(scores, weights, mean) for mean in Mean] == [777_273, 736_753, 677_337]


@given(st.floats(5e-324, 1))
def test_a_logarithm_is_right_to_the_last_digits(x: float) -> None:
    assert math.isclose(ln(x), math.log(x), rel_tol=4e-15, abs_tol=4e-16)


@given(st.floats(-745, 0))
def test_an_exponential_is_right_to_the_last_digits(y: float) -> None:
    assert math.isclose(exp(y), math.exp(y), rel_tol=4e-15, abs_tol=1e-320)


@given(cases())
def test_totals_are_the_nearest_millionths(case: Case) -> None:
    scores, weights, mean = case
    for row in scores:
        found = total(row, weights, mean)
        if mean is Mean.GEOMETRIC:
            if found is not None and not any(not s and w for s, w in zip(row, weights, strict=True)):
                pairs = [(s, w) for s, w in zip(row, weights, strict=True) if w]
                right = math.exp(math.fsum(w * math.log(s) for s, w in pairs) / math.fsum(weights))
                assert abs(found - right * PARTS) < 0.501
            continue
        right_one = exact(row, weights, mean)
        assert (found is None) == (right_one is None)
        if found is not None and right_one is not None:
            assert abs(found - right_one * PARTS) < Fraction(501, 1000)


@given(cases(), st.integers(-8, 8))
def test_scaling_all_weights_by_two_changes_no_bit(case: Case, power: int) -> None:
    scores, weights, mean = case
    scaled = [weight * 2.0**power for weight in weights]
    assume(all(w == 0 or 1e-300 < w < 1e300 for w in scaled))
    assert [total(row, weights, mean) for row in scores] == [total(row, scaled, mean) for row in scores]


@given(cases(), st.sampled_from([3.0, 0.1, 7.5, 1e-3, 1e4]))
def test_scaling_all_weights_changes_nothing(case: Case, factor: float) -> None:
    """Nothing but how what is exactly between two millionths is rounded."""
    scores, weights, mean = case
    scaled = [weight * factor for weight in weights]
    assume(all(not w or s for w, s in zip(weights, scaled, strict=True)))
    for row in scores:
        one, other = total(row, weights, mean), total(row, scaled, mean)
        assert (one is None) == (other is None)
        assert one is None or other is None or abs(one - other) <= 1


@given(cases(SMALL, WHOLE), st.data())
def test_improving_an_option_never_lowers_it(case: Case, data: st.DataObject) -> None:
    scores, weights, mean = case
    assume(any(weights))
    option = data.draw(st.integers(0, len(scores) - 1))
    criterion = data.draw(st.integers(0, len(weights) - 1))
    better = [list(row) for row in scores]
    better[option][criterion] = data.draw(st.floats(scores[option][criterion], 1))
    before = [total(row, weights, mean) or 0 for row in scores]
    after = [total(row, weights, mean) or 0 for row in better]
    assert after[option] >= before[option]
    assert places(after)[option] <= places(before)[option]


@given(cases(SMALL, WHOLE))
def test_the_first_is_the_best_of_all_by_exact_sums(case: Case) -> None:
    scores, weights, mean = case
    assume(any(weights))
    right = [exact(row, weights, mean) for row in scores]
    totals = [total(row, weights, mean) or 0 for row in scores]
    first = order(totals)[0]
    best = max(each for each in right if each is not None)
    assert totals[right.index(best)] == totals[first]  # exactly the best, or within a millionth of it
    assert sorted(order(totals)) == list(range(len(scores)))
    assert all(
        places(totals)[a] <= places(totals)[b] for a, b in zip(order(totals), order(totals)[1:], strict=False)
    )


@given(cases(SMALL, WHOLE, most=2))
def test_the_flip_that_is_told_flips_and_no_smaller_one_does(case: Case) -> None:
    scores, weights, mean = case
    assume(len(scores) == 2 and any(weights))
    totals = [total(row, weights, mean) or 0 for row in scores]
    assume(totals[0] != totals[1])
    first, second = (scores[number] for number in order(totals))
    found = flip(first, second, weights, mean)
    if found is None:
        assert not list(_flips(first, second, weights, mean, most=2))
        return
    changed = _with(weights, found.criterion, found.weight)
    assert _is_flipped(first, second, changed, mean)
    size = abs(found.weight - weights[found.criterion])
    assert list(_flips(first, second, weights, mean, most=min(size - 0.5 / STEPS, 2))) == []


@given(cases(SMALL, WHOLE, most=2).filter(lambda case: case.mean is not Mean.GEOMETRIC))
def test_the_weight_at_which_both_are_equal_is_that_of_fractions(case: Case) -> None:
    scores, weights, mean = case
    assume(len(scores) == 2 and any(weights))
    totals = [total(row, weights, mean) or 0 for row in scores]
    assume(totals[0] != totals[1])
    first, second = (scores[number] for number in order(totals))
    found = flip(first, second, weights, mean)
    assume(found is not None and found.tie > 0)
    assert isinstance(found, Flip)
    leads = [
        Fraction(weight) * (_sense(a, mean) - _sense(b, mean))
        for number, (weight, a, b) in enumerate(zip(weights, first, second, strict=True))
        if number != found.criterion and weight
    ]
    slope = _sense(first[found.criterion], mean) - _sense(second[found.criterion], mean)
    assert math.isclose(found.tie, -sum(leads, Fraction()) / slope, rel_tol=1e-9)


def test_a_zero_that_counts_is_flipped_only_by_its_weight_being_nothing() -> None:
    assert flip([0.5, 0.5], [0.9, 0.0], [1, 2], Mean.GEOMETRIC) == Flip(1, 0.0, 0.0)
    assert flip([0.5, 0.5], [0.0, 0.0], [1, 2], Mean.GEOMETRIC) is None


def test_a_zero_that_does_not_count_yet_is_flipped_by_any_weight() -> None:
    assert flip([0.9, 0.0], [0.5, 0.5], [1, 0], Mean.HARMONIC) == Flip(1, 0.01, 0.0)


def test_nothing_flips_what_is_better_in_everything() -> None:
    assert [flip([0.5, 0.6], [0.4, 0.5], [1, 2], mean) for mean in Mean] == [None, None, None]


def test_no_weight_at_all_makes_no_total() -> None:
    assert [total([0.5, 0.6], [0, 0], mean) for mean in Mean] == [None, None, None]


def test_equal_totals_share_a_place() -> None:
    assert places([5, 9, 5, 1]) == (2, 1, 2, 4)
    assert order([5, 9, 5, 1]) == (1, 0, 2, 3)


@given(cases(SMALL, WHOLE))
def test_what_is_dominated_never_wins_alone(case: Case) -> None:
    scores, weights, mean = case
    assume(any(weights))
    totals = [total(row, weights, mean) or 0 for row in scores]
    for worse, better in dominated(scores).items():
        assert totals[worse] <= totals[better]
        assert all(a <= b for a, b in zip(scores[worse], scores[better], strict=True))


def _sense(score: float, mean: Mean) -> Fraction:
    return Fraction(score) if mean is Mean.ARITHMETIC else -1 / Fraction(score)


def _with(weights: list[float], criterion: int, weight: float) -> list[float]:
    return [weight if number == criterion else each for number, each in enumerate(weights)]


def _is_flipped(first: list[float], second: list[float], weights: list[float], mean: Mean) -> bool:
    """By exact sums, and by more than a millionth, since less is a tie."""
    one, other = exact(first, weights, mean), exact(second, weights, mean)
    if mean is Mean.GEOMETRIC or one is None or other is None:
        mine, theirs = total(first, weights, mean), total(second, weights, mean)
        return mine is not None and theirs is not None and theirs > mine
    return other > one


def _flips(
    first: list[float], second: list[float], weights: list[float], mean: Mean, most: float
) -> list[tuple[int, float]]:
    """Every change of one weight by at most so much, in steps of a hundredth, that flips the two."""
    found = []
    for criterion, weight in enumerate(weights):
        steps = takewhile(lambda step: step / STEPS <= most, count(1))
        for step in list(steps):
            for changed in (weight + step / STEPS, weight - step / STEPS):
                if changed >= 0:
                    mine = total(first, _with(weights, criterion, changed), mean)
                    theirs = total(second, _with(weights, criterion, changed), mean)
                    if mine is not None and theirs is not None and theirs > mine:
                        found.append((criterion, changed))
    return found
