"""Decisions: which option is the best, by which criteria and weights, and what would change that."""

from __future__ import annotations

from kb.model.fenced import Fenced, Made
from kb.model.kinds import Field, FieldType, Schema
from kb.plugin import Plugin
from kb.view.site import Kind

SCHEMA = Schema(
    "decision",
    (
        Field("question", hint="what is to be decided"),
        Field("status", FieldType.CHOICE, hint="open, decided or reconsidered",
              choices=("open", "decided", "reconsidered")),
        Field("decided", FieldType.DATE, hint="when it was decided"),
        Field("chosen", hint="what was chosen"),
        Field("look_again", FieldType.DATE, label="Look again", hint="when the decision is to be looked at again"),
    ),
)  # fmt: skip


def decision(fenced: Fenced) -> Made:
    """What becomes of a ``decision`` block. What it takes is imported when there is one."""
    from kb.features.decision.block import decision as made  # noqa: PLC0415

    return made(fenced)


DECISIONS = Plugin("decisions", "1", fences={"decision": decision}, kinds=(Kind(SCHEMA),))
