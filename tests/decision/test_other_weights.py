"""The script that lets readers try other weights comes to what the build comes to: the same bits, the same sentences."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kb.features.decision.asked import Asked, Criterion
from kb.features.decision.options import Option, Weighed
from kb.features.decision.shown import findings, points, weight_shown
from kb.features.decision.sums import Mean, exp, flip, ln, order, places, total

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "themes" / "paper" / "assets" / "needs" / "decision.js"
#: Reads a list of questions and answers each.
ASKING = """
const lines = require("fs").readFileSync(0, "utf8");
const answers = JSON.parse(lines).map(([name, ...values]) => KBDecision[name](...values) ?? null);
process.stdout.write(JSON.stringify(answers));
"""
TABLES = 1_000


def asked(questions: Sequence[Sequence[object]]) -> list[Any]:
    """What the script gives for each question: the name of a function, and its arguments."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("the script runs in Node, and there is none")
    source = SCRIPT.read_text(encoding="utf-8") + ASKING
    done = subprocess.run(
        [node, "--eval", source],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def tables() -> list[tuple[list[list[float]], list[float], Mean]]:
    """Random tables: rough scores, so that there are ties and zeros, and such as a division gives."""
    random = Random(20261127)  # noqa: S311 - no secrets
    found = []
    for _ in range(TABLES):
        criteria, options = random.randint(1, 6), random.randint(1, 7)
        rough = random.random() < 0.5
        scores = [
            [random.randint(0, 10) / 10 if rough else random.randint(0, 997) / 997 for _ in range(criteria)]
            for _ in range(options)
        ]
        weights = [
            random.choice([float(random.randint(0, 5)), random.randint(0, 1000) / 100])
            for _ in range(criteria)
        ]
        found.append((scores, weights, random.choice(list(Mean))))
    return found


def test_totals_and_orders_are_those_of_the_build() -> None:
    questions: list[list[object]] = []
    right: list[object] = []
    for scores, weights, _ in tables():
        for mean in Mean:
            totals = [total(row, weights, mean) for row in scores]
            questions += [["total", row, weights, mean] for row in scores]
            right += totals
            if known := [each for each in totals if each is not None]:
                questions += [["order", known], ["places", known]]
                right += [list(order(known)), list(places(known))]
    assert asked(questions) == right


def test_the_smallest_change_is_that_of_the_build() -> None:
    questions: list[list[object]] = []
    right: list[object] = []
    for scores, weights, _ in tables():
        for mean in Mean:
            for first, second in pairwise(scores):
                if (total(first, weights, mean) or 0) > (total(second, weights, mean) or 0):
                    questions.append(["flip", first, second, weights, mean])
                    found = flip(first, second, weights, mean)
                    right.append(found._asdict() if found else None)
    assert len(questions) > TABLES
    assert asked(questions) == right


def test_sentences_are_those_of_the_build() -> None:
    questions = []
    right = []
    for number, (scores, weights, mean) in enumerate(tables()):
        names = [f"Option <{row}>" for row in range(len(scores))]
        labels = [f"Criterion & {column}" for column in range(len(weights))]
        of = (1, 10, 100)[number % 3]
        options = [{"name": name, "scores": row} for name, row in zip(names, scores, strict=True)]
        questions.append(
            ["findings", {"options": options, "weights": weights, "labels": labels, "mean": mean, "of": of}]
        )
        criteria = tuple(
            Criterion(label, label, weight) for label, weight in zip(labels, weights, strict=True)
        )
        weighed = tuple(Option(name, (), scores=tuple(row)) for name, row in zip(names, scores, strict=True))
        right.append(findings(Asked(mean, points=of, criteria=criteria), Weighed(weighed, ())))
    for mine, theirs in zip(right, asked(questions), strict=True):
        said = {key: _text(text) for key, text in mine if text and key != "dominated"}
        assert said == {key: _joined(parts) for key, parts in theirs.items() if parts}


def test_logarithms_and_exponentials_are_equal_to_the_last_bit() -> None:
    random = Random(7)  # noqa: S311 - no secrets
    xs = [5e-324, 1e-300, 0.5, 1.0, *(random.random() for _ in range(2000))]
    ys = [0.0, -1e-17, -745.0, *(-700 * random.random() for _ in range(2000))]
    assert asked([["ln", x] for x in xs]) == [ln(x) for x in xs]
    assert asked([["exp", y] for y in ys]) == [exp(y) for y in ys]


def test_numbers_are_shown_alike() -> None:
    numbers = [*range(0, 1_000_001, 7919), 499, 500, 999_499, 999_500, 1_000_000]
    questions = [["points", number, of] for number in numbers for of in (1, 10, 100)]
    assert asked(questions) == [points(number, of) for number in numbers for of in (1, 10, 100)]
    weights = [0.0, 0.1, 0.25, 1.0, 1.5, 2.999, 10.0, 100.0, 0.005, 1234.5]
    assert asked([["weightShown", weight] for weight in weights]) == [
        weight_shown(weight) for weight in weights
    ]


def _text(piece: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", piece))


def _joined(parts: Sequence[str | list[str]]) -> str:
    return "".join(part if isinstance(part, str) else part[0] for part in parts)
