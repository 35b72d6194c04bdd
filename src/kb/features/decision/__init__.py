"""Decisions: which option is the best, by which criteria and weights, and what would change that."""

from __future__ import annotations

from kb.features.decision.gathered import decision_pages
from kb.features.decision.kind import SCHEMA, describe, tell
from kb.model.fenced import Fenced, Made
from kb.plugin import Plugin
from kb.view.site import Kind


def decision(fenced: Fenced) -> Made:
    """What becomes of a ``decision`` block. What it takes is imported when there is one."""
    from kb.features.decision.block import decision as made  # noqa: PLC0415

    return made(fenced)


DECISIONS = Plugin(
    "decisions",
    "2",
    pages=decision_pages,
    fences={"decision": decision},
    kinds=(Kind(SCHEMA, tell=tell, describe=describe, gathers=True),),
)
