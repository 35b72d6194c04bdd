"""Decisions: which option is the best, by which criteria and weights, and what would change that."""

from __future__ import annotations

from collections.abc import Mapping

from kb.features.kinds import kind_title
from kb.model.fenced import Fenced, Made
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Json, Note
from kb.plugin import Plugin
from kb.view.kind_pages import Decision
from kb.view.pages import Ref
from kb.view.site import Kind, Site
from kb.view.urls import kind_url

DECISION = "decision"
SCHEMA = Schema(
    DECISION,
    (
        Field("question", hint="what is to be decided"),
        Field("status", FieldType.CHOICE, hint="open, decided or reconsidered",
              choices=("open", "decided", "reconsidered")),
        Field("decided", FieldType.DATE, hint="when it was decided"),
        Field("chosen", hint="what was chosen"),
        Field("look_again", FieldType.DATE, label="Look again", hint="when the decision is to be looked at again"),
    ),
)  # fmt: skip


def tell(site: Site, note: Note, root: str) -> Decision:
    """What a note says of its decision. One that has been made, or has an outcome, is decided."""
    facts = note.facts
    made = "decided" in facts or "chosen" in facts
    return Decision(
        question=facts.get("question", ""),
        status=facts.get("status", "decided" if made else "open"),
        decided=facts.get("decided", "")[:10],
        chosen=facts.get("chosen", ""),
        look_again=facts.get("look_again", "")[:10],
        kind=Ref(kind_title(site, DECISION), root + kind_url(DECISION)),
    )


def describe(_site: Site, note: Note, plain: Mapping[str, Json]) -> Mapping[str, Json]:
    """The note as schema.org has it: an article about the choice that somebody made, or is about to make."""
    facts = note.facts
    made = facts.get("status", "decided" if "chosen" in facts or "decided" in facts else "open") == "decided"
    choice = {
        "@type": "ChooseAction",
        "name": facts.get("question") or note.title,
        "actionStatus": f"https://schema.org/{'Completed' if made else 'Potential'}ActionStatus",
        "endTime": facts.get("decided"),
        "result": {"@type": "Thing", "name": facts["chosen"]} if "chosen" in facts else None,
    }
    return {**plain, "about": {name: fact for name, fact in choice.items() if fact}}


def decision(fenced: Fenced) -> Made:
    """What becomes of a ``decision`` block. What it takes is imported when there is one."""
    from kb.features.decision.block import decision as made  # noqa: PLC0415

    return made(fenced)


DECISIONS = Plugin(
    "decisions", "1", fences={"decision": decision}, kinds=(Kind(SCHEMA, tell=tell, describe=describe),)
)
