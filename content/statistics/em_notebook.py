"""Makes "EM in a notebook.ipynb": runs its cells, as Jupyter would, and keeps what they print and draw.

The points are random, of a fixed seed; nothing but Python is needed. Run: python em_notebook.py
"""

import contextlib
import io
import json
from pathlib import Path

WORDS, CODE = "markdown", "code"
CELLS = [
    (
        WORDS,
        """\
# EM in a notebook

What [[EM step by step]] does for six points and on paper, for two hundred and by machine. The formulas are those of
[[Gaussian mixture models#The updates]]. Everything below was computed once and saved: nothing runs when you read this.""",
    ),
    (
        CODE,
        """\
from math import exp, log, pi, sqrt
from random import Random

random = Random(1977)
points = [random.gauss(-1, 1) for _ in range(120)] + [random.gauss(3, 0.7) for _ in range(80)]
print(len(points), "points, from", round(min(points), 2), "to", round(max(points), 2))""",
    ),
    (WORDS, "A component is its weight, its mean $\\mu$ and its standard deviation $\\sigma$. The start is bad on purpose."),
    (
        CODE,
        """\
def density(x, mean, sd):
    return exp(-((x - mean) / sd) ** 2 / 2) / (sd * sqrt(2 * pi))

def round_of_em(points, components):
    shares = []
    for x in points:  # E: who is responsible for which point
        joint = [weight * density(x, mean, sd) for weight, mean, sd in components]
        shares.append([part / sum(joint) for part in joint])
    found = []
    for k in range(len(components)):  # M: fit each component to its shares
        own = sum(share[k] for share in shares)
        mean = sum(share[k] * x for share, x in zip(shares, points)) / own
        variance = sum(share[k] * (x - mean) ** 2 for share, x in zip(shares, points)) / own
        found.append((own / len(points), mean, sqrt(variance)))
    return found

def likelihood(points, components):
    return sum(log(sum(w * density(x, m, s) for w, m, s in components)) for x in points)

components = [(0.5, 0.0, 2.0), (0.5, 1.0, 2.0)]
history = [likelihood(points, components)]
while len(history) < 2 or history[-1] - history[-2] > 1e-6:
    components = round_of_em(points, components)
    history.append(likelihood(points, components))
print(len(history) - 1, "rounds")
for weight, mean, sd in components:
    print(f"weight {weight:.3f}   mean {mean:6.3f}   sd {sd:.3f}")""",
    ),
    (
        WORDS,
        """\
True were 0.6, −1 and 1 for the first, 0.4, 3 and 0.7 for the second. The log-likelihood never falls, and stands nearly still in
the beginning: the [[EM step by step#^plateau|plateau]] again.""",
    ),
    (
        CODE,
        """\
low, high = min(history), max(history)
path = " ".join(f"{40 + 520 * n / (len(history) - 1):.1f},{150 - 130 * (value - low) / (high - low):.1f}"
                for n, value in enumerate(history))
show(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 580 170" width="580" height="170">'
     f'<rect width="580" height="170" fill="#fdfbf7"/><polyline points="{path}" fill="none" stroke="#84272a" stroke-width="2"/>'
     f'<text x="40" y="166" font-size="12">round 0</text><text x="560" y="166" font-size="12" text-anchor="end">'
     f'round {len(history) - 1}</text><text x="44" y="16" font-size="12">log-likelihood, from {low:.1f} to {high:.1f}</text></svg>')""",
    ),
]  # fmt: skip


def run(code: str, names: dict[str, object]) -> list[dict[str, object]]:
    """What a cell puts out when it is run among these names."""
    drawn: list[str] = []
    names["show"] = drawn.append
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(code, names)  # noqa: S102 - its own cells
    outputs: list[dict[str, object]] = []
    if said.getvalue():
        outputs.append(
            {"name": "stdout", "output_type": "stream", "text": said.getvalue().splitlines(keepends=True)}
        )
    outputs += [
        {
            "data": {
                "image/svg+xml": svg.splitlines(keepends=True),
                "text/plain": ["The log-likelihood of each round"],
            },
            "metadata": {},
            "output_type": "display_data",
        }
        for svg in drawn
    ]
    return outputs


def main() -> None:
    """Run the cells in one namespace, and write the notebook beside this file."""
    names: dict[str, object] = {}
    cells: list[dict[str, object]] = []
    for number, (kind, source) in enumerate(CELLS, start=1):
        cell: dict[str, object] = {
            "cell_type": kind,
            "id": f"cell-{number}",
            "metadata": {},
            "source": source.splitlines(keepends=True),
        }
        if kind == CODE:
            cell |= {
                "execution_count": sum(kind == CODE for kind, _ in CELLS[:number]),
                "outputs": run(source, names),
            }
        cells.append(cell)
    about = {
        "date": "2024-10-06",
        "description": "EM for two hundred points, as it ran.",
        "tags": ["ml/mixtures", "code"],
    }
    notebook = {
        "cells": cells,
        "metadata": {"kb": about, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file = Path(__file__).with_name("EM in a notebook.ipynb")
    file.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
