"""A decision in HTML: a ranked table whose bars sit in the cells, and below it what would change the winner.

What a script needs to do the sums again stands in ``data-`` attributes: the scores to the last bit, the weights, the
mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import floor

from kb.features.decision.asked import Asked, Criterion, Scale
from kb.features.decision.options import Option, Standing, Weighed, plain
from kb.features.decision.sums import PARTS, Mean, dominated, flip, order, places, total

#: What stands before the weights, for each mean.
_MEANS = {
    Mean.ARITHMETIC: "weighted arithmetic mean",
    Mean.GEOMETRIC: "weighted geometric mean",
    Mean.HARMONIC: "weighted harmonic mean",
}


def as_html(asked: Asked, weighed: Weighed) -> str:
    """The whole of it, in a frame of its own."""
    name = escape(asked.title or "Decision")
    return (
        f'<figure class="decision" data-mean="{asked.mean}" data-points="{asked.points}">\n'
        f"<figcaption>{f'<b>{name}</b> ' if asked.title else ''}{_how(asked)}</figcaption>\n"
        f'<div class="decision-frame" role="group" aria-label="{name}" tabindex="0">\n{_table(asked, weighed)}</div>\n'
        f"{_findings(asked, weighed)}{_behind(asked, weighed)}</figure>\n"
    )


def points(millionths: int, of: int) -> str:
    """A total out of so many points, with as many decimals as make thousandths of the whole."""
    thousandths = (millionths + 500) // 1000
    decimals = {1: 3, 10: 2, 100: 1}[of]
    unit = 10**decimals
    return f"{thousandths // unit}.{thousandths % unit:0{decimals}d}"


def score(value: float, of: int) -> str:
    """A score out of so many points."""
    return points(floor(value * PARTS + 0.5), of)


def weight_shown(weight: float) -> str:
    """A weight in at most hundredths."""
    hundredths = floor(weight * 100 + 0.5)
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def _how(asked: Asked) -> str:
    return f'Totals out of {asked.points} by the <span data-says="mean">{_MEANS[asked.mean]}</span>.'


def _table(asked: Asked, weighed: Weighed) -> str:
    totals = _totals(asked, weighed, asked.mean)
    ranked = weighed.ranked
    head = "".join(_head(criterion) for criterion in asked.criteria)
    rows = []
    if totals:
        place = places(totals)
        for number in order(totals):
            shared = place.count(place[number]) > 1
            rows.append(_row(asked, ranked[number], place[number], totals[number], shared=shared))
    else:
        rows += [_row(asked, option, 0, None, shared=False) for option in ranked]
    out = "".join(_out(option) for option in weighed.options if option.standing is not Standing.RANKED)
    behind = f'<tbody class="out">\n{out}</tbody>\n' if out else ""
    return (
        '<table class="decision-table">\n<thead>\n<tr><th scope="col" class="place"><abbr title="Place">No.</abbr></th>'
        f'<th scope="col">Option</th><th scope="col" class="total">Total</th>{head}</tr>\n</thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody>\n{behind}</table>\n"
    )


def _head(criterion: Criterion) -> str:
    unit = f' <span class="unit">{escape(criterion.unit)}</span>' if criterion.unit else ""
    says = [f'weight <span data-says="weight">{weight_shown(criterion.weight)}</span>']
    says += ["less is better"] if criterion.lower else []
    says += [f"at most {plain(criterion.at_most)}"] if criterion.at_most is not None else []
    says += [f"at least {plain(criterion.at_least)}"] if criterion.at_least is not None else []
    return (
        f'<th scope="col" data-weight="{criterion.weight!r}" data-label="{escape(criterion.label)}">'
        f"{escape(criterion.label)}{unit}<small>{', '.join(says)}</small></th>"
    )


def _row(asked: Asked, option: Option, place: int, millionths: int | None, *, shared: bool) -> str:
    scores = " ".join(map(repr, option.scores))
    first = ' class="first"' if place == 1 else ""
    number = f"{place}{'=' if shared else ''}" if place else "–"
    cells = "".join(
        f'<td><span class="value">{escape(cell.text)}</span>{_bar(each, asked.points)}</td>'
        for cell, each in zip(option.cells, option.scores, strict=True)
    )
    whole = "–" if millionths is None else points(millionths, asked.points)
    bar = _bar((millionths or 0) / PARTS, asked.points, named=False)
    return (
        f'<tr{first} data-option="{escape(option.name)}" data-scores="{scores}"><td class="place">{number}</td>'
        f'<th scope="row">{escape(option.name)}</th>'
        f'<td class="total"><span class="value">{whole}</span>{bar}</td>{cells}</tr>\n'
    )


def _bar(value: float, of: int, *, named: bool = True) -> str:
    """A bar as long as the score. It has a name, since the score itself stands nowhere else in the cell."""
    width = floor(value * 1000 + 0.5)
    says = f'role="img" aria-label="{score(value, of)} of {of}"' if named else 'aria-hidden="true"'
    return (
        f'<svg class="bar" viewBox="0 0 1000 1" preserveAspectRatio="none" {says}>'
        f'<rect width="{width}" height="1"/></svg>'
    )


def _out(option: Option) -> str:
    cells = "".join(
        f'<td><span class="value">{escape(cell.text) or "?"}</span></td>' for cell in option.cells
    )
    return (
        f'<tr><td class="place">–</td><th scope="row">{escape(option.name)}'
        f"<small>{option.standing.value}: {escape(option.why)}</small></th>"
        f'<td class="total">–</td>{cells}</tr>\n'
    )


def _totals(asked: Asked, weighed: Weighed, mean: Mean) -> tuple[int, ...]:
    """The totals of the ranked options; none where the weights sum to nothing."""
    weights = [criterion.weight for criterion in asked.criteria]
    found = [total(option.scores, weights, mean) for option in weighed.ranked]
    return tuple(each for each in found if each is not None)


def _findings(asked: Asked, weighed: Weighed) -> str:
    """What would change the winner, as a list."""
    said = findings(asked, weighed)
    items = "".join(f'<li data-says="{key}">{text}</li>\n' for key, text in said if text)
    return f'<p class="decision-head">What would change the winner</p>\n<ul class="decision-findings">\n{items}</ul>\n'


def findings(asked: Asked, weighed: Weighed) -> list[tuple[str, str]]:
    """The sentences about the winner, each under its name: the script says the same again for other weights."""
    ranked = weighed.ranked
    totals = _totals(asked, weighed, asked.mean)
    if not ranked:
        return [("winner", "No option is left to be ranked.")]
    if not totals:
        nobody = "All weights are 0, so there are no totals and no winner."
        return [("winner", nobody), ("dominated", _dominated_said(ranked))]
    names = [option.name for option in ranked]
    return [
        ("winner", winner_said(names, totals, asked.points)),
        ("flip", flip_said(asked, ranked, totals)),
        *(
            (f"mean-{mean}", mean_said(names, _totals(asked, weighed, mean), mean, asked.points))
            for mean in Mean
        ),
        ("dominated", _dominated_said(ranked)),
        ("zeros", _zeros_said(asked, ranked)),
    ]


def winner_said(names: Sequence[str], totals: Sequence[int], of: int) -> str:
    """Who is first, and by how much."""
    if len(names) == 1:
        alone = "is the only option that can be ranked, so there is nothing to compare it with."
        return f"<b>{escape(names[0])}</b> {alone}"
    ranking = order(totals)
    first, second = ranking[:2]
    if totals[first] == totals[second]:
        equal = [names[number] for number in ranking if totals[number] == totals[first]]
        return f"{_listed(equal)} share the first place with {points(totals[first], of)}."
    return (
        f"<b>{escape(names[first])}</b> is first with {points(totals[first], of)}, "
        f"before {escape(names[second])} with {points(totals[second], of)}."
    )


def flip_said(asked: Asked, ranked: Sequence[Option], totals: Sequence[int]) -> str:
    """The smallest change of one weight by which the first two change places."""
    ranking = order(totals)
    if len(ranking) < 2 or totals[ranking[0]] == totals[ranking[1]]:  # noqa: PLR2004
        return ""
    first, second = (ranked[number] for number in ranking[:2])
    weights = [criterion.weight for criterion in asked.criteria]
    found = flip(first.scores, second.scores, weights, asked.mean)
    if found is None:
        return f"No change of a single weight puts {escape(second.name)} before {escape(first.name)}."
    criterion = asked.criteria[found.criterion]
    way = "rises" if found.weight > criterion.weight else "falls"
    said = (
        f"{escape(second.name)} comes before {escape(first.name)} if the weight of {escape(criterion.label)} "
        f"{way} from {weight_shown(criterion.weight)} to {weight_shown(found.weight)}; "
        "no smaller change of one weight does it."
    )
    changed = [found.weight if number == found.criterion else each for number, each in enumerate(weights)]
    best = order([total(option.scores, changed, asked.mean) or 0 for option in ranked])[0]
    return (
        said
        if ranked[best] in {first, second}
        else f"{said} First would then be {escape(ranked[best].name)}."
    )


def mean_said(names: Sequence[str], totals: Sequence[int], mean: Mean, of: int) -> str:
    """Who wins under a mean."""
    best = max(totals)
    winners = [name for name, each in zip(names, totals, strict=True) if each == best]
    return f"By the {mean} mean: {_listed(winners)}, {points(best, of)}."


def _dominated_said(ranked: Sequence[Option]) -> str:
    found = dominated([option.scores for option in ranked])
    if not found:
        return ""
    pairs = [
        f"{escape(ranked[low].name)} (by {escape(ranked[high].name)})" for low, high in sorted(found.items())
    ]
    return f"Whatever the weights are, these are never alone in the first place: {', '.join(pairs)}."


def _zeros_said(asked: Asked, ranked: Sequence[Option]) -> str:
    """Which options have a zero that no other score makes up for."""
    zeros = [
        f"{escape(option.name)} ({escape(', '.join(_zero_labels(asked, option)))})"
        for option in ranked
        if _zero_labels(asked, option)
    ]
    if not zeros or asked.mean is Mean.ARITHMETIC:
        return ""
    return f"A score of 0 makes the {asked.mean} mean 0, whatever the others are: {', '.join(zeros)}."


def _zero_labels(asked: Asked, option: Option) -> list[str]:
    pairs = zip(asked.criteria, option.scores, strict=True)
    return [criterion.label for criterion, each in pairs if each == 0 and criterion.weight > 0]


def _listed(names: Sequence[str]) -> str:
    shown = [f"<b>{escape(name)}</b>" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _behind(asked: Asked, weighed: Weighed) -> str:
    """The scores as a table, and how each came of a value."""
    ranked = weighed.ranked
    if not ranked:
        return ""
    head = "".join(f'<th scope="col">{escape(criterion.label)}</th>' for criterion in asked.criteria)
    how = "".join(f"<td>{_scale_said(criterion, asked.points)}</td>" for criterion in asked.criteria)
    rows = "".join(
        f'<tr><th scope="row">{escape(option.name)}</th>'
        + "".join(f'<td class="number">{score(each, asked.points)}</td>' for each in option.scores)
        + "</tr>\n"
        for option in ranked
    )
    return (
        "<details>\n<summary>The scores</summary>\n"
        '<div class="decision-frame" role="group" aria-label="The scores" tabindex="0">\n'
        f'<table class="decision-scores">\n<thead>\n<tr><td></td>{head}</tr>\n</thead>\n<tbody>\n{rows}'
        f'<tr class="how"><th scope="row">how</th>{how}</tr>\n</tbody>\n</table>\n</div>\n</details>\n'
    )


def _scale_said(criterion: Criterion, of: int) -> str:
    best = "least" if criterion.lower else "most"
    match criterion.scale:
        case Scale.MIN_MAX:
            return f"the {best} is {of}, the worst is 0"
        case Scale.SHARE:
            return f"share of the {best}"
        case Scale.RANK:
            return "share of the others that it beats"
    low, high = plain(criterion.low), plain(criterion.high)
    ends = (high, low) if criterion.lower else (low, high)
    return f"{ends[0]} is 0, {ends[1]} is {of}"
