"""Draws the 200 points of the notes on mixtures, fits two Gaussians to them by EM, and writes both beside itself.

Run it where it lies: ``python two_gaussians.py``. It gives the same file every time.
"""

import csv
import math
import random
from pathlib import Path

POINTS, ROUNDS = 200, 60
TRUE = ((0.6, 0.0, 1.5), (0.4, 4.0, 0.6))
START = ((0.5, -1.0, 1.0), (0.5, 3.0, 1.0))


def drawn(chance: random.Random) -> list[float]:
    """Points of the mixture: a component by its weight, then a point of it."""
    found = []
    for _ in range(POINTS):
        _, mean, deviation = TRUE[chance.random() >= TRUE[0][0]]
        found.append(round(chance.gauss(mean, deviation), 3))
    return sorted(found)


def bell(x: float, mean: float, deviation: float) -> float:
    """The density of a Gaussian."""
    return math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))


def fitted(points: list[float]) -> list[tuple[float, float, float]]:
    """Weight, mean and standard deviation of each component, after so many rounds of EM."""
    parts = list(START)
    for _ in range(ROUNDS):
        shares = []
        for x in points:
            heights = [weight * bell(x, mean, deviation) for weight, mean, deviation in parts]
            shares.append([height / sum(heights) for height in heights])
        parts = []
        for k in range(len(START)):
            mass = sum(share[k] for share in shares)
            mean = sum(share[k] * x for share, x in zip(shares, points, strict=True)) / mass
            spread = sum(share[k] * (x - mean) ** 2 for share, x in zip(shares, points, strict=True)) / mass
            parts.append((mass / len(points), mean, math.sqrt(spread)))
    return parts


def main() -> None:
    """Write the points, and the parameters beside the first of them."""
    points = drawn(random.Random(2016))  # noqa: S311 - points, no secrets
    parts = fitted(points)
    target = Path(__file__).with_suffix(".csv")
    with target.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("value", "weight", "mean", "sd"))
        for number, point in enumerate(points):
            part = [f"{each:.4f}" for each in parts[number]] if number < len(parts) else ["", "", ""]
            rows.writerow((f"{point:.3f}", *part))


main()
