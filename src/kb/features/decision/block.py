"""The fenced block ``decision``: options, criteria, weights, and which option that makes the best."""

from __future__ import annotations

from collections.abc import Mapping

from kb.features.decision.asked import Asked, read_asked
from kb.features.decision.options import Weighed, remarks, weigh
from kb.features.decision.shown import as_html
from kb.features.decision.sums import order, total
from kb.features.tables import fault_of, read_sheet
from kb.model.fenced import Fenced, Made
from kb.model.note import Json
from kb.read.tables import sheet_of


def decision(fenced: Fenced) -> Made:
    """The decision as a ranked table. One that says nothing that could be weighed stays as it was written."""
    asked, mistakes = read_asked(fenced.text)
    if mistakes:
        return Made(mistakes=mistakes)
    if asked.file and fenced.data is None:
        return Made(needs=("decision",), file=asked.file)
    sheet = None if asked.options else read_sheet(fenced) if asked.file else sheet_of(asked.rows)
    if sheet is not None and sheet.fault:
        return Made(mistakes=(fault_of(fenced, sheet, 0 if asked.file else asked.first_row - 1),))
    weighed = weigh(asked, sheet, fenced.text)
    found = tuple(sorted(weighed.mistakes))
    if any(not mistake.harmless for mistake in found):
        return Made(mistakes=found)
    found = tuple(sorted((*found, *remarks(asked, weighed))))
    return Made(as_html(asked, weighed), ("decision",), found, facts={"weighed": _outcome(asked, weighed)})


def _outcome(asked: Asked, weighed: Weighed) -> Mapping[str, Json]:
    """What lists say of it: how many options there are, which are ranked, the best first, and who has the first place.

    Nothing is ranked where the weights sum to nothing.
    """
    weights = [criterion.weight for criterion in asked.criteria]
    names = [option.name for option in weighed.ranked]
    totals = [
        each for option in weighed.ranked if (each := total(option.scores, weights, asked.mean)) is not None
    ]
    ranking = order(totals)
    return {
        "options": len(weighed.options),
        "ranked": [names[number] for number in ranking],
        "first": [names[number] for number in ranking if totals[number] == totals[ranking[0]]],
    }
